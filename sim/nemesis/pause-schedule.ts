import type { Simulation } from '../kernel/simulation.js';
import type { Span } from './span.js';

/** The id of the fault of this file. Effective when something had to wait for the end of the pause. */
export const pauseFaultKind = 'process.paused';

/** What can be paused. */
export interface Pausable {
  readonly name: string;
  /** False while it is down. */
  readonly up: boolean;
  /** @param over - Told, when the time is over, how many events had to wait. */
  pause(durationMs: number, over: (held: number) => void): void;
}

const pausesMax = 2;

/** Pauses processes for a while at moments of the storm: shorter and longer than what they hold lasts. */
export class PauseSchedule {
  readonly #simulation: Simulation;
  readonly #stormMs: number;
  readonly #span: Span;
  readonly #isOn: boolean;

  /**
   * @param stormMs - No pause begins from this moment on.
   * @param span - How long a pause lasts.
   */
  constructor(simulation: Simulation, stormMs: number, span: Span) {
    this.#simulation = simulation;
    this.#stormMs = stormMs;
    this.#span = span;
    this.#isOn = simulation.tape.draw('pause.on', 4) > 0;
  }

  /** Draws the moments at which `target` is paused. */
  haunt(target: Pausable): void {
    const { tape } = this.#simulation;
    if (!this.#isOn) return;
    for (let pauses = tape.draw('pause.count', pausesMax + 1); pauses > 0; pauses -= 1) {
      this.#simulation.schedule(tape.draw('pause.moment', this.#stormMs), () => this.#pause(target));
    }
  }

  /** The target is about to do what matters: it may be paused right there. */
  tempt(target: Pausable): void {
    const { tape, nowMs } = this.#simulation;
    if (this.#isOn && nowMs < this.#stormMs && tape.chance('pause.tempted', 1, 24)) this.#pause(target);
  }

  #pause(target: Pausable): void {
    const { faults, tape } = this.#simulation;
    if (!target.up) return;
    faults.fired(pauseFaultKind);
    target.pause(tape.between('pause.ms', this.#span.leastMs, this.#span.mostMs), (held) => {
      if (held > 0) faults.effective(pauseFaultKind, target.name);
    });
  }
}
