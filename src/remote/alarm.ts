import { type Clock, type Milliseconds, SleepAborted } from '../runtime/clock.js';

/** One moment to be woken at. Holds at most one sleep, and none when there is nothing to wait for. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #dueMs: Milliseconds | undefined;
  #sleep: AbortController | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** @param dueMs - By the monotonic clock; undefined: no more. */
  set(dueMs: Milliseconds | undefined): void {
    if (dueMs === this.#dueMs) return;
    this.#dueMs = dueMs;
    // Nobody reads the reason. Without one, an error with a stack would be made for it.
    this.#sleep?.abort('set anew');
    this.#sleep = undefined;
    if (dueMs === undefined) return;
    this.#sleep = new AbortController();
    void this.#sleepUntil(dueMs, this.#sleep.signal);
  }

  async #sleepUntil(dueMs: Milliseconds, signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(Math.max(0, dueMs - this.#clock.monotonicMs()), signal);
    } catch (error) {
      if (error instanceof SleepAborted) return;
      throw error;
    }
    // Set anew between the end of the sleep and this line.
    if (signal.aborted) return;
    this.#sleep = undefined;
    this.#dueMs = undefined;
    this.#ring();
  }
}
