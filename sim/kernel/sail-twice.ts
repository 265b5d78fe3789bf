import { type Divergence, firstDivergence } from '../trace/first-divergence.js';
import type { RecordedChoice, TapeSource } from './tape.js';
import { sail, type Scenario, type Verdict } from './voyage.js';

/** Two runs of one tape were not the same: the harness, or code under test, takes something from outside the run. */
export interface Nondeterminism {
  readonly invariant: 'same-tape-same-trace';
  readonly fingerprints: readonly [string, string];
  /** Undefined when all events agree, and only draws differ. */
  readonly divergence: Divergence | undefined;
  /** The first non-benign choice that only one of the runs made, or that they made differently. */
  readonly choices: readonly [RecordedChoice | undefined, RecordedChoice | undefined] | undefined;
}

/** Runs one tape twice, with everything recorded, and compares. Undefined when the two runs are the same. */
export async function sailTwice(scenario: Scenario, source: TapeSource): Promise<Nondeterminism | undefined> {
  const first = await sail(scenario, source, { record: true });
  const second = await sail(scenario, source, { record: true });
  if (first.fingerprint === second.fingerprint) return undefined;
  return {
    invariant: 'same-tape-same-trace',
    fingerprints: [first.fingerprint, second.fingerprint],
    divergence: firstDivergence(first.trace, second.trace),
    choices: firstOtherChoice(first, second),
  };
}

function firstOtherChoice(first: Verdict, second: Verdict): Nondeterminism['choices'] {
  const most = Math.max(first.choices.length, second.choices.length);
  for (let index = 0; index < most; index += 1) {
    const one = first.choices[index];
    const other = second.choices[index];
    if (one?.label === other?.label && one?.occurrence === other?.occurrence && one?.value === other?.value)
      continue;
    return [one, other];
  }
  return undefined;
}
