import type { Milliseconds } from '../../src/runtime/clock.js';
import type { ClockRate } from './clock-rate.js';

/** How far a wall clock is off: where it stood last, and its drift since then, held within the declared bound. */
export class SkewedWall {
  readonly #rate: ClockRate;
  readonly #skewMsMax: Milliseconds;
  #sinceMs: Milliseconds;
  #skewMs: Milliseconds;

  constructor(rate: ClockRate, skewMsMax: Milliseconds, nowMs: Milliseconds, skewMs: Milliseconds) {
    this.#rate = rate;
    this.#skewMsMax = skewMsMax;
    this.#sinceMs = nowMs;
    this.#skewMs = skewMs;
  }

  /** Positive when it is ahead. */
  skewMs(nowMs: Milliseconds): Milliseconds {
    const driftedMs = this.#skewMs + this.#rate.gainMs(nowMs - this.#sinceMs);
    return Math.max(-this.#skewMsMax, Math.min(this.#skewMsMax, driftedMs));
  }

  /** How far it can still jump forward and back. */
  roomMs(nowMs: Milliseconds): { readonly forwardMs: Milliseconds; readonly backMs: Milliseconds } {
    const skewMs = this.skewMs(nowMs);
    return { forwardMs: this.#skewMsMax - skewMs, backMs: this.#skewMsMax + skewMs };
  }

  /** @param byMs - Within {@link roomMs}; negative is back. */
  jump(nowMs: Milliseconds, byMs: Milliseconds): void {
    this.#skewMs = this.skewMs(nowMs) + byMs;
    this.#sinceMs = nowMs;
  }

  /** Whether drift has moved it since it stood still last. */
  hasDrifted(nowMs: Milliseconds): boolean {
    return this.skewMs(nowMs) !== this.#skewMs;
  }
}
