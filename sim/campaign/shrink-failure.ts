import type { Violation } from '../kernel/simulation.js';
import type { TapeSource } from '../kernel/tape.js';
import type { Verdict } from '../kernel/voyage.js';
import { explainChoices, explainedMax, type NeededChoice } from './explain.js';
import { sailAfresh } from './sail-afresh.js';
import { shrinkChoices } from './shrink.js';
import { TrialCrew, type TrialOptions } from './trial-crew.js';

/** A failing run made small, and why each of its choices is there. */
export interface ShrunkFailure {
  readonly original: Verdict;
  readonly smallest: Verdict;
  /** How both fail. */
  readonly violation: Violation;
  /** Empty when too many choices are left. */
  readonly needed: readonly NeededChoice[];
  readonly trials: number;
  /** False when a budget or a signal ended it: shrinking its file goes on from there. */
  readonly isMinimal: boolean;
}

/** Shrinks the run of a tape. The verdict itself when the run does not fail: there is nothing to shrink. */
export async function shrinkFailure(
  scenario: string,
  source: TapeSource,
  options: TrialOptions,
): Promise<ShrunkFailure | Verdict> {
  const original = await sailAfresh(scenario, source, options);
  const { violation } = original;
  if (violation === undefined) return original;
  const crew = new TrialCrew({ scenario, ...violation, events: original.events }, options);
  try {
    const choices = await shrinkChoices(original.choices, crew.firstFailing);
    const isMinimal = !crew.isSpent;
    const smallest = await sailAfresh(scenario, { choices }, options);
    if (smallest.violation === undefined)
      throw new Error(`the smallest run of ${scenario} passes when it is sailed again`);
    const isExplained = smallest.choices.length <= explainedMax;
    const needed = isExplained
      ? await explainChoices(smallest, (others) => crew.try({ choices: others }))
      : [];
    return { original, smallest, violation: smallest.violation, needed, trials: crew.trials, isMinimal };
  } finally {
    await crew.close();
  }
}
