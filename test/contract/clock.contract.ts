import { expect, test } from 'vitest';
import { type Clock, SleepAborted } from '../../src/runtime/clock.js';

export type WithClock = (use: (clock: Clock) => Promise<void>) => Promise<void>;

async function isAborted(sleep: Promise<void>): Promise<boolean> {
  try {
    await sleep;
    return false;
  } catch (error) {
    if (error instanceof SleepAborted) return true;
    throw error;
  }
}

/** The promises of `Clock` that hold on every adapter. */
export function clockContract(name: string, withClock: WithClock): void {
  const on = (title: string, use: (clock: Clock) => Promise<void>): void =>
    test(`${name}: ${title}`, async () => {
      expect.hasAssertions();
      await withClock(use);
    });

  on('both clocks count whole milliseconds', async (clock) => {
    expect(Number.isSafeInteger(clock.wallMs())).toBe(true);
    expect(Number.isSafeInteger(clock.monotonicMs())).toBe(true);
  });

  on('a sleep lasts at least as long as asked for, by the monotonic clock', async (clock) => {
    for (const durationMs of [0, 1, 7]) {
      const startMs = clock.monotonicMs();
      await clock.sleep(durationMs);
      expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(durationMs);
    }
  });

  on('a sleep of 0 yields', async (clock) => {
    let isAwake = false;
    const sleep = clock.sleep(0).then(() => {
      isAwake = true;
    });
    await Promise.resolve();
    expect(isAwake).toBe(false);
    await sleep;
    expect(isAwake).toBe(true);
  });

  on('sleeps end in the order of their ends', async (clock) => {
    const order: string[] = [];
    await Promise.all([
      clock.sleep(40).then(() => order.push('long')),
      clock.sleep(1).then(() => order.push('short')),
    ]);
    expect(order).toEqual(['short', 'long']);
  });

  on('an aborted sleep rejects, before it began and while it lasts', async (clock) => {
    const before = new AbortController();
    before.abort();
    expect(await isAborted(clock.sleep(1_000_000, before.signal))).toBe(true);
    const during = new AbortController();
    const sleep = isAborted(clock.sleep(1_000_000, during.signal));
    await clock.sleep(1);
    during.abort();
    expect(await sleep).toBe(true);
  });

  on('a sleep that has ended is not moved by its signal', async (clock) => {
    const controller = new AbortController();
    const sleep = clock.sleep(1, controller.signal);
    await sleep;
    controller.abort();
    expect(await isAborted(sleep)).toBe(false);
  });

  on('a sleep longer than a 32-bit timer does not end at once', async (clock) => {
    const controller = new AbortController();
    let hasEnded = false;
    const sleep = isAborted(clock.sleep(2 ** 31 + 5, controller.signal)).then((aborted) => {
      hasEnded = true;
      return aborted;
    });
    await clock.sleep(20);
    expect(hasEnded).toBe(false);
    controller.abort();
    expect(await sleep).toBe(true);
  });
}
