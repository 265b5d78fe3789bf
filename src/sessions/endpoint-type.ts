import { identifierFault } from '../codec/text-fault.js';
import { branchesMax, statesMax } from './limits.js';
import type { LocalType } from './local-type.js';
import { OutOfProtocol } from './out-of-protocol.js';

/** One step of one role. */
export interface Action {
  readonly direction: 'send' | 'receive';
  readonly partner: string;
  readonly label: string;
}

/** What a role may do at one point. `branches` leads from each label to the number of the state after it, in the order of labels. */
export type EndpointState =
  | { readonly kind: 'end' }
  | {
      readonly kind: Action['direction'];
      readonly partner: string;
      readonly branches: ReadonlyMap<string, number>;
    };

export type Advance =
  | { readonly kind: 'advanced'; readonly state: number }
  | { readonly kind: 'refused'; readonly refusal: OutOfProtocol };

/** A local type that nobody can follow. */
export class InvalidLocalType extends Error {
  readonly code = 'SESSION_INVALID_LOCAL_TYPE';
  override readonly name = 'InvalidLocalType';
  constructor(reason: string) {
    super(`local type: ${reason}`);
  }
}

/**
 * A local type as numbered states, 0 first. Recursion is an edge back to a state, so nothing is ever unfolded or grows, and where a
 * role stands is one number.
 */
export class EndpointType {
  readonly states: readonly EndpointState[];

  /** @throws {@link InvalidLocalType} when a state leads nowhere. */
  constructor(states: readonly EndpointState[]) {
    if (states.length < 1 || states.length > statesMax) {
      throw new InvalidLocalType(`${states.length} states, not 1 to ${statesMax}`);
    }
    for (const state of states) assertState(state, states.length);
    this.states = states;
  }

  /** @throws {@link InvalidLocalType} on recursion without a step between, a name that is not bound or bound twice, an empty choice. */
  static of(type: LocalType): EndpointType {
    return new EndpointType(new Compilation().compile(type));
  }

  /** Where a role stands after a step. Changes nothing. */
  advance(state: number, action: Action): Advance {
    const next = this.#after(state, action);
    if (next !== undefined) return { kind: 'advanced', state: next };
    return { kind: 'refused', refusal: new OutOfProtocol(action, this.allowed(state)) };
  }

  allows(state: number, action: Action): boolean {
    return this.#after(state, action) !== undefined;
  }

  /** Everything that a role may do at a state. */
  allowed(state: number): readonly Action[] {
    const at = this.states[state];
    if (at === undefined || at.kind === 'end') return [];
    return [...at.branches.keys()].map((label) => ({ direction: at.kind, partner: at.partner, label }));
  }

  isEnd(state: number): boolean {
    return this.states[state]?.kind === 'end';
  }

  #after(state: number, { direction, partner, label }: Action): number | undefined {
    const at = this.states[state];
    if (at === undefined || at.kind !== direction || at.partner !== partner) return undefined;
    return at.branches.get(label);
  }
}

function assertState(state: EndpointState, states: number): void {
  if (state.kind === 'end') return;
  const { partner, branches } = state;
  const fault = [
    identifierFault('partner', partner),
    ...[...branches.keys()].map((label) => identifierFault('label', label)),
  ].find((each) => each !== undefined);
  if (fault !== undefined) throw new InvalidLocalType(fault);
  if (branches.size < 1 || branches.size > branchesMax) {
    throw new InvalidLocalType(`a choice of ${branches.size} labels, not 1 to ${branchesMax}`);
  }
  for (const next of branches.values()) {
    if (!Number.isSafeInteger(next) || next < 0 || next >= states) {
      throw new InvalidLocalType(`state ${next} of ${states}`);
    }
  }
}

/** Numbers the states in the order in which they are met, labels sorted, so that equal types give equal states. */
class Compilation {
  readonly #states: EndpointState[] = [];
  #end: number | undefined;

  compile(type: LocalType): readonly EndpointState[] {
    this.#visit(type, new Map());
    return this.#states;
  }

  /** @param bound - The states that the names around this type begin: a step lies between, so that they are guarded. */
  #visit(type: LocalType, bound: ReadonlyMap<string, number>): number {
    const names = new Set<string>();
    let at = type;
    for (; at.kind === 'recursion'; at = at.body) {
      if (names.has(at.name) || bound.has(at.name))
        throw new InvalidLocalType(`\`${at.name}\` is bound twice`);
      names.add(at.name);
    }
    if (at.kind === 'recur') {
      if (names.has(at.name)) throw new InvalidLocalType(`\`${at.name}\` begins again without a step`);
      const state = bound.get(at.name);
      if (state === undefined) throw new InvalidLocalType(`\`${at.name}\` is not bound`);
      return state;
    }
    if (at.kind === 'end') return (this.#end ??= this.#add({ kind: 'end' }));
    const branches = new Map<string, number>();
    const partner = at.kind === 'send' ? at.to : at.from;
    const state = this.#add({ kind: at.kind, partner, branches });
    const inner = new Map([...bound, ...[...names].map((name) => [name, state] as const)]);
    for (const [label, next] of Object.entries(at.branches).toSorted(byLabel)) {
      branches.set(label, this.#visit(next, inner));
    }
    return state;
  }

  #add(state: EndpointState): number {
    if (this.#states.length >= statesMax) throw new InvalidLocalType(`more than ${statesMax} states`);
    return this.#states.push(state) - 1;
  }
}

function byLabel([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
