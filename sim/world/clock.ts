import type { Clock, Milliseconds } from '../../src/runtime/clock.js';
import type { Life } from '../kernel/process.js';

/** What every simulated node believes the wall clock to show when a run begins. */
export const epochMs = 1_800_000_000_000;

/**
 * The clock of one life.
 *
 * Models: a wall clock that runs with virtual time; a monotonic clock that begins at 0 with each life, so
 * that a value carried over a restart is worthless, as on a real machine; sleeps that end exactly when due.
 * Does not model: time that passes while code runs, or sleeps that end late. That is safe because an engine
 * can only notice time at its ports, and other ports' latencies make everything late.
 */
export class SimulatedClock implements Clock {
  readonly #life: Life;
  readonly #startMs: Milliseconds;

  constructor(life: Life) {
    this.#life = life;
    this.#startMs = life.process.simulation.nowMs;
  }

  wallMs(): Milliseconds {
    return epochMs + this.#life.process.simulation.nowMs;
  }

  monotonicMs(): Milliseconds {
    return this.#life.process.simulation.nowMs - this.#startMs;
  }

  sleep(durationMs: Milliseconds, signal?: AbortSignal): Promise<void> {
    return this.#life.sleep(durationMs, signal);
  }
}
