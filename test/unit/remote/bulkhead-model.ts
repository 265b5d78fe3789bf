import type { BulkheadLimits } from '../../../src/remote/bulkhead-limits.js';

/** Where a request stands in the model. */
type Standing =
  'waits' | 'runs' | 'released' | 'lapsed' | 'timed_out' | 'cancelled' | 'busy' | 'too_heavy' | 'closed';

interface Request {
  readonly weight: number;
  readonly lastMs: number;
  leaseEndMs: number;
  standing: Standing;
}

/** What may happen to a bulkhead; `ticket` counts from 1 in order of arrival, and may name what never came. */
export type BulkheadEvent =
  | {
      readonly kind: 'arrive';
      readonly weight: number;
      readonly timeoutMs: number;
      readonly leaseMs: number | null;
      readonly isCancelled: boolean;
    }
  | { readonly kind: 'leave' | 'cancel'; readonly ticket: number }
  | { readonly kind: 'renew'; readonly ticket: number; readonly byMs: number }
  | { readonly kind: 'pass'; readonly byMs: number }
  | { readonly kind: 'close' };

/** A bulkhead as one table of all that ever came, looked through from the top after each event. */
export class BulkheadModel {
  readonly table: Request[] = [];
  readonly #limits: BulkheadLimits;
  #isClosed = false;
  nowMs = 0;

  constructor(limits: BulkheadLimits) {
    this.#limits = limits;
  }

  take(event: BulkheadEvent): void {
    switch (event.kind) {
      case 'arrive':
        this.#lookThrough();
        this.#arrive(event);
        break;
      case 'leave': {
        this.#lookThrough();
        const request = this.table[event.ticket - 1];
        if (request?.standing === 'runs') request.standing = 'released';
        break;
      }
      case 'cancel': {
        const request = this.table[event.ticket - 1];
        if (request?.standing === 'waits') request.standing = 'cancelled';
        break;
      }
      case 'renew': {
        const request = this.table[event.ticket - 1];
        if (request !== undefined) request.leaseEndMs += event.byMs;
        break;
      }
      case 'pass':
        this.nowMs += event.byMs;
        break;
      case 'close':
        this.#isClosed = true;
        for (const request of this.table) if (request.standing === 'waits') request.standing = 'cancelled';
    }
    if (event.kind !== 'renew') this.#lookThrough();
  }

  count(...standings: readonly Standing[]): number {
    return this.table.filter(({ standing }) => standings.includes(standing)).length;
  }

  tickets(standing: Standing): readonly number[] {
    return this.table.flatMap((request, index) => (request.standing === standing ? [index + 1] : []));
  }

  get taken(): number {
    return this.table.reduce((sum, { standing, weight }) => sum + (standing === 'runs' ? weight : 0), 0);
  }

  #arrive({ weight, timeoutMs, leaseMs, isCancelled }: Extract<BulkheadEvent, { kind: 'arrive' }>): void {
    const leaseEndMs = this.nowMs + (leaseMs ?? Infinity);
    const request: Request = { weight, lastMs: this.nowMs + timeoutMs, leaseEndMs, standing: 'waits' };
    const waiting = this.count('waits');
    const finds = waiting === 0 && this.taken + weight <= this.#limits.permitsMax;
    this.table.push(request);
    if (isCancelled) request.standing = 'cancelled';
    else if (this.#isClosed) request.standing = 'closed';
    else if (weight > this.#limits.permitsMax) request.standing = 'too_heavy';
    else if (leaseMs === 0) request.standing = 'timed_out';
    else if (!finds && waiting >= this.#limits.waitingMax) request.standing = 'busy';
  }

  #lookThrough(): void {
    for (const request of this.table) {
      const isLeaseOver = request.leaseEndMs <= this.nowMs;
      if (request.standing === 'runs' && isLeaseOver) request.standing = 'lapsed';
      if (request.standing === 'waits' && (isLeaseOver || this.nowMs > request.lastMs)) {
        request.standing = 'timed_out';
      }
    }
    for (const request of this.table) {
      if (request.standing !== 'waits') continue;
      if (this.taken + request.weight > this.#limits.permitsMax) return;
      request.standing = 'runs';
    }
  }
}
