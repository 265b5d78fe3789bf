import type { RecordedChoice } from '../kernel/tape.js';
import type { Verdict } from '../kernel/voyage.js';
import type { RecordedEvent } from '../trace/event.js';
import { isSameFailure } from './same-failure.js';
import type { Choices } from './shrink.js';
import type { Trial } from './worker-protocol.js';

/** One choice of a failing run, and what the run comes to without it. */
export interface NeededChoice {
  readonly choice: RecordedChoice;
  /** What was traced first from its frame on. */
  readonly next: RecordedEvent | null;
  /** `same`: the failure comes without it too; it is here because the shrinker was stopped. */
  readonly without: 'passes' | 'inconclusive' | 'same' | 'worker-lost' | 'other';
  /** The invariant that the run violates without it. */
  readonly violates: string | null;
}

/** A run with more choices left was not shrunk to its end: what each of them does says little, and takes long to find out. */
export const explainedMax = 40;

/** For each choice left, the counterfactual: the run without it, sailed once. In order of time. */
export async function explainChoices(
  failing: Verdict,
  tryOut: (choices: Choices) => Promise<Trial | undefined>,
): Promise<readonly NeededChoice[]> {
  const inTime = failing.choices.toSorted((left, right) => left.frame - right.frame);
  const needed: NeededChoice[] = [];
  for (const choice of inTime) {
    const trial = await tryOut(failing.choices.filter((other) => other !== choice));
    const next = failing.trace.find(({ index }) => index >= choice.event) ?? null;
    const violates = trial?.violation?.invariant ?? null;
    needed.push({ choice, next, without: outcomeOf(trial, failing), violates });
  }
  return needed;
}

function outcomeOf(trial: Trial | undefined, failing: Verdict): NeededChoice['without'] {
  if (trial === undefined) return 'worker-lost';
  const { violation, end } = trial;
  if (violation === undefined) return end === 'idle' ? 'passes' : 'inconclusive';
  return isSameFailure(violation, failing.violation) ? 'same' : 'other';
}
