import type { Milliseconds } from '../runtime/clock.js';
import type { BulkheadLimits } from './bulkhead-limits.js';

/** Names one request to one bulkhead. */
export type Ticket = number;

/** What a probe is told of its use. */
export const bulkheadStates = ['free', 'busy', 'queueing'] as const;

export type BulkheadUse = (typeof bulkheadStates)[number];

/** All that a bulkhead knows. Volatile: after a restart nothing of it is running. Times are monotonic. */
export interface BulkheadState {
  readonly limits: BulkheadLimits;
  readonly isClosed: boolean;
  /** In order of arrival. */
  readonly waiting: readonly Waiter[];
  /** In order of admission. */
  readonly holding: readonly Holder[];
  readonly counters: BulkheadCounters;
}

export interface Holder {
  readonly ticket: Ticket;
  readonly weight: number;
  /** At exactly this time the permit is lost; null: never. */
  readonly leaseEndMs: Milliseconds | null;
}

export interface Waiter extends Holder {
  /** The last moment at which it may be admitted. */
  readonly deadlineMs: Milliseconds;
}

/**
 * What became of everything that ever came. At every moment:
 *
 * - offered = admitted + rejected + timed out + cancelled + those that wait
 * - admitted = released + lapsed + those that hold a permit
 */
export interface BulkheadCounters {
  readonly offered: number;
  readonly admitted: number;
  readonly rejected: number;
  readonly timedOut: number;
  readonly cancelled: number;
  readonly released: number;
  readonly lapsed: number;
}

export function openBulkhead(limits: BulkheadLimits): BulkheadState {
  const counters = {
    offered: 0,
    admitted: 0,
    rejected: 0,
    timedOut: 0,
    cancelled: 0,
    released: 0,
    lapsed: 0,
  };
  return { limits, isClosed: false, waiting: [], holding: [], counters };
}

export function permitsHeld({ holding }: Pick<BulkheadState, 'holding'>): number {
  return holding.reduce((sum, { weight }) => sum + weight, 0);
}

/** When time alone changes something the next time; undefined: never. */
export function nextDueMs({ waiting, holding }: BulkheadState): Milliseconds | undefined {
  const leaseEnds = [...waiting, ...holding].flatMap(({ leaseEndMs }) => leaseEndMs ?? []);
  // At its deadline a waiter may still be admitted: it is due when that is over.
  const deadlines = waiting.map(({ deadlineMs }) => deadlineMs + 1);
  const dueMs = [...leaseEnds, ...deadlines].reduce((least, each) => Math.min(least, each), Infinity);
  return dueMs === Infinity ? undefined : dueMs;
}
