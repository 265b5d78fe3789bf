import { describe, expect, test } from 'vitest';
import { settled } from './fake-clock.js';
import { Harbour, told } from './harbour.js';

describe('admission', () => {
  test('F9: what waits is admitted in the order of its arrival, and a newcomer never goes before it', async () => {
    const harbour = new Harbour();
    const first = harbour.come('first');
    harbour.come('second');
    harbour.come('third');
    await first.finish();
    harbour.come('newcomer');
    expect(harbour.begun).toEqual(['first', 'second']);
    expect(harbour.bulkhead.figures()).toMatchObject({ waiting: 2, holding: 1 });
  });

  test('F9: a permit that comes back is handed on at once: nobody has to ask for it', async () => {
    const harbour = new Harbour();
    const first = harbour.come('first');
    const second = harbour.come('second');
    await first.finish();
    expect([first.state, second.state]).toEqual(['done', 'runs']);
  });

  test('a request that finds a permit runs before the call returns, so that no cancel falls in between', () => {
    const harbour = new Harbour();
    expect(harbour.come('first').state).toBe('runs');
  });

  test('a heavy one that does not fit yet is not overtaken by a light one that would', async () => {
    const harbour = new Harbour({ permitsMax: 3 });
    const first = harbour.come('first', { weight: 2 });
    harbour.come('heavy', { weight: 3 });
    harbour.come('light', { weight: 1 });
    expect(harbour.begun).toEqual(['first']);
    await first.finish();
    expect(harbour.begun).toEqual(['first', 'heavy']);
  });

  test('B7, F21: one more than may wait is refused as busy, and has taken nothing', async () => {
    const harbour = new Harbour({ permitsMax: 2, waitingMax: 1 });
    const [one, two] = [harbour.come('one'), harbour.come('two')];
    harbour.come('waits');
    const refused = harbour.come('refused');
    await settled();
    expect(refused.state).toBe('REMOTE_BUSY');
    expect(harbour.bulkhead.figures()).toMatchObject({ permitsHeld: 2, waiting: 1, rejected: 1 });
    await one.finish();
    await two.finish();
    expect(harbour.begun).toEqual(['one', 'two', 'waits']);
    expect(harbour.bulkhead.figures()).toMatchObject({ permitsHeld: 1, waiting: 0 });
  });

  test('F10: without a queue, what finds no permit is refused, and each refusal is counted', async () => {
    const harbour = new Harbour({ waitingMax: 0 });
    harbour.come('first');
    const refused = Array.from({ length: 1000 }, () => harbour.come('refused'));
    await settled();
    expect(new Set(refused.map(({ state }) => state))).toEqual(new Set(['REMOTE_BUSY']));
    expect(harbour.bulkhead.figures()).toMatchObject({ offered: 1001, admitted: 1, rejected: 1000 });
  });

  test('what asks for more permits than there are is refused at once, and not as busy', async () => {
    const harbour = new Harbour({ permitsMax: 2 });
    const refused = harbour.come('refused', { weight: 3 });
    await settled();
    expect(refused.state).toBe('REMOTE_TOO_HEAVY');
    expect(harbour.bulkhead.figures()).toMatchObject({ offered: 1, rejected: 1, waiting: 0 });
  });

  test('each of several that a permit of theirs comes back for is begun in its turn, whatever the first of them does', async () => {
    const harbour = new Harbour({ permitsMax: 2 });
    const heavy = harbour.come('heavy', { weight: 2 });
    const nested = harbour.bulkhead.run({ weight: 1, timeoutMs: 100 }, async () => {
      harbour.begun.push('second');
      harbour.come('fourth');
    });
    harbour.come('third');
    await heavy.finish();
    await nested;
    expect(harbour.begun).toEqual(['heavy', 'second', 'third', 'fourth']);
  });
});

describe('a permit', () => {
  test('B1: comes back when its task rejects, and the caller is told why', async () => {
    const harbour = new Harbour();
    const first = harbour.come('first');
    const second = harbour.come('second');
    await first.sink(new Error('no such segment'));
    expect([first.state, second.state]).toEqual(['no such segment', 'runs']);
    expect(harbour.bulkhead.figures()).toMatchObject({ released: 1, permitsHeld: 1 });
  });

  test('B1: comes back when its task throws before it has begun to wait', async () => {
    const harbour = new Harbour();
    const failed = harbour.bulkhead.run({ weight: 1, timeoutMs: 0 }, () => {
      throw new Error('no such handler');
    });
    await expect(failed).rejects.toThrow('no such handler');
    expect(harbour.bulkhead.figures()).toMatchObject({ admitted: 1, released: 1, permitsHeld: 0 });
  });

  test('brings back what its task returns', async () => {
    const { bulkhead } = new Harbour();
    expect(await bulkhead.run({ weight: 1, timeoutMs: 0 }, async () => 7)).toBe(7);
  });
});

describe('a timeout', () => {
  test('F11: is counted as one, and as nothing else', async () => {
    const harbour = new Harbour();
    harbour.come('first');
    const late = harbour.come('late', { timeoutMs: 50 });
    await harbour.clock.pass(51);
    expect(late.state).toBe('REMOTE_TIMED_OUT');
    expect(harbour.bulkhead.figures()).toMatchObject({ timedOut: 1, rejected: 0, cancelled: 0, waiting: 0 });
  });

  test('F14: a permit that comes back at the very deadline is the waiter’s', async () => {
    const harbour = new Harbour();
    const first = harbour.come('first');
    const second = harbour.come('second', { timeoutMs: 50 });
    await harbour.clock.pass(50);
    expect(second.state).toBe('waits');
    await first.finish();
    expect(second.state).toBe('runs');
    await harbour.clock.pass(1000);
    expect(second.state).toBe('runs');
  });

  test('F14: one millisecond later it is too late, also when nobody has been woken in between', async () => {
    const harbour = new Harbour();
    const first = harbour.come('first');
    const second = harbour.come('second', { timeoutMs: 50 });
    const third = harbour.come('third', { timeoutMs: 51 });
    harbour.clock.oversleep(51);
    await first.finish();
    expect([second.state, third.state]).toEqual(['REMOTE_TIMED_OUT', 'runs']);
  });

  test('F14: of nothing at all still admits what comes free in the same millisecond', async () => {
    const harbour = new Harbour();
    const first = harbour.come('first');
    const second = harbour.come('second', { timeoutMs: 0 });
    await first.finish();
    expect(second.state).toBe('runs');
  });

  test('B2: of one that is admitted in the same millisecond neither keeps its permit nor gives it back twice', async () => {
    const harbour = new Harbour({ permitsMax: 1 });
    const first = harbour.come('first', { leaseEndMs: () => 1050 });
    const second = harbour.come('second', { timeoutMs: 50 });
    const third = harbour.come('third', { timeoutMs: 50 });
    await harbour.clock.pass(51);
    expect([first.state, second.state, third.state]).toEqual([
      'REMOTE_PERMIT_LAPSED',
      'runs',
      'REMOTE_TIMED_OUT',
    ]);
    await second.finish();
    expect(harbour.bulkhead.figures()).toMatchObject({ permitsHeld: 0, admitted: 2, lapsed: 1, released: 1 });
  });

  test('of the first one, which was too heavy, lets the next one in at once', async () => {
    const harbour = new Harbour({ permitsMax: 2 });
    harbour.come('first');
    harbour.come('heavy', { weight: 2, timeoutMs: 50 });
    const light = harbour.come('light');
    await harbour.clock.pass(51);
    expect(light.state).toBe('runs');
  });

  test('F12: depends on no wall clock, however it jumps', async () => {
    const harbour = new Harbour();
    harbour.come('first');
    const second = harbour.come('second', { timeoutMs: 50 });
    harbour.clock.jumpWall(3_600_000);
    await harbour.clock.pass(50);
    expect(second.state).toBe('waits');
    harbour.clock.jumpWall(-7_200_000);
    await harbour.clock.pass(1);
    expect(second.state).toBe('REMOTE_TIMED_OUT');
  });

  test('of a very long time does not wrap', async () => {
    const harbour = new Harbour();
    harbour.come('first');
    const patient = harbour.come('patient', { timeoutMs: Number.MAX_SAFE_INTEGER });
    await harbour.clock.pass(1_000_000);
    expect(patient.state).toBe('waits');
  });
});

describe('a cancel', () => {
  test('F13: of what waits is told as one, which nobody takes for busy', async () => {
    const harbour = new Harbour();
    harbour.come('first');
    const controller = new AbortController();
    const second = harbour.come('second', { signal: controller.signal });
    controller.abort();
    await settled();
    expect(second.state).toBe('REMOTE_CANCELLED');
    expect(harbour.bulkhead.figures()).toMatchObject({ cancelled: 1, timedOut: 0, rejected: 0, waiting: 0 });
  });

  test('tells the reason of its signal', async () => {
    const { bulkhead } = new Harbour();
    const signal = AbortSignal.abort('the user went home');
    const cancelled = bulkhead.run({ weight: 1, timeoutMs: 0, signal }, async () => 7);
    await expect(cancelled).rejects.toMatchObject({ cause: 'the user went home' });
  });

  test('before it comes is counted, and its task never runs', async () => {
    const harbour = new Harbour();
    const gone = harbour.come('gone', { signal: AbortSignal.abort() });
    await settled();
    expect(gone.state).toBe('REMOTE_CANCELLED');
    expect(harbour.begun).toEqual([]);
    expect(harbour.bulkhead.figures()).toMatchObject({ offered: 1, cancelled: 1, permitsHeld: 0 });
  });

  test('B3: gives its place in the queue to another', async () => {
    const harbour = new Harbour({ waitingMax: 1 });
    harbour.come('first');
    const controller = new AbortController();
    harbour.come('second', { signal: controller.signal });
    controller.abort();
    const third = harbour.come('third');
    await settled();
    expect(third.state).toBe('waits');
  });

  test('of the first one, which was too heavy, lets the next one in at once', async () => {
    const harbour = new Harbour({ permitsMax: 2 });
    harbour.come('first');
    const controller = new AbortController();
    harbour.come('heavy', { weight: 2, signal: controller.signal });
    const light = harbour.come('light');
    controller.abort();
    expect(light.state).toBe('runs');
  });

  test('F19: of what runs is told to its task; it was admitted, and its permit comes back when the task ends', async () => {
    const harbour = new Harbour();
    const controller = new AbortController();
    const first = harbour.come('first', { signal: controller.signal });
    controller.abort();
    await settled();
    expect([first.state, first.permit?.signal.aborted]).toEqual(['runs', true]);
    expect(harbour.bulkhead.figures()).toMatchObject({ admitted: 1, cancelled: 0, permitsHeld: 1 });
    await first.sink();
    expect(harbour.bulkhead.figures()).toMatchObject({ released: 1, permitsHeld: 0 });
  });
});

describe('a lease', () => {
  test('F16: takes the permit of a hung task when it ends, at exactly that time, and says so', async () => {
    const harbour = new Harbour();
    const hung = harbour.come('hung', { leaseEndMs: () => 1050 });
    const next = harbour.come('next');
    await harbour.clock.pass(49);
    expect([hung.state, next.state]).toEqual(['runs', 'waits']);
    await harbour.clock.pass(1);
    expect([hung.state, next.state]).toEqual(['REMOTE_PERMIT_LAPSED', 'runs']);
    expect(hung.permit?.signal.aborted).toBe(true);
    expect(harbour.told('lapsed')).toEqual([1]);
  });

  test('that ended takes back nothing twice: the task’s late end is seen, and changes nothing', async () => {
    const harbour = new Harbour();
    const hung = harbour.come('hung', { leaseEndMs: () => 1050 });
    harbour.come('next');
    await harbour.clock.pass(50);
    await hung.finish();
    expect(hung.state).toBe('REMOTE_PERMIT_LAPSED');
    expect(harbour.bulkhead.figures()).toMatchObject({ permitsHeld: 1, released: 0, lapsed: 1 });
    expect(harbour.events.at(-1)).toEqual({
      kind: 'bulkhead.late_end',
      fields: { ticket: 1, failed: false },
    });
  });

  test('wins over a task that ends in the same millisecond, whichever is told first', async () => {
    const harbour = new Harbour();
    const hung = harbour.come('hung', { leaseEndMs: () => 1050 });
    harbour.clock.oversleep(50);
    await hung.finish();
    expect(hung.state).toBe('REMOTE_PERMIT_LAPSED');
  });

  test('that was renewed meanwhile is asked again when it would have ended', async () => {
    const harbour = new Harbour();
    let leaseEndMs = 1050;
    const first = harbour.come('first', { leaseEndMs: () => leaseEndMs });
    leaseEndMs = 1080;
    await harbour.clock.pass(79);
    expect(first.state).toBe('runs');
    await harbour.clock.pass(1);
    expect(first.state).toBe('REMOTE_PERMIT_LAPSED');
  });

  test('that ends while its request waits ends the wait', async () => {
    const harbour = new Harbour();
    harbour.come('first');
    const second = harbour.come('second', { timeoutMs: 1000, leaseEndMs: () => 1050 });
    await harbour.clock.pass(50);
    expect(second.state).toBe('REMOTE_TIMED_OUT');
    const third = harbour.come('third', { leaseEndMs: () => 1050 });
    await settled();
    expect(third.state).toBe('REMOTE_TIMED_OUT');
  });
});

describe('a close', () => {
  test('F22: sends away who waits, refuses who comes, and is over when nothing runs', async () => {
    const harbour = new Harbour();
    const first = harbour.come('first');
    const second = harbour.come('second');
    let isOver = false;
    const closing = harbour.bulkhead.close().then(() => (isOver = true));
    const third = harbour.come('third');
    await settled();
    expect([first.state, second.state, third.state, isOver]).toEqual([
      'runs',
      'REMOTE_CLOSED',
      'REMOTE_CLOSED',
      false,
    ]);
    await first.finish();
    await closing;
    expect(harbour.bulkhead.figures()).toEqual({
      offered: 3,
      admitted: 1,
      rejected: 1,
      timedOut: 0,
      cancelled: 1,
      released: 1,
      lapsed: 0,
      waiting: 0,
      holding: 0,
      permitsHeld: 0,
    });
  });

  test('waits for a hung task no longer than its lease, and leaves no timer behind', async () => {
    const harbour = new Harbour();
    harbour.come('hung', { leaseEndMs: () => 1050 });
    const closing = harbour.bulkhead.close();
    expect(harbour.clock.timers).toBe(1);
    await harbour.clock.pass(50);
    await closing;
    expect(harbour.clock.timers).toBe(0);
  });

  test('of what is idle is over at once, and may be asked for again', async () => {
    const { bulkhead } = new Harbour();
    await bulkhead.close();
    await bulkhead.close();
    await expect(bulkhead.run({ weight: 1, timeoutMs: 0 }, async () => 7)).rejects.toMatchObject({
      code: 'REMOTE_CLOSED',
    });
  });
});

test('no timer is held while nobody waits and no lease runs, and never more than one', async () => {
  const harbour = new Harbour();
  const first = harbour.come('first');
  expect(harbour.clock.timers).toBe(0);
  const second = harbour.come('second');
  harbour.come('third', { timeoutMs: 10 });
  expect(harbour.clock.timers).toBe(1);
  await harbour.clock.pass(11);
  await first.finish();
  await second.finish();
  expect(harbour.clock.timers).toBe(0);
});

test('a signal that outlives its request is let go of', async () => {
  const harbour = new Harbour();
  const controller = new AbortController();
  const first = harbour.come('first', { signal: controller.signal });
  await first.finish();
  controller.abort();
  await settled();
  expect(first.permit?.signal.aborted).toBe(false);
  expect(harbour.bulkhead.figures()).toMatchObject({ offered: 1, cancelled: 0 });
});

test('a weight or a time that is none is refused by a throw, and nothing is counted', () => {
  const { bulkhead } = new Harbour();
  const run = (weight: number, timeoutMs: number) => () =>
    bulkhead.run({ weight, timeoutMs }, async () => {}).catch(told);
  const invalid = expect.objectContaining({ code: 'REMOTE_INVALID_SETTING' });
  expect(run(0, 1)).toThrow(invalid);
  expect(run(1.5, 1)).toThrow(invalid);
  expect(run(1, -1)).toThrow(invalid);
  expect(bulkhead.figures().offered).toBe(0);
});
