import type { Simulation } from '../kernel/simulation.js';
import type { Crashable, CrashKind } from './crash-schedule.js';

/** The id of the fault of this file. */
export const effectCrashFaultKind = 'process.crash-at-effect';

/**
 * Where a life may end on the way of one effect: before its request has left, while it is on its way, when the deed is done, when the
 * answer is there, or a little later, while it is being journaled.
 */
export const effectMoments = ['leaving', 'under-way', 'done', 'answered', 'journaling'] as const;
export type EffectMoment = (typeof effectMoments)[number];

const journalingMsMax = 12;

/** Ends lives between the intent, the effect and its outcome, where they matter most. During the storm only. */
export class EffectCrash {
  readonly #simulation: Simulation;
  readonly #stormMs: number;
  readonly #isOn: boolean;
  #target: Crashable | undefined;

  /** @param stormMs - No crash from this moment on. */
  constructor(simulation: Simulation, stormMs: number) {
    this.#simulation = simulation;
    this.#stormMs = stormMs;
    this.#isOn = simulation.tape.draw('effect-crash.on', 4) > 0;
  }

  haunt(target: Crashable): void {
    this.#target = target;
  }

  /** Draws the moment for one effect; undefined when it is spared. */
  aim(): EffectMoment | undefined {
    const { tape, nowMs } = this.#simulation;
    if (!this.#isOn || nowMs >= this.#stormMs || !tape.chance('effect-crash.aim', 1, 4)) return undefined;
    return tape.pick<EffectMoment>('effect-crash.moment', effectMoments);
  }

  /** The moment has come. */
  strike(moment: EffectMoment): void {
    const { tape } = this.#simulation;
    const kind = tape.pick<CrashKind>('effect-crash.kind', ['process', 'power']);
    if (moment !== 'journaling') return this.#crash(kind);
    this.#simulation.schedule(tape.draw('effect-crash.journaling', journalingMsMax), () => this.#crash(kind));
  }

  #crash(kind: CrashKind): void {
    const target = this.#target;
    const { faults } = this.#simulation;
    faults.fired(effectCrashFaultKind);
    if (target?.up !== true) return;
    faults.effective(effectCrashFaultKind, target.name);
    target.crash(kind);
  }
}
