import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { isOneOf } from './is-one-of.js';

/** How much each bulkhead lets through at once, and how many may wait for it. */
export interface BulkheadSize {
  readonly permitsMax: number;
  readonly waitingMax: number;
}

/** One that waits, or holds permits. */
interface Request {
  readonly ticket: number;
  readonly weight: number;
}

const kinds = [
  'node.opened',
  'bulkhead.queued',
  'bulkhead.granted',
  'bulkhead.released',
  'bulkhead.lapsed',
  'bulkhead.timed_out',
  'bulkhead.rejected',
  'bulkhead.cancelled',
] as const;

/**
 * Permits never exceed the cap, and none leaks; every request ends in exactly one way; strict order of arrival; whoever could be admitted is not
 * left waiting, nor sent away as if there were no room. One that waits no more is as if it had never come. Each life of a node has a bulkhead of its own.
 */
export function bulkheadConserved(size: BulkheadSize): Oracle<Fact> {
  const bulkheads = new Map<string, ModelBulkhead>();
  return {
    id: 'bulkhead-conserved',
    onFact(fact, check) {
      if (!isOneOf(fact, kinds)) return;
      const { node } = fact;
      let bulkhead = bulkheads.get(node);
      if (bulkhead === undefined || fact.kind === 'node.opened') {
        bulkhead = new ModelBulkhead(node, size);
        bulkheads.set(node, bulkhead);
      }
      if (fact.kind !== 'node.opened') bulkhead.observe(fact, check);
    },
    atQuiescence(check) {
      for (const bulkhead of bulkheads.values()) bulkhead.judgeRest(check);
    },
  };
}

type BulkheadFact = Exclude<
  Extract<Fact, { readonly kind: (typeof kinds)[number] }>,
  { readonly kind: 'node.opened' }
>;

/** What a bulkhead has to be like after what it told. */
class ModelBulkhead {
  readonly #node: string;
  readonly #size: BulkheadSize;
  readonly #waiting: Request[] = [];
  readonly #holding = new Map<number, Request>();
  #held = 0;
  #lastTicket = 0;

  constructor(node: string, size: BulkheadSize) {
    this.#node = node;
    this.#size = size;
  }

  observe(fact: BulkheadFact, check: Check): void {
    const { ticket, weight } = fact;
    const subject = `${this.#node} ${ticket}`;
    const [first] = this.#waiting;
    // What comes free goes to who is first at once: before anything new is told of anybody.
    const isNew = ticket > this.#lastTicket && fact.kind !== 'bulkhead.cancelled';
    if (isNew) {
      check(
        first === undefined || !this.#fits(first),
        subject,
        () => `${fact.kind}, and ${first?.ticket ?? 0} waits although it could be admitted`,
      );
    }
    this.#lastTicket = Math.max(this.#lastTicket, ticket);
    switch (fact.kind) {
      case 'bulkhead.queued':
        check(isNew, subject, () => 'queued, and it came before');
        check(
          first !== undefined || !this.#fits({ ticket, weight }),
          subject,
          () => `has to wait, with ${this.#held} of ${this.#size.permitsMax} permits held, and nobody first`,
        );
        this.#waiting.push({ ticket, weight });
        check(this.#waiting.length <= this.#size.waitingMax, subject, () => {
          return `${this.#waiting.length} wait, ${this.#size.waitingMax} may`;
        });
        return;
      case 'bulkhead.granted': {
        check(
          first === undefined || first.ticket === ticket,
          subject,
          () => `admitted before ${first?.ticket ?? 0}, which came first`,
        );
        check(first !== undefined || isNew, subject, () => 'admitted, and it had gone');
        this.#leaveQueue(ticket);
        this.#holding.set(ticket, { ticket, weight });
        this.#held += weight;
        check(this.#held <= this.#size.permitsMax, subject, () => {
          return `${this.#held} permits are held, there are ${this.#size.permitsMax}`;
        });
        return;
      }
      case 'bulkhead.released':
      case 'bulkhead.lapsed': {
        const holder = this.#holding.get(ticket);
        check(holder?.weight === weight, subject, () => {
          return `gives back ${weight} permits, and holds ${holder?.weight ?? 0}`;
        });
        this.#held -= holder?.weight ?? 0;
        this.#holding.delete(ticket);
        return;
      }
      case 'bulkhead.rejected':
        check(isNew, subject, () => 'rejected, and it came before');
        if (fact.reason !== 'busy') return;
        check(this.#waiting.length >= this.#size.waitingMax, subject, () => {
          return `rejected as busy, with ${this.#waiting.length} waiting of ${this.#size.waitingMax}`;
        });
        check(
          first !== undefined || !this.#fits({ ticket, weight }),
          subject,
          () => `rejected as busy, with ${this.#held} of ${this.#size.permitsMax} permits held`,
        );
        return;
      case 'bulkhead.timed_out':
      case 'bulkhead.cancelled':
        check(!this.#holding.has(ticket), subject, () => `${fact.kind}, and it holds permits`);
        this.#leaveQueue(ticket);
        return;
    }
  }

  judgeRest(check: Check): void {
    check(this.#held === 0, this.#node, () => {
      return `${this.#held} permits are held for ever, the first by ${[...this.#holding.keys()][0] ?? 0}`;
    });
    check(this.#waiting.length === 0, this.#node, () => `${this.#waiting.length} wait for ever`);
  }

  #fits({ weight }: Request): boolean {
    return this.#held + weight <= this.#size.permitsMax;
  }

  #leaveQueue(ticket: number): void {
    const index = this.#waiting.findIndex((waiter) => waiter.ticket === ticket);
    if (index >= 0) this.#waiting.splice(index, 1);
  }
}
