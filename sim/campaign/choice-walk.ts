import type { Choice } from '../kernel/tape.js';

/** A draw that a run has made: it could have given any whole number below `bound`. */
export interface OpenDraw {
  readonly label: string;
  readonly occurrence: number;
  readonly bound: number;
}

/** Some choices to be tried. All draws that they do not name give 0. */
export interface Attempt {
  readonly choices: readonly Choice[];
  /** How many draws, from the first, are settled by it. What comes after them is varied by later attempts. */
  readonly settled: number;
}

/**
 * Walks all ways in which some draws can go, each exactly once, those with the fewest choices that are not benign first: whatever bound
 * cuts the walk, what it leaves out is the far-fetched. Which draws there are may depend on what the earlier ones gave.
 */
export class ChoiceWalk {
  #waiting: Attempt[] = [{ choices: [], settled: 0 }];
  #next = 0;

  /** How many attempts are known and not yet made. What they would lead to is not counted. */
  get waitingCount(): number {
    return this.#waiting.length - this.#next;
  }

  /** The next attempt. Undefined when there is none left. To be answered by {@link ChoiceWalk.met}. */
  next(): Attempt | undefined {
    const attempt = this.#waiting[this.#next];
    if (attempt !== undefined) this.#next += 1;
    return attempt;
  }

  /** Tells which draws an attempt has met, in order. */
  met({ choices, settled }: Attempt, draws: readonly OpenDraw[]): void {
    for (const [index, { label, occurrence, bound }] of draws.entries()) {
      if (index < settled) continue;
      for (let value = 1; value < bound; value += 1) {
        this.#waiting.push({ choices: [...choices, { label, occurrence, value }], settled: index + 1 });
      }
    }
  }
}
