import { identifierFault } from '../codec/text-fault.js';
import { digestOf } from '../codec/digest.js';
import type { CborValue } from '../codec/cbor.js';
import { readEach, readRecord, readText } from '../codec/shape.js';
import { type Action, type Advance, EndpointType } from './endpoint-type.js';
import { decodeEndpointType, encodeEndpointType } from './endpoint-type-codec.js';
import { rolesMax } from './limits.js';
import type { LocalType } from './local-type.js';
import { OutOfProtocol } from './out-of-protocol.js';

/** From whom to whom. */
export interface Direction {
  readonly from: string;
  readonly to: string;
}

/** One role of a plan. */
export interface PlannedRole {
  readonly role: string;
  readonly type: EndpointType;
}

/** What no session can be opened with. */
export class InvalidPlan extends Error {
  readonly code = 'SESSION_INVALID_PLAN';
  override readonly name = 'InvalidPlan';
  constructor(reason: string) {
    super(`plan: ${reason}`);
  }
}

/** Who takes part in a session, and how. Good for as many sessions as one likes; what it holds follows from roles and types alone. */
export class OpenPlan {
  /** In the order in which they were given, which is the order of everything else. */
  readonly roles: readonly PlannedRole[];
  /** Only those that some role can send or receive on; sorted by the place of sender and receiver among the roles. */
  readonly edges: readonly Direction[];

  /** @throws {@link InvalidPlan} on a role given twice, a partner that is no role, a role that speaks to itself. */
  constructor(roles: readonly PlannedRole[]) {
    if (roles.length < 1 || roles.length > rolesMax) {
      throw new InvalidPlan(`${roles.length} roles, not 1 to ${rolesMax}`);
    }
    const places = new Map(roles.map(({ role }, place) => [role, place]));
    if (places.size < roles.length) throw new InvalidPlan('a role is given twice');
    for (const role of places.keys()) {
      const fault = identifierFault('role', role);
      if (fault !== undefined) throw new InvalidPlan(fault);
    }
    const place = ({ from, to }: Direction): number =>
      (places.get(from) ?? 0) * rolesMax + (places.get(to) ?? 0);
    const edges = new Map(
      roles.flatMap(edgesOf).map((edge) => {
        if (!places.has(edge.from) || !places.has(edge.to)) {
          throw new InvalidPlan(`\`${edge.from}\` -> \`${edge.to}\` is not between roles`);
        }
        if (edge.from === edge.to) throw new InvalidPlan(`\`${edge.from}\` speaks to itself`);
        return [place(edge), edge];
      }),
    );
    this.roles = roles;
    this.edges = [...edges].toSorted(([one], [other]) => one - other).map(([, edge]) => edge);
  }

  /** @throws {@link InvalidPlan} or InvalidLocalType */
  static of(types: Readonly<Record<string, LocalType>>): OpenPlan {
    return new OpenPlan(Object.entries(types).map(([role, type]) => ({ role, type: EndpointType.of(type) })));
  }

  /** The place of an edge among {@link edges}; undefined when the protocol has none such. */
  placeOfEdge(from: string, to: string): number | undefined {
    const place = this.edges.findIndex((edge) => edge.from === from && edge.to === to);
    return place < 0 ? undefined : place;
  }

  placeOfRole(role: string): number | undefined {
    const place = this.roles.findIndex((each) => each.role === role);
    return place < 0 ? undefined : place;
  }

  /** Where a role stands after a step, when all stand at `points`. Who is no role may do nothing. */
  advance(points: readonly number[], role: string, action: Action): Advance {
    const place = this.placeOfRole(role) ?? -1;
    const advance = this.roles[place]?.type.advance(points[place] ?? -1, action);
    return advance ?? { kind: 'refused', refusal: new OutOfProtocol(action, []) };
  }

  /** The same for equal plans only. */
  get digest(): string {
    return digestOf(encodePlan(this));
  }
}

function edgesOf({ role, type }: PlannedRole): readonly Direction[] {
  return type.states.flatMap((state) => {
    if (state.kind === 'end') return [];
    return state.kind === 'send' ? { from: role, to: state.partner } : { from: state.partner, to: role };
  });
}

/** The edges are left out: they follow. */
export function encodePlan({ roles }: OpenPlan): CborValue {
  return roles.map(({ role, type }) => ({ role, type: encodeEndpointType(type) }));
}

/** @throws ShapeError, InvalidLocalType or {@link InvalidPlan} when it is none. */
export function decodePlan(value: CborValue | undefined, path: string): OpenPlan {
  return new OpenPlan(
    readEach(value, path, (each, at) => {
      const record = readRecord(each, at);
      const role = readText(record['role'], `${at}.role`);
      return { role, type: decodeEndpointType(record['type'], `${at}.type`) };
    }),
  );
}
