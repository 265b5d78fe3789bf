import { describe, expect, test } from 'vitest';
import { RequestCancelled, RequestsClosed, RequestTimedOut } from '../../../src/requests/ask.js';
import { backoffMs } from '../../../src/remote/backoff.js';
import type { ExecuteAnswer } from '../../../src/remote/execute-answer.js';
import { bytes } from './dedup-fixtures.js';
import { charge, Desk, success } from './executor-fixtures.js';

const unavailable: ExecuteAnswer = { kind: 'unavailable', code: 'REMOTE_UNAVAILABLE', message: 'not now' };
const other = { kind: 'custom', name: 'other' } as const;

/** Every reason to be refused at once, in the order in which they are looked at. */
const reasons = [
  'REMOTE_NO_CAPABILITY',
  'REMOTE_UNKNOWN_COMPUTATION',
  'REMOTE_CANCELLED',
  'REMOTE_BUSY',
] as const;

describe('remote work', () => {
  test('that nothing speaks against is dispatched, and comes to its outcome', async () => {
    const desk = new Desk();
    const call = await desk.call();
    expect(desk.at(0).request).toMatchObject({
      capability: { sessionId: 's', generation: 3 },
      identity: { kind: 'request' },
      trace: { traceId: 'trace', sagaId: 'saga', attempt: 1, epoch: 3, simulation: null },
    });
    await desk.at(0).answer(success);
    expect(call.state).toBe('success');
    expect(desk.executor.figures()).toEqual({
      asked: 1,
      dispatched: 1,
      endings: new Map([['success', 1]]),
    });
  });

  test.each(reasons)(
    'is refused with %s before all that is looked at later, and leaves nothing but its own counter',
    async (code) => {
      const wrong = reasons.slice(reasons.indexOf(code));
      const desk = new Desk(wrong.includes('REMOTE_UNKNOWN_COMPUTATION') ? { computations: [] } : {});
      if (wrong.includes('REMOTE_NO_CAPABILITY')) desk.grant = undefined;
      await desk.filled();
      const before = desk.bulkhead.figures();
      const call = await desk.call(wrong.includes('REMOTE_CANCELLED') ? { signal: AbortSignal.abort() } : {});
      expect(call.state).toBe(code);
      expect(desk.asked).toHaveLength(0);
      expect(desk.executor.figures()).toEqual({ asked: 1, dispatched: 0, endings: new Map([[code, 1]]) });
      const rejected = code === 'REMOTE_BUSY' ? 1 : 0;
      expect(desk.bulkhead.figures()).toEqual({
        ...before,
        offered: before.offered + rejected,
        rejected: before.rejected + rejected,
      });
      expect(desk.told('remote.ended')).toMatchObject([{ ending: code, trace: 'trace', saga: 'saga' }]);
    },
  );

  test.each([
    ['of another session', { sessionId: 't' }],
    ['for other computations', { computations: ['255:other'] }],
    ['for a standard one of the same name', { computations: ['3:charge'] }],
  ])('F25, F26: under a capability %s is not done', async (_what, changes) => {
    const desk = new Desk();
    desk.grant = desk.granted(1000, changes);
    expect((await desk.call()).state).toBe('REMOTE_NO_CAPABILITY');
    expect(desk.asked).toHaveLength(0);
  });

  test('that is not in the registry is refused, though the capability reaches it', async () => {
    const desk = new Desk();
    desk.grant = desk.granted(1000, { computations: ['255:other'] });
    const call = await desk.call({ request: { computation: other, input: bytes('') } });
    expect(call.state).toBe('REMOTE_UNKNOWN_COMPUTATION');
  });

  test.each<[ExecuteAnswer, string]>([
    [{ kind: 'outcome', outcome: { kind: 'failure', code: 'X', message: '' } }, 'failure'],
    [{ kind: 'invalid', code: 'X', message: '' }, 'failure'],
    [{ kind: 'fenced', highest: 4 }, 'REMOTE_FENCED'],
    [
      {
        kind: 'conflict',
        recorded: {
          computation: '255:charge',
          inputDigest: '',
          inputBytes: 0,
          input: null,
          progress: 'in_flight',
          outcome: null,
        },
      },
      'REMOTE_CONFLICT',
    ],
    [{ kind: 'no_capability', code: 'X', message: '' }, 'REMOTE_NO_CAPABILITY'],
    [{ kind: 'unknown_computation', code: 'X', message: '' }, 'REMOTE_UNKNOWN_COMPUTATION'],
    [{ kind: 'full', code: 'SEGMENTS_FULL', message: '' }, 'REMOTE_BUSY'],
  ])('that the store answers with %j ends so, at once', async (answer, ending) => {
    const desk = new Desk();
    const call = await desk.call();
    await desk.at(0).answer(answer);
    expect(call.state).toBe(ending);
    expect(desk.asked).toHaveLength(1);
  });

  test.each([
    [new RequestTimedOut('store', 1), 'REMOTE_TIMED_OUT'],
    [new RequestCancelled('store'), 'REMOTE_CANCELLED'],
    [new RequestsClosed(), 'REMOTE_UNAVAILABLE'],
    [new Error('nobody expects this'), 'nobody expects this'],
  ])('F13, F27: whose dispatch ends with %s ends with %s', async (error, ending) => {
    const desk = new Desk();
    const call = await desk.call();
    await desk.at(0).fail(error);
    expect(call.state).toBe(ending);
    expect(desk.asked).toHaveLength(1);
  });

  test('that the store cannot do now is tried again under the same key, a bounded number of times', async () => {
    const desk = new Desk();
    const call = await desk.call();
    await desk.at(0).answer(unavailable);
    expect(desk.asked).toHaveLength(1);
    await desk.clock.pass(10);
    await desk.at(1).answer(unavailable);
    await desk.clock.pass(20);
    await desk.at(2).answer(unavailable);
    expect(call.state).toBe('REMOTE_UNAVAILABLE');
    expect(new Set(desk.told('remote.dispatched').map(({ key }) => key)).size).toBe(1);
    expect(desk.told('remote.dispatched').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(desk.bulkhead.figures()).toMatchObject({ released: 3, holding: 0 });
    expect(desk.clock.timers).toBe(0);
  });

  test('holds no permit while it waits to be tried again', async () => {
    const desk = new Desk();
    await desk.call();
    await desk.at(0).answer(unavailable);
    await desk.call({ traceId: 'another' });
    expect(desk.asked).toHaveLength(2);
  });

  test('does not begin a wait that its deadline would not let it end', async () => {
    const desk = new Desk();
    const call = await desk.call({ deadlineMs: 10 });
    await desk.at(0).answer(unavailable);
    expect(call.state).toBe('REMOTE_TIMED_OUT');
    expect(call.error).toMatchObject({ mayHaveRun: true });
    expect(desk.clock.timers).toBe(0);
  });

  test('leaves to the dispatch what is left of its deadline', async () => {
    const desk = new Desk();
    const first = await desk.call();
    const second = await desk.call({ deadlineMs: 500 });
    await desk.clock.pass(100);
    await desk.at(0).answer(success);
    expect(first.state).toBe('success');
    expect(desk.at(1).terms.deadlineMs).toBe(400);
    await desk.at(1).answer(success);
    expect(second.state).toBe('success');
  });

  test('that is admitted at its very deadline is not sent any more', async () => {
    const desk = new Desk();
    await desk.call();
    const call = await desk.call({ deadlineMs: 50 });
    await desk.clock.pass(50);
    await desk.at(0).answer(success);
    expect(call.state).toBe('REMOTE_TIMED_OUT');
    expect(desk.bulkhead.figures()).toMatchObject({ admitted: 2, holding: 0 });
    expect(desk.asked).toHaveLength(1);
  });

  test('that finds no permit in time has timed out, and has not run', async () => {
    const desk = new Desk();
    await desk.call();
    const call = await desk.call({ deadlineMs: 50 });
    await desk.clock.pass(51);
    expect(call.state).toBe('REMOTE_TIMED_OUT');
    expect(call.error).toMatchObject({ mayHaveRun: false });
  });

  test('F13: that is cancelled in the queue, while it runs, or between attempts says so, and whether it may have run', async () => {
    const desk = new Desk();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = await desk.call({ signal: running.signal });
    const second = await desk.call({ signal: waiting.signal });
    waiting.abort();
    running.abort();
    expect(desk.at(0).terms.signal?.aborted).toBe(true);
    await desk.at(0).fail(new RequestCancelled('store'));
    expect([first.state, second.state]).toEqual(['REMOTE_CANCELLED', 'REMOTE_CANCELLED']);
    expect(first.error).toMatchObject({ mayHaveRun: true });
    expect(second.error).toMatchObject({ mayHaveRun: false });
    const between = new AbortController();
    const third = await desk.call({ signal: between.signal });
    await desk.at(1).answer(unavailable);
    between.abort();
    await desk.clock.pass(1000);
    expect(third.state).toBe('REMOTE_CANCELLED');
    expect(desk.asked).toHaveLength(2);
  });

  test('that nobody waits for any more when its turn comes is not sent: bulkhead-burst 142', async () => {
    const desk = new Desk();
    let isWanted = true;
    await desk.call();
    const waiting = await desk.call({ isWanted: () => isWanted });
    isWanted = false;
    await desk.at(0).answer(success);
    expect(waiting.state).toBe('REMOTE_CANCELLED');
    expect(waiting.error).toMatchObject({ mayHaveRun: false });
    expect(desk.asked).toHaveLength(1);
  });

  test('after the bulkhead was closed has nobody to do it', async () => {
    const desk = new Desk();
    await desk.bulkhead.close();
    expect((await desk.call()).state).toBe('REMOTE_UNAVAILABLE');
  });

  test('carries where a simulation is on every request and event', async () => {
    const simulation = { seed: '17', scheduleFingerprint: 'beef' };
    const desk = new Desk({ simulation: () => simulation });
    await desk.call();
    await desk.at(0).answer(success);
    expect(desk.at(0).request.trace.simulation).toEqual(simulation);
    for (const { kind, fields } of desk.events.filter((event) => event.kind.startsWith('remote.'))) {
      expect([kind, fields]).toMatchObject([kind, { seed: '17', schedule: 'beef', epoch: 3, attempt: 1 }]);
    }
  });
});

describe('a lease that ends', () => {
  test.each([
    ['cancel', 'REMOTE_LEASE_CANCELLED'],
    ['fail', 'REMOTE_LEASE_FAILED'],
  ] as const)(
    'F16, F33, F35: on a dispatch that hangs, by policy %s, is told with %s',
    async (escalation, code) => {
      const desk = new Desk({ escalation });
      const call = await desk.call();
      await desk.clock.pass(999);
      expect(call.state).toBe('waits');
      await desk.clock.pass(1);
      expect(call.state).toBe(code);
      expect(call.error).toMatchObject({ mayHaveRun: true });
      expect(desk.at(0).terms.signal?.aborted).toBe(true);
      expect(desk.told('remote.lease-expired')).toMatchObject([{ escalation, attempt: 1, epoch: 3 }]);
      expect(desk.bulkhead.figures()).toMatchObject({ lapsed: 1, holding: 0 });
      await desk.at(0).answer(success);
      expect(call.state).toBe(code);
    },
  );

  test('F34: by policy retry is tried again under what is held then, until it has ended too often', async () => {
    const desk = new Desk({ escalation: 'retry' });
    desk.grant = desk.granted(100);
    const call = await desk.call();
    await desk.clock.pass(100);
    desk.grant = desk.granted(100, { generation: 4 });
    await desk.clock.pass(10);
    expect(desk.at(1).request).toMatchObject({
      capability: { generation: 4 },
      trace: { attempt: 2, epoch: 4 },
    });
    // It is not given another one: the third attempt finds that its lease has ended.
    await desk.clock.pass(120);
    expect(call.state).toBe('REMOTE_LEASE_RETRIES_SPENT');
    expect(desk.asked).toHaveLength(2);
    expect(desk.told('remote.lease-expired')).toHaveLength(3);
  });

  test('by policy retry may come to its outcome after all', async () => {
    const desk = new Desk({ escalation: 'retry' });
    desk.grant = desk.granted(100);
    const call = await desk.call();
    await desk.clock.pass(100);
    desk.grant = desk.granted(100);
    await desk.clock.pass(10);
    await desk.at(1).answer(success);
    expect(call.state).toBe('success');
  });

  test('O2, F32: while it waited for a permit keeps it from being dispatched', async () => {
    const desk = new Desk();
    await desk.call();
    desk.grant = desk.granted(50);
    const call = await desk.call();
    await desk.clock.pass(49);
    desk.clock.oversleep(1);
    await desk.at(0).answer(success);
    expect(call.state).toBe('REMOTE_LEASE_FAILED');
    expect(call.error).toMatchObject({ mayHaveRun: false });
    expect(desk.asked).toHaveLength(1);
  });

  test('before anything is asked is told so, and nothing is admitted', async () => {
    const desk = new Desk();
    desk.clock.oversleep(1000);
    expect((await desk.call()).state).toBe('REMOTE_LEASE_FAILED');
    expect(desk.bulkhead.figures().offered).toBe(0);
  });

  test('F35: is put off by a renewal that comes in time', async () => {
    const desk = new Desk();
    const call = await desk.call();
    await desk.clock.pass(900);
    const renewed = { requestedAtMonotonicMs: desk.clock.monotonicMs(), grantedForMs: 1000, marginMs: 0 };
    expect(desk.grant?.lease.renew(renewed)).toBe(true);
    await desk.clock.pass(999);
    expect(call.state).toBe('waits');
    await desk.clock.pass(1);
    expect(call.state).toBe('REMOTE_LEASE_FAILED');
  });

  test('F19: leaves every counter accounted for', async () => {
    const desk = new Desk({ escalation: 'cancel' });
    const calls = [await desk.call(), await desk.call(), await desk.call()];
    await desk.clock.pass(1000);
    expect(calls.map(({ state }) => state)).toEqual([
      'REMOTE_LEASE_CANCELLED',
      'REMOTE_LEASE_CANCELLED',
      'REMOTE_BUSY',
    ]);
    const { asked, endings } = desk.executor.figures();
    expect([...endings.values()].reduce((sum, each) => sum + each, 0)).toBe(asked);
    const figures = desk.bulkhead.figures();
    const { offered, admitted, rejected, timedOut, cancelled, waiting } = figures;
    expect(offered).toBe(admitted + rejected + timedOut + cancelled + waiting);
  });
});

describe('the time before a retry', () => {
  const backoff = { retriesMax: 9, firstDelayMs: 10, delayMaxMs: 65 };
  const entropy = (below: (bound: number) => number) => ({ bytes: () => new Uint8Array(0), below });

  test('doubles up to its bound, and is at least half of that', () => {
    const retries = [1, 2, 3, 4, 5, 40];
    const longest = entropy((bound) => bound - 1);
    expect(retries.map((retry) => backoffMs(backoff, retry, longest))).toEqual([10, 20, 40, 65, 65, 65]);
    const shortest = entropy(() => 0);
    expect(retries.map((retry) => backoffMs(backoff, retry, shortest))).toEqual([5, 10, 20, 33, 33, 33]);
  });
});

test('what is no request is told at once', async () => {
  const desk = new Desk();
  const call = await desk.call({ request: { computation: charge, input: new Uint8Array(2_000_000) } });
  expect(call.state).toBe('REMOTE_INVALID_REQUEST');
  expect(desk.executor.figures().asked).toBe(0);
});
