import { describe, expect, test } from 'vitest';
import { arrive, type Arrival, cancel, leave, renew, tick } from '../../../src/remote/bulkhead-decide.js';
import { type BulkheadState, openBulkhead } from '../../../src/remote/bulkhead-state.js';

function arrival(ticket: number, changes: Partial<Arrival> = {}): Arrival {
  return { ticket, weight: 1, leaseEndMs: null, deadlineMs: 1000, isCancelled: false, ...changes };
}

/** One permit, which the first of those who came holds; the others wait. */
function crowded(...arrivals: readonly Arrival[]): BulkheadState {
  const empty = openBulkhead({ permitsMax: 1, waitingMax: 10 });
  return arrivals.reduce((state, each) => arrive(state, each, 0).state, empty);
}

const tickets = (list: readonly { readonly ticket: number }[]): readonly number[] =>
  list.map(({ ticket }) => ticket);

describe('one of several', () => {
  test('that wait gives up: the others keep their places', () => {
    const { state, happenings } = cancel(crowded(arrival(1), arrival(2), arrival(3), arrival(4)), 3, 5);
    expect(happenings).toEqual([{ kind: 'cancelled', ticket: 3, weight: 1, reason: 'signal' }]);
    expect(tickets(state.waiting)).toEqual([2, 4]);
    expect(tickets(state.holding)).toEqual([1]);
  });

  test('gives up having been admitted, or never having come: nothing changes', () => {
    const state = crowded(arrival(1), arrival(2));
    for (const ticket of [1, 9]) expect(cancel(state, ticket, 5)).toEqual({ state, happenings: [] });
  });

  test('ends: its own permit comes back, and goes to the next', () => {
    const state = crowded(arrival(1), arrival(2), arrival(3));
    expect(leave(state, 2, 5)).toEqual({ state, happenings: [] });
    const left = leave(state, 1, 5);
    expect(left.happenings.map(({ kind, ticket }) => `${kind} ${ticket}`)).toEqual([
      'released 1',
      'granted 2',
    ]);
    expect(tickets(left.state.waiting)).toEqual([3]);
  });

  test('renews its lease: that of nobody else is prolonged, waiting or admitted', () => {
    const leased = { leaseEndMs: 10 };
    const state = crowded(arrival(1, leased), arrival(2, leased), arrival(3, leased));
    const ends = ({ holding, waiting }: BulkheadState): readonly (number | null)[] =>
      [...holding, ...waiting].map(({ leaseEndMs }) => leaseEndMs);
    expect(ends(renew(state, 1, 30))).toEqual([30, 10, 10]);
    expect(ends(renew(state, 3, 30))).toEqual([10, 10, 30]);
    const later = tick(renew(state, 3, 30), 10);
    expect(later.happenings.map(({ kind, ticket }) => `${kind} ${ticket}`)).toEqual([
      'lapsed 1',
      'timed_out 2',
      'granted 3',
    ]);
  });
});

test('who comes is told what becomes of it', () => {
  const state = crowded(arrival(1));
  const told = (changes: Partial<Arrival>): unknown => arrive(state, arrival(2, changes), 0).happenings;
  expect(told({})).toEqual([{ kind: 'queued', ticket: 2, weight: 1 }]);
  expect(told({ isCancelled: true })).toEqual([
    { kind: 'cancelled', ticket: 2, weight: 1, reason: 'signal' },
  ]);
  expect(told({ weight: 2 })).toEqual([{ kind: 'rejected', ticket: 2, weight: 2, reason: 'too_heavy' }]);
});
