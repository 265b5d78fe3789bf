import type { TraceEvent } from '../trace/event.js';
import type { Simulation } from './simulation.js';

/** One check of an invariant: counts it, and ends the run when it does not hold. `message` is only built then. */
export type Check = (holds: boolean, subject: string, message: () => string) => void;

/**
 * One invariant, watched from outside over the facts of a run. Its id is the name of its file and stands word for word in
 * reports, coverage tables and mutant verdicts.
 */
export interface Oracle<Fact extends TraceEvent> {
  readonly id: string;
  onFact(fact: Fact, check: Check): void;
  /** Asked once, when nothing is left to happen. */
  atQuiescence?(check: Check): void;
}

/**
 * Shows every fact to the trace and to every oracle, and counts their checks. A bench for a part of the world has one for all of it behind
 * it: its own oracles are shown what is of that part, and those behind it everything.
 */
export class Bench<Fact extends TraceEvent> {
  readonly #simulation: Simulation;
  readonly #behind: Bench<Fact> | undefined;
  readonly #seats: readonly { readonly oracle: Oracle<Fact>; readonly check: Check }[];

  /** The fact that is shown just now. */
  #fact: Fact | undefined;

  constructor(simulation: Simulation, oracles: readonly Oracle<Fact>[], behind?: Bench<Fact>) {
    this.#simulation = simulation;
    this.#behind = behind;
    this.#seats = oracles.map((oracle) => ({ oracle, check: this.#checkOf(oracle.id) }));
    simulation.atQuiescence(() => {
      for (const { oracle, check } of this.#seats) oracle.atQuiescence?.(check);
    });
  }

  observe(fact: Fact): void {
    if (this.#behind === undefined) this.#simulation.trace.emit(fact);
    else this.#behind.observe(fact);
    this.#fact = fact;
    for (const { oracle, check } of this.#seats) oracle.onFact(fact, check);
    this.#fact = undefined;
  }

  #checkOf(invariant: string): Check {
    return (holds, subject, message) => {
      this.#simulation.checked(invariant);
      if (!holds) this.#simulation.fail({ invariant, subject, message: message() }, this.#fact);
    };
  }
}
