import type { Verdict } from '../kernel/voyage.js';
import type { Reproduction } from './reproduction.js';

/**
 * What a reproduction comes to in this build.
 *
 * - `still-fails`: it violates the invariant that it tells of.
 * - `fails-otherwise`: it violates another one.
 * - `passes-now`: its choices fit as they should, and all holds to the end.
 * - `stale`: it ends without a violation, but not on this tape: choices do not fit their draw, or nothing asked for them. It says nothing.
 * - `inconclusive`: a limit cut it.
 */
export type ReplayOutcome = 'still-fails' | 'fails-otherwise' | 'passes-now' | 'stale' | 'inconclusive';

/** A tape that does not fit never counts as a bug that was fixed. */
export function replayOutcome(
  reproduction: Pick<Reproduction, 'invariant' | 'afterFix'>,
  verdict: Pick<Verdict, 'violation' | 'end' | 'staleness'>,
): ReplayOutcome {
  const { violation, end } = verdict;
  if (violation !== undefined) {
    return violation.invariant === reproduction.invariant ? 'still-fails' : 'fails-otherwise';
  }
  if (isStale(reproduction, verdict)) return 'stale';
  return end === 'idle' ? 'passes-now' : 'inconclusive';
}

/**
 * Whether a tape no longer fits. What a run did not ask for before it failed, it may have asked for after. What a run that passes does not
 * ask for has to be what its file says that it does not ask for since the bug was fixed.
 */
export function isStale(
  { afterFix = { misfits: 0, unused: 0 } }: Pick<Reproduction, 'afterFix'>,
  { violation, staleness: { misfits, unused } }: Pick<Verdict, 'violation' | 'staleness'>,
): boolean {
  if (violation !== undefined) return misfits > 0;
  return misfits !== afterFix.misfits || unused !== afterFix.unused;
}
