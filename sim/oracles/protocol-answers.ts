import type { Check } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { edgeName, type ProtocolSession } from './protocol-session.js';

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** What those who take part in protocol sessions were told is what is on record: at that place that message, and each refusal of authority. */
export class ProtocolAnswers {
  readonly #sessionOf: (sid: number) => ProtocolSession | undefined;
  /** Refusals, on record and told. */
  readonly #denied = new Map<string, number>();
  readonly #told = new Map<string, number>();

  constructor(sessionOf: (sid: number) => ProtocolSession | undefined) {
    this.#sessionOf = sessionOf;
  }

  observe(fact: Fact, check: Check): void {
    switch (fact.kind) {
      case 'log.denied':
        if (fact.act === 'use') add(this.#denied, nameOf(fact));
        return;
      case 'protocol.told-denied': {
        const name = nameOf(fact);
        const told = add(this.#told, name);
        const recorded = this.#denied.get(name) ?? 0;
        check(recorded >= told, fact.session, () => `${told} were told, ${recorded} are on record: ${name}`);
        return;
      }
      case 'protocol.told-bound': {
        const { node, sid, edgeSid } = fact;
        check(sid === edgeSid, subjectOf(sid), () => `${node} has bound an edge of ${edgeSid} to it`);
        return;
      }
      case 'protocol.told-sent':
      case 'protocol.told-received':
        return this.#toldOf(fact, check);
      default:
    }
  }

  #toldOf(fact: Of<'protocol.told-sent' | 'protocol.told-received'>, check: Check): void {
    const { kind, node, sid, from, to, position, label, payload } = fact;
    const edge = this.#sessionOf(sid)?.edges.get(edgeName(from, to));
    const isThere = kind === 'protocol.told-sent' || position < (edge?.received ?? 0);
    const message = edge?.sent[position];
    check(isThere && message?.label === label && message.payload === payload, subjectOf(sid), () => {
      const recorded = message?.label ?? 'none';
      return `${node} is told of ${label} at place ${position} of ${from} -> ${to}; on record is ${recorded}`;
    });
  }
}

function nameOf({ owner, session, code }: Of<'log.denied' | 'protocol.told-denied'>): string {
  return `${owner} ${session} ${code}`;
}

function subjectOf(sid: number): string {
  return `protocol session ${sid}`;
}

function add(counts: Map<string, number>, name: string): number {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  return count;
}
