import type { GatePart, KillRate } from './certificate.js';
import { sameTapeSameTrace } from './determinism.js';
import { type Mutant, tiers } from './mutant.js';
import type { MutantVerdict } from './mutant-verdict.js';

/** What the hunt for all required mutants comes to. */
export interface RequiredJudgement extends Pick<GatePart, 'broken' | 'unchecked'> {
  readonly killRates: readonly KillRate[];
}

/**
 * Judges the mutants that must be killed.
 *
 * @param required - Their ids, kept apart from their files: a file that is gone is noticed.
 */
export function judgeRequired(
  required: readonly string[],
  known: readonly Mutant[],
  verdicts: readonly MutantVerdict[],
): RequiredJudgement {
  const broken: string[] = [];
  const unchecked: string[] = [];
  const unhunted: string[] = [];
  if (required.length === 0)
    unchecked.push('no mutant is required: nothing shows that anything would be found');
  for (const id of required) {
    const verdict = verdicts.find((candidate) => candidate.id === id);
    if (!known.some((mutant) => mutant.id === id))
      unchecked.push(`${id} is required, and there is no such mutant`);
    else if (verdict === undefined) unhunted.push(id);
    else if (verdict.verdict === 'stale')
      unchecked.push(`${id} is stale: ${verdict.note ?? 'its text is gone'}`);
    else if (verdict.verdict === 'survived')
      broken.push(`${id} lives: ${verdict.diagnosis ?? verdict.note ?? 'not found'}`);
    else if (isHarnessFailure(verdict))
      broken.push(`${id} is noticed only by a failure of the harness: ${verdict.by}`);
  }
  if (unhunted.length > 0) unchecked.push(`not hunted: ${unhunted.join(', ')}`);
  const killRates = tiers.map((tier) => {
    const ofTier = verdicts.filter((verdict) => verdict.tier === tier);
    const killed = ofTier.filter((verdict) => verdict.verdict === 'killed' && !isHarnessFailure(verdict));
    const ofAll = known.filter((mutant) => mutant.tier === tier);
    return { tier, planted: ofTier.length, killed: killed.length, known: ofAll.length };
  });
  return { broken, unchecked, killRates };
}

/** A run that differs from itself shows a bug of the harness; of another bug it proves nothing. */
function isHarnessFailure({ by, invariant }: MutantVerdict): boolean {
  return by === sameTapeSameTrace && !invariant.includes(sameTapeSameTrace);
}
