import { expect, test } from 'vitest';
import { idempotent } from '../../../src/steps/descriptor.js';
import { endOf, Harbour, Life, type Program, run, sailThrough, valueOf } from './harness.js';

const hour = 3_600_000;

/** Resolves so many turns of the event queue later. */
async function after(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}

const sleeper: Program = async (ctx) => {
  await ctx.sleep('rest', hour);
  return ctx.now('awake');
};

test('a timer wakes when it is due', async () => {
  const harbour = new Harbour();
  expect(await valueOf(harbour, sleeper)).toBe(1_000 + hour);
  expect(harbour.kinds).toEqual([
    'execution_opened',
    'timer_armed',
    'timer_fired',
    'step_result',
    'execution_finished',
  ]);
});

test('Z11: a sleeper who crashes at 59 minutes wakes a minute later, although it asks for an hour from now', async () => {
  const harbour = new Harbour();
  const program: Program = async (ctx, life) => {
    // A moment that no journal knows of.
    await ctx.sleepUntil('rest', life.wallMs() + hour);
    return life.wallMs();
  };
  const first = new Life(harbour);
  first.holdsTimers = true;
  void run(first, program);
  while (!harbour.kinds.includes('timer_armed')) await Promise.resolve();
  harbour.nowMs += hour - 60_000;
  expect(await valueOf(harbour, program)).toBe(1_000 + hour);
});

test('a timer that came due while nobody ran fires at once', async () => {
  const harbour = new Harbour();
  const first = new Life(harbour);
  first.holdsTimers = true;
  void run(first, sleeper);
  while (!harbour.kinds.includes('timer_armed')) await Promise.resolve();
  harbour.nowMs += 2 * hour;
  const second = new Life(harbour);
  second.holdsTimers = true;
  expect(await run(second, sleeper)).toEqual({ kind: 'completed', value: 1_000 + 2 * hour });
});

test('a timer that has fired does not sleep again, even if the clock was put back', async () => {
  const harbour = new Harbour();
  const program: Program = async (ctx) => {
    await ctx.sleep('rest', hour);
    return ctx.step(idempotent('then', null), () => 'awake');
  };
  const { points } = await sailThrough(program, []);
  expect(await endOf(new Life(harbour, points - 3), program)).toBe('crashed');
  harbour.nowMs = 0;
  const life = new Life(harbour);
  life.holdsTimers = true;
  expect(await run(life, program)).toEqual({ kind: 'completed', value: 'awake' });
});

test('a clock that is put back while somebody sleeps wakes nobody early', async () => {
  const harbour = new Harbour();
  const life = new Life(harbour);
  let sleeps = 0;
  const sleepUntil = life.sleepUntil.bind(life);
  life.sleepUntil = async (dueMs, signal) => {
    sleeps += 1;
    await sleepUntil(dueMs, signal);
    if (sleeps === 1) harbour.nowMs = 500;
  };
  expect(await run(life, sleeper)).toEqual({ kind: 'completed', value: 1_000 + hour });
  expect(sleeps).toBe(2);
});

test.each([Number.NaN, 0.5, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
  'a sleep of %d ms is refused before it is armed',
  async (durationMs) => {
    const harbour = new Harbour();
    const end = await endOf(new Life(harbour), async (ctx) => {
      await ctx.sleep('rest', durationMs);
      return null;
    });
    expect(end).toMatchObject({ kind: 'failed', failure: { name: 'InvalidTimer' } });
    expect(harbour.kinds).toEqual(['execution_opened', 'execution_finished']);
  },
);

test('wherever a crash falls, a sleeper wakes at the moment that was armed first', async () => {
  const { points } = await sailThrough(sleeper, []);
  for (let crashAt = 1; crashAt <= points; crashAt += 1) {
    const harbour = new Harbour();
    const { outcome } = await sailThrough(sleeper, [crashAt], harbour);
    expect(outcome).toEqual({ kind: 'completed', value: 1_000 + hour });
    expect(harbour.kinds.filter((kind) => kind === 'timer_armed')).toHaveLength(1);
  }
});

test('timers and promises that a program leaves behind are let go when it ends', async () => {
  const life = new Life(new Harbour());
  life.holdsTimers = true;
  const held: number[] = [];
  await run(life, async (ctx) => {
    const answer = await ctx.promise('answer');
    void ctx.sleep('timeout', 1_000);
    void answer.value();
    await after(30);
    held.push(life.sleeping, life.waiting);
    return null;
  });
  expect(held).toEqual([1, 1]);
  await after(5);
  expect([life.sleeping, life.waiting]).toEqual([0, 0]);
});
