import { type Clock, type Milliseconds, SleepAborted } from '../../../src/runtime/clock.js';

interface Sleeper {
  readonly wakeMs: Milliseconds;
  wake(): void;
}

/** Time that stands still until a test moves it on. */
export class FakeClock implements Clock {
  #nowMs = 1000;
  #wallAheadMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  wallMs(): Milliseconds {
    return this.#nowMs + this.#wallAheadMs;
  }

  monotonicMs(): Milliseconds {
    return this.#nowMs;
  }

  sleep(durationMs: Milliseconds, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { wakeMs: this.#nowMs + durationMs, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(new SleepAborted());
      });
    });
  }

  /** How many sleeps are held. */
  get timers(): number {
    return this.#sleepers.size;
  }

  jumpWall(byMs: Milliseconds): void {
    this.#wallAheadMs += byMs;
  }

  /** Moves on, and wakes whoever is due, the first one first. */
  async pass(durationMs: Milliseconds): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      await settled();
      const due = [...this.#sleepers].filter(({ wakeMs }) => wakeMs <= endMs);
      const next = due.sort((one, other) => one.wakeMs - other.wakeMs)[0];
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.wakeMs);
      this.#sleepers.delete(next);
      next.wake();
    }
    this.#nowMs = endMs;
    await settled();
  }

  /** Moves on and wakes nobody: what is due then is late. */
  oversleep(durationMs: Milliseconds): void {
    this.#nowMs += durationMs;
  }
}

/** When all promise reactions have run. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
