import type { Answer, Deed, Request } from './order-messages.js';

/** How an order is to end. */
export type Fate = 'shipped' | 'not approved' | 'declined' | 'not shippable';

const fates: readonly Fate[] = ['shipped', 'not approved', 'shipped', 'declined', 'not shippable'];

export function fateOf(order: string): Fate {
  return fates[Number(order.slice('order-'.length)) % fates.length] ?? 'shipped';
}

/** How long an order waits between its approval and its charge: some so long that a crash is sure to fall into it. */
export function settleMsOf(order: string): number {
  return Number(order.slice('order-'.length)) % 4 === 0 ? 150 : 3;
}

/** What a whole order does to the world, in order: what was done is undone from its end. */
export const deedsOf: Readonly<Record<Fate, readonly Deed[]>> = {
  shipped: ['reserve', 'charge', 'ship'],
  'not approved': ['reserve', 'release'],
  declined: ['reserve', 'release'],
  'not shippable': ['reserve', 'charge', 'refund', 'release'],
};

/** What a whole order's workflow returns. */
export const valueOf: Readonly<Record<Fate, string>> = {
  shipped: 'shipped',
  'not approved': 'undone: release',
  declined: 'undone: release',
  'not shippable': 'undone: refund, release',
};

const refusedDeed: Readonly<Partial<Record<Fate, Deed>>> = { declined: 'charge', 'not shippable': 'ship' };

/**
 * The outside world of the orders: what was really done, in order. The bank does nothing twice under one key. The warehouse does what
 * it is told as often as it is told.
 */
export class Ledger {
  readonly done = new Map<string, Deed[]>();
  /** For each order that a human was asked about: a token that is good. */
  readonly tokens = new Map<string, string>();
  /** When each order was charged, by the clock of this machine. */
  readonly chargedAtMs = new Map<string, number>();
  /** What it was asked for because a crash had left something in doubt. */
  readonly doubts = { knownKey: 0, foundDone: 0, foundAbsent: 0 };
  readonly #keys = new Map<string, { readonly request: string; readonly answer: Answer }>();
  readonly #warehouse = new Map<string, Answer>();

  answer(request: Request): Answer {
    switch (request.provider) {
      case 'bank':
        return this.#bank(request.key, request.order, request.deed);
      case 'warehouse': {
        const answer = this.#carryOut(request.order, request.deed);
        this.#warehouse.set(`${request.order}/${request.deed}`, answer);
        return answer;
      }
      case 'warehouse enquiry': {
        const answer = this.#warehouse.get(`${request.order}/${request.deed}`) ?? 'absent';
        this.doubts[answer === 'absent' ? 'foundAbsent' : 'foundDone'] += 1;
        return answer;
      }
      case 'human':
        this.tokens.set(request.order, request.token);
        return 'done';
    }
  }

  #bank(key: string, order: string, deed: Deed): Answer {
    const request = `${order}/${deed}`;
    const known = this.#keys.get(key);
    if (known === undefined) {
      const answer = this.#carryOut(order, deed);
      this.#keys.set(key, { request, answer });
      return answer;
    }
    if (known.request !== request) throw new Error(`${request} comes with the key of ${known.request}`);
    this.doubts.knownKey += 1;
    return known.answer;
  }

  #carryOut(order: string, deed: Deed): Answer {
    if (refusedDeed[fateOf(order)] === deed) return 'refused';
    if (deed === 'charge') this.chargedAtMs.set(order, Date.now());
    this.done.set(order, [...(this.done.get(order) ?? []), deed]);
    return 'done';
  }
}
