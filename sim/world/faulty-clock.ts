import type { Clock, Milliseconds } from '../../src/runtime/clock.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import { epochMs } from './clock.js';
import type { ClockBounds, ClockFaultKind, ClockFaults } from './clock-faults.js';
import { ClockRate } from './clock-rate.js';
import { SkewedWall } from './skewed-wall.js';
import { strikes } from './strikes.js';

/**
 * The clocks of one node, across the lives of its process.
 *
 * Models: the faults of `clock-faults.ts`, within declared bounds: a wall clock that is off, drifts, and jumps both ways; a monotonic
 * clock that drifts and never jumps or goes back; sleeps measured by the drifting clock. The machine has one oscillator, so that
 * drift is the same for both clocks and all lives. Everything is drawn from the tape: 0 is a true clock.
 * Does not model: drift that changes, a wall clock outside of the bounds, a monotonic clock that stops while the machine sleeps. That
 * is safe as long as an engine only trusts the declared bounds: within them, a jump at any read can show every course that
 * a wall clock may take; and what a suspended machine sees is what a process sees that did not run.
 *
 * Who may use what: an engine gets {@link bind}; the rest is for the world and for oracles.
 */
export class FaultyClock {
  readonly #simulation: Simulation;
  readonly #node: string;
  readonly #rate: ClockRate;
  readonly #wall: SkewedWall;
  /** Offset and drift, until they have had an effect. */
  readonly #unfelt = new Set<ClockFaultKind>();
  #faults: ClockFaults;
  #lastWallMs = -Infinity;

  constructor(
    simulation: Simulation,
    options: { readonly node: string; readonly faults: ClockFaults; readonly bounds: ClockBounds },
  ) {
    const { skewMsMax, driftPpmMax } = options.bounds;
    this.#simulation = simulation;
    this.#node = options.node;
    this.#faults = options.faults;
    const offsetMs = this.#drawLasting('clock.offset', skewMsMax);
    this.#rate = new ClockRate(this.#drawLasting('clock.drift', driftPpmMax));
    this.#wall = new SkewedWall(this.#rate, skewMsMax, simulation.nowMs, offsetMs);
  }

  /** The port for one life of the process. */
  bind(life: Life): Clock {
    const rate = this.#rate;
    const startMs = this.#simulation.nowMs;
    const livedMs = (): Milliseconds => this.#simulation.nowMs - startMs;
    return {
      wallMs: () => (life.alive ? this.#readWall() : this.#shownMs),
      monotonicMs: () => this.#drifted(livedMs(), rate.shownMs(livedMs())),
      sleep: (durationMs, signal) => {
        // What is no span of time is for the life to refuse.
        if (!Number.isInteger(durationMs) || durationMs <= 0) return life.sleep(durationMs, signal);
        const wakeMs = rate.trueMs(rate.shownMs(livedMs()) + durationMs);
        return life.sleep(this.#drifted(durationMs, wakeMs - livedMs()), signal);
      },
    };
  }

  /** How far the wall clock is ahead of the true time now; negative when it is behind. Never more than the declared bound. */
  get skewMs(): Milliseconds {
    return this.#wall.skewMs(this.#simulation.nowMs);
  }

  /** The wall clock jumps no more. It stays as far off as it is, and drifts on: an engine lives with that, within the bounds. */
  heal(): void {
    this.#faults = {};
  }

  get #shownMs(): Milliseconds {
    return epochMs + this.#simulation.nowMs + this.skewMs;
  }

  #readWall(): Milliseconds {
    const { nowMs, faults } = this.#simulation;
    const { forwardMs, backMs } = this.#wall.roomMs(nowMs);
    if (this.#strikes('clock.jump-forward', forwardMs)) {
      this.#jump('clock.jump-forward', forwardMs, 1);
      faults.effective('clock.jump-forward', this.#node);
    } else if (this.#strikes('clock.jump-back', backMs)) {
      this.#jump('clock.jump-back', backMs, -1);
      if (this.#shownMs < this.#lastWallMs) faults.effective('clock.jump-back', this.#node);
    }
    this.#felt('clock.offset');
    if (this.#wall.hasDrifted(nowMs)) this.#felt('clock.drift');
    this.#lastWallMs = this.#shownMs;
    return this.#lastWallMs;
  }

  #jump(kind: ClockFaultKind, roomMs: Milliseconds, sign: 1 | -1): void {
    const byMs = sign * this.#simulation.tape.between(`${kind}.ms`, 1, roomMs);
    this.#wall.jump(this.#simulation.nowMs, byMs);
    this.#fired(kind, byMs);
  }

  #drifted(trueMs: Milliseconds, driftedMs: Milliseconds): Milliseconds {
    if (driftedMs !== trueMs) this.#felt('clock.drift');
    return driftedMs;
  }

  /** Draws how much a clock is off for good, in either direction; 0 when the fault does not strike. */
  #drawLasting(kind: ClockFaultKind, most: number): number {
    if (!this.#strikes(kind, most)) return 0;
    const { tape } = this.#simulation;
    const size = tape.between(`${kind}.size`, 1, most);
    const by = tape.draw(`${kind}.sign`, 2) === 0 ? size : -size;
    this.#fired(kind, by);
    this.#unfelt.add(kind);
    return by;
  }

  #strikes(kind: ClockFaultKind, room: number): boolean {
    return room > 0 && strikes(this.#simulation.tape, kind, this.#faults[kind]);
  }

  #fired(kind: ClockFaultKind, by: number): void {
    this.#simulation.faults.fired(kind);
    this.#simulation.trace.emit({ kind: 'clock.fault', node: this.#node, fault: kind, by });
  }

  #felt(kind: ClockFaultKind): void {
    if (this.#unfelt.delete(kind)) this.#simulation.faults.effective(kind, this.#node);
  }
}
