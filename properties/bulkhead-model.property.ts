import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  arrive,
  type BulkheadStep,
  cancel,
  close,
  type Happening,
  leave,
  renew,
  tick,
} from '../src/remote/bulkhead-decide.js';
import { type BulkheadState, nextDueMs, openBulkhead, permitsHeld } from '../src/remote/bulkhead-state.js';
import { type BulkheadEvent, BulkheadModel } from '../test/unit/remote/bulkhead-model.js';
import { settled } from '../test/unit/remote/fake-clock.js';
import { Harbour, type Ship } from '../test/unit/remote/harbour.js';

const limits = fc.record({ permitsMax: fc.integer({ min: 1, max: 4 }), waitingMax: fc.nat(6) });
const ticket = fc.integer({ min: 1, max: 12 });

const arrival = fc.record({
  kind: fc.constant('arrive' as const),
  weight: fc.integer({ min: 1, max: 4 }),
  timeoutMs: fc.nat(4),
  leaseMs: fc.option(fc.nat(6), { freq: 2 }),
  isCancelled: fc.nat(15).map((chance) => chance === 0),
});

const event: fc.Arbitrary<BulkheadEvent> = fc.oneof(
  { weight: 12, arbitrary: arrival },
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'leave', 'cancel'), ticket }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), byMs: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('renew' as const),
      ticket,
      byMs: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

/** Mostly closed when all is over, and sometimes in between. */
const events = fc
  .tuple(fc.array(event, { maxLength: 60, size: 'max' }), fc.nat(200))
  .map(([given, closeAt]): readonly BulkheadEvent[] => {
    return [...given.slice(0, closeAt), { kind: 'close' }, ...given.slice(closeAt)];
  });

/** The bulkhead’s decisions, with a time of its own. */
class Driven {
  state: BulkheadState;
  nowMs = 0;
  readonly happenings: Happening[] = [];
  #arrived = 0;

  constructor(given: BulkheadState['limits']) {
    this.state = openBulkhead(given);
  }

  take(given: BulkheadEvent): void {
    if (given.kind === 'renew') {
      const { ticket: renewed } = given;
      const found = [...this.state.waiting, ...this.state.holding].find((each) => each.ticket === renewed);
      const endMs = found?.leaseEndMs ?? null;
      if (endMs !== null) this.state = renew(this.state, renewed, endMs + given.byMs);
      return;
    }
    const { state, happenings } = this.#decide(given);
    this.state = state;
    this.happenings.push(...happenings);
  }

  #decide(given: Exclude<BulkheadEvent, { kind: 'renew' }>): BulkheadStep {
    switch (given.kind) {
      case 'arrive': {
        this.#arrived += 1;
        const { weight, timeoutMs, leaseMs, isCancelled } = given;
        const deadlineMs = this.nowMs + timeoutMs;
        const leaseEndMs = leaseMs === null ? null : this.nowMs + leaseMs;
        const waiter = { ticket: this.#arrived, weight, deadlineMs, leaseEndMs, isCancelled };
        return arrive(this.state, waiter, this.nowMs);
      }
      case 'leave':
        return leave(this.state, given.ticket, this.nowMs);
      case 'cancel':
        return cancel(this.state, given.ticket, this.nowMs);
      case 'pass':
        this.nowMs += given.byMs;
        return tick(this.state, this.nowMs);
      case 'close':
        return close(this.state, this.nowMs);
    }
  }
}

test('decides as the model does, and every counter can be accounted for at every moment', () => {
  const seen = { admitted: 0, rejected: 0, timedOut: 0, cancelled: 0, released: 0, lapsed: 0 };
  fc.assert(
    fc.property(limits, events, (given, happens) => {
      const model = new BulkheadModel(given);
      const driven = new Driven(given);
      for (const each of happens) {
        model.take(each);
        driven.take(each);
        const { state } = driven;
        const { counters, waiting, holding } = state;
        assert.deepEqual(
          waiting.map((waiter) => waiter.ticket),
          model.tickets('waits'),
        );
        assert.deepEqual(
          holding.map((holder) => holder.ticket).sort((one, other) => one - other),
          model.tickets('runs'),
        );
        assert.deepEqual(counters, {
          offered: model.table.length,
          admitted: model.count('runs', 'released', 'lapsed'),
          rejected: model.count('busy', 'too_heavy', 'closed'),
          timedOut: model.count('timed_out'),
          cancelled: model.count('cancelled'),
          released: model.count('released'),
          lapsed: model.count('lapsed'),
        });
        const ended = counters.admitted + counters.rejected + counters.timedOut + counters.cancelled;
        assert.equal(counters.offered, ended + waiting.length);
        assert.equal(counters.admitted, counters.released + counters.lapsed + holding.length);
        assert.ok(permitsHeld(state) <= given.permitsMax && waiting.length <= given.waitingMax);
      }
      const { counters } = driven.state;
      seen.admitted += counters.admitted;
      seen.rejected += counters.rejected;
      seen.timedOut += counters.timedOut;
      seen.cancelled += counters.cancelled;
      seen.released += counters.released;
      seen.lapsed += counters.lapsed;
    }),
    { numRuns: 5000 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(1000);
});

test('admits in the order of arrival, and each at most once', () => {
  fc.assert(
    fc.property(limits, events, (given, happens) => {
      const driven = new Driven(given);
      for (const each of happens) driven.take(each);
      const granted = driven.happenings.filter(({ kind }) => kind === 'granted').map((each) => each.ticket);
      assert.deepEqual(
        granted,
        [...new Set(granted)].sort((one, other) => one - other),
      );
    }),
    { numRuns: 2000 },
  );
});

test('time alone changes nothing before it says so, and then it does', () => {
  fc.assert(
    fc.property(limits, events, (given, happens) => {
      const driven = new Driven(given);
      for (const each of happens) {
        driven.take(each);
        const dueMs = nextDueMs(driven.state);
        assert.ok(dueMs === undefined || dueMs > driven.nowMs || each.kind === 'renew');
        if (dueMs === undefined || dueMs <= driven.nowMs) continue;
        assert.deepEqual(tick(driven.state, dueMs - 1).happenings, []);
        assert.notDeepEqual(tick(driven.state, dueMs).happenings, []);
      }
    }),
    { numRuns: 2000 },
  );
});

test('one that is cancelled while it waits is as if it had never come', () => {
  let compared = 0;
  fc.assert(
    fc.property(limits, fc.array(event, { maxLength: 60, size: 'max' }), arrival, (given, happens, extra) => {
      const driven = new Driven(given);
      for (const each of happens) driven.take(each);
      const before = tick(driven.state, driven.nowMs).state;
      const leaseEndMs = extra.leaseMs === null ? null : driven.nowMs + extra.leaseMs;
      const waiter = { ...extra, ticket: 1000, deadlineMs: driven.nowMs + extra.timeoutMs, leaseEndMs };
      const came = arrive(before, waiter, driven.nowMs);
      if (!came.happenings.some(({ kind }) => kind === 'queued')) return;
      compared += 1;
      const { state } = cancel(came.state, 1000, driven.nowMs);
      const { offered, cancelled } = before.counters;
      assert.deepEqual(state, {
        ...before,
        counters: { ...before.counters, offered: offered + 1, cancelled: cancelled + 1 },
      });
    }),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(300);
});

/** What the model calls an end, as a caller is told it. */
const tellings: Readonly<Record<string, string>> = {
  waits: 'waits',
  runs: 'runs',
  released: 'done',
  lapsed: 'REMOTE_PERMIT_LAPSED',
  timed_out: 'REMOTE_TIMED_OUT',
  busy: 'REMOTE_BUSY',
  too_heavy: 'REMOTE_TOO_HEAVY',
  closed: 'REMOTE_CLOSED',
};

test('running tasks on a clock, it tells every caller what the model says, and leaves no timer behind', async () => {
  await fc.assert(
    fc.asyncProperty(limits, events, async (given, happens) => {
      const model = new BulkheadModel(given);
      const harbour = new Harbour(given);
      const ships: { readonly ship: Ship; readonly stop: AbortController }[] = [];
      for (const each of happens) {
        if (each.kind === 'renew' || each.kind === 'close') continue;
        if (each.kind === 'pass') {
          for (let passed = 0; passed < each.byMs; passed += 1) model.take({ kind: 'pass', byMs: 1 });
          await harbour.clock.pass(each.byMs);
        } else {
          model.take(each);
          if (each.kind === 'arrive') {
            const stop = new AbortController();
            if (each.isCancelled) stop.abort();
            const { weight, timeoutMs, leaseMs } = each;
            const endMs = harbour.clock.monotonicMs() + (leaseMs ?? 0);
            const lease = leaseMs === null ? {} : { leaseEndMs: () => endMs };
            const admission = { weight, timeoutMs, signal: stop.signal, ...lease };
            ships.push({ ship: harbour.come(String(ships.length + 1), admission), stop });
          } else if (each.kind === 'cancel') ships[each.ticket - 1]?.stop.abort();
          else await ships[each.ticket - 1]?.ship.finish();
        }
        await settled();
        const told = ships.map(({ ship }) => ship.state);
        const wanted = model.table.map(({ standing }) => tellings[standing] ?? 'REMOTE_CANCELLED');
        assert.deepEqual(told, wanted);
      }
      assert.ok(harbour.clock.timers <= 1);
      const closing = harbour.bulkhead.close();
      for (const { ship } of ships) await ship.finish();
      await closing;
      assert.equal(harbour.clock.timers, 0);
      assert.equal(harbour.bulkhead.figures().permitsHeld, 0);
    }),
    { numRuns: 300 },
  );
});
