import type { RecordedChoice } from '../kernel/tape.js';
import type { Verdict } from '../kernel/voyage.js';
import type { RecordedEvent } from '../trace/event.js';
import { firstDivergence } from '../trace/first-divergence.js';

/** A draw that two runs answered differently. 0 is the benign answer, and that of a run that did not ask. */
export interface ChoiceDifference {
  readonly label: string;
  readonly occurrence: number;
  readonly here: number;
  readonly there: number;
  readonly atMs: number;
}

/** Where two runs part. */
export interface RunComparison {
  /** How many events they have in common from the start. */
  readonly common: number;
  /** The last of these. */
  readonly last: RecordedEvent | null;
  /** The first events of each after that. */
  readonly here: readonly RecordedEvent[];
  readonly there: readonly RecordedEvent[];
  /** In order of time. */
  readonly choices: readonly ChoiceDifference[];
}

/** Compares two runs that were sailed with everything recorded. @param shown - So many events of each after they part. */
export function compareRuns(
  here: Pick<Verdict, 'trace' | 'choices'>,
  there: Pick<Verdict, 'trace' | 'choices'>,
  shown: number,
): RunComparison {
  const divergence = firstDivergence(here.trace, there.trace);
  const common = divergence?.index ?? here.trace.length;
  return {
    common,
    last: here.trace[common - 1] ?? null,
    here: here.trace.slice(common, common + shown),
    there: there.trace.slice(common, common + shown),
    choices: choiceDifferences(here.choices, there.choices),
  };
}

function choiceDifferences(
  here: readonly RecordedChoice[],
  there: readonly RecordedChoice[],
): readonly ChoiceDifference[] {
  const differences = new Map<string, ChoiceDifference>();
  for (const choice of here) {
    const { label, occurrence, value, atMs } = choice;
    differences.set(placeOf(choice), { label, occurrence, here: value, there: 0, atMs });
  }
  for (const choice of there) {
    const { label, occurrence, value } = choice;
    const known = differences.get(placeOf(choice));
    const atMs = Math.min(choice.atMs, known?.atMs ?? Infinity);
    differences.set(placeOf(choice), { label, occurrence, here: known?.here ?? 0, there: value, atMs });
  }
  return [...differences.values()]
    .filter((difference) => difference.here !== difference.there)
    .toSorted((left, right) => left.atMs - right.atMs);
}

function placeOf({ label, occurrence }: RecordedChoice): string {
  return `${label}#${occurrence}`;
}
