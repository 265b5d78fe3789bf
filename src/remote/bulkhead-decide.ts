import type { Milliseconds } from '../runtime/clock.js';
import { type BulkheadState, type Holder, permitsHeld, type Ticket, type Waiter } from './bulkhead-state.js';

/** Something that became of one request, in the order in which it did. */
export type Happening = { readonly ticket: Ticket; readonly weight: number } & (
  | { readonly kind: 'queued' | 'granted' | 'timed_out' | 'released' | 'lapsed' }
  | { readonly kind: 'rejected'; readonly reason: RejectReason }
  | { readonly kind: 'cancelled'; readonly reason: CancelReason }
);

export type RejectReason = 'busy' | 'too_heavy' | 'closed';
export type CancelReason = 'signal' | 'closed';

/** What a decision comes to. The state that was given is left as it is. */
export interface BulkheadStep {
  readonly state: BulkheadState;
  readonly happenings: readonly Happening[];
}

export interface Arrival extends Waiter {
  /** Its caller gave up before it came: it is counted, and nothing else. */
  readonly isCancelled: boolean;
}

/** A state while it is being changed. */
interface Draft {
  readonly limits: BulkheadState['limits'];
  isClosed: boolean;
  waiting: Waiter[];
  holding: Holder[];
  counters: { -readonly [Name in keyof BulkheadState['counters']]: number };
  readonly happenings: Happening[];
}

/** A request comes. It is admitted, waits behind all that came before, or is refused. Flaws F9 and F21. */
export function arrive(state: BulkheadState, arrival: Arrival, nowMs: Milliseconds): BulkheadStep {
  return step(state, (draft) => {
    settle(draft, nowMs);
    draft.counters.offered += 1;
    const { isCancelled, ...waiter } = arrival;
    const { permitsMax, waitingMax } = draft.limits;
    if (isCancelled) return cancelled(draft, waiter, 'signal');
    if (draft.isClosed) return rejected(draft, waiter, 'closed');
    if (waiter.weight > permitsMax) return rejected(draft, waiter, 'too_heavy');
    if (isOver(waiter, nowMs)) return timedOut(draft, waiter);
    if (draft.waiting.length === 0 && fits(draft, waiter)) return granted(draft, waiter);
    if (draft.waiting.length >= waitingMax) return rejected(draft, waiter, 'busy');
    draft.waiting.push(waiter);
    happened(draft, waiter, 'queued');
  });
}

/** A task has ended. Its permit comes back, and goes to who is next at once: nobody polls. A lease that ended first has won. */
export function leave(state: BulkheadState, ticket: Ticket, nowMs: Milliseconds): BulkheadStep {
  return step(state, (draft) => {
    settle(draft, nowMs);
    const holder = draft.holding.find((each) => each.ticket === ticket);
    if (holder === undefined) return;
    released(draft, holder);
    settle(draft, nowMs);
  });
}

/** A caller gives up. One that waits is gone, as if it had never come; one that was admitted keeps its permit until its task ends. */
export function cancel(state: BulkheadState, ticket: Ticket, nowMs: Milliseconds): BulkheadStep {
  return step(state, (draft) => {
    const waiter = draft.waiting.find((each) => each.ticket === ticket);
    if (waiter !== undefined) {
      remove(draft.waiting, waiter);
      cancelled(draft, waiter, 'signal');
    }
    settle(draft, nowMs);
  });
}

/** Time has passed. */
export function tick(state: BulkheadState, nowMs: Milliseconds): BulkheadStep {
  return step(state, (draft) => settle(draft, nowMs));
}

/** The lease behind a request was renewed before it ended. A permit that has lapsed does not come back. */
export function renew(state: BulkheadState, ticket: Ticket, leaseEndMs: Milliseconds): BulkheadState {
  const renewed = <Each extends Holder>(each: Each): Each =>
    each.ticket === ticket ? { ...each, leaseEndMs } : each;
  return { ...state, waiting: state.waiting.map(renewed), holding: state.holding.map(renewed) };
}

/** Nobody is admitted any more, and nobody waits. What runs goes on to its end, or to that of its lease. Flaw F22. */
export function close(state: BulkheadState, nowMs: Milliseconds): BulkheadStep {
  return step(state, (draft) => {
    draft.isClosed = true;
    for (const waiter of draft.waiting.splice(0)) cancelled(draft, waiter, 'closed');
    settle(draft, nowMs);
  });
}

/**
 * All that is due by now: leases that have ended give their permits back, waiters whose deadline is past go, and then the first ones
 * are admitted as long as they fit. So a permit that comes back at the very deadline of a waiter is the waiter's, whichever of the two
 * is told first. Flaw F14.
 */
function settle(draft: Draft, nowMs: Milliseconds): void {
  for (const holder of draft.holding.filter(({ leaseEndMs }) => leaseEndMs !== null && leaseEndMs <= nowMs)) {
    remove(draft.holding, holder);
    draft.counters.lapsed += 1;
    happened(draft, holder, 'lapsed');
  }
  for (const waiter of draft.waiting.filter((each) => isOver(each, nowMs))) {
    remove(draft.waiting, waiter);
    timedOut(draft, waiter);
  }
  // Strictly in order: a heavy one that does not fit yet is not overtaken by light ones, or it might wait for ever.
  for (let first = draft.waiting[0]; first !== undefined && fits(draft, first); first = draft.waiting[0]) {
    remove(draft.waiting, first);
    granted(draft, first);
  }
}

/** Whether it is too late to admit it. */
function isOver({ deadlineMs, leaseEndMs }: Waiter, nowMs: Milliseconds): boolean {
  return deadlineMs < nowMs || (leaseEndMs !== null && leaseEndMs <= nowMs);
}

function fits(draft: Draft, { weight }: Holder): boolean {
  return permitsHeld(draft) + weight <= draft.limits.permitsMax;
}

function granted(draft: Draft, waiter: Waiter): void {
  const { ticket, weight, leaseEndMs } = waiter;
  draft.holding.push({ ticket, weight, leaseEndMs });
  draft.counters.admitted += 1;
  happened(draft, waiter, 'granted');
}

function released(draft: Draft, holder: Holder): void {
  remove(draft.holding, holder);
  draft.counters.released += 1;
  happened(draft, holder, 'released');
}

function timedOut(draft: Draft, waiter: Waiter): void {
  draft.counters.timedOut += 1;
  happened(draft, waiter, 'timed_out');
}

function rejected(draft: Draft, { ticket, weight }: Waiter, reason: RejectReason): void {
  draft.counters.rejected += 1;
  draft.happenings.push({ kind: 'rejected', ticket, weight, reason });
}

function cancelled(draft: Draft, { ticket, weight }: Waiter, reason: CancelReason): void {
  draft.counters.cancelled += 1;
  draft.happenings.push({ kind: 'cancelled', ticket, weight, reason });
}

function happened(
  draft: Draft,
  { ticket, weight }: Holder,
  kind: 'queued' | 'granted' | 'timed_out' | 'released' | 'lapsed',
): void {
  draft.happenings.push({ kind, ticket, weight });
}

function remove<Each>(list: Each[], each: Each): void {
  const index = list.indexOf(each);
  if (index >= 0) list.splice(index, 1);
}

function step(state: BulkheadState, change: (draft: Draft) => void): BulkheadStep {
  const draft: Draft = {
    ...state,
    waiting: [...state.waiting],
    holding: [...state.holding],
    counters: { ...state.counters },
    happenings: [],
  };
  change(draft);
  const { happenings, ...changed } = draft;
  return { state: changed, happenings };
}
