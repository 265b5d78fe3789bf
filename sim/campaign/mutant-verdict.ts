import type { Diagnosis } from './diagnose-survivor.js';
import type { Mutant } from './mutant.js';
import type { MutantCatch } from './mutant-catch.js';

/** What became of one planted bug. */
export interface MutantVerdict {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly tier: string;
  readonly required: boolean;
  /** The invariants that should catch it. */
  readonly invariant: readonly string[];
  readonly verdict: 'killed' | 'survived' | 'stale';
  /** The invariant that caught it, expected or not. */
  readonly by: string | null;
  readonly scenario: string | null;
  /** The seed that shows it. */
  readonly seed: number | null;
  readonly seedsToKill: number | null;
  /** The same from each start, in the order of the starts. */
  readonly kills: readonly number[];
  readonly seedsRun: number;
  /** Why it survives; null when it does not. */
  readonly diagnosis: Diagnosis | null;
  /** Why it is stale, or what else there is to know. */
  readonly note: string | null;
}

/** What a hunt came to. */
export type HuntEnd = Pick<MutantVerdict, 'verdict' | 'seedsRun'> &
  Partial<Pick<MutantVerdict, 'kills' | 'diagnosis' | 'note'>> & { readonly caught?: MutantCatch };

export function verdictOf(mutant: Mutant, end: HuntEnd): MutantVerdict {
  const { id, title, file, tier, required, invariants } = mutant;
  const { verdict, seedsRun, caught, kills = [], diagnosis = null, note = null } = end;
  return {
    id,
    title,
    file,
    tier,
    required,
    invariant: invariants,
    verdict,
    by: caught?.by ?? null,
    scenario: caught?.scenario ?? null,
    seed: caught?.seed ?? null,
    seedsToKill: kills[0] ?? null,
    kills,
    seedsRun,
    diagnosis,
    note,
  };
}
