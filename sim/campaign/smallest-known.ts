import { causalChain } from './causal-chain.js';
import type { FailureReport } from './campaign-document.js';
import { failureIdentity, stateLabel } from './failure-identity.js';
import type { ShrunkFailure } from './shrink-failure.js';

/**
 * What a shrunk failure says better than the run that it came from. Its labels count when nothing more gave way: else they are what time was
 * left for, and the next campaign would find another failure.
 */
export function smallestKnown({
  smallest,
  violation,
  isMinimal,
}: ShrunkFailure): Pick<FailureReport, 'identity' | 'state' | 'chain'> {
  const state = stateLabel(smallest.sighting);
  const identity = failureIdentity(violation.invariant, state, isMinimal ? smallest.choices : null);
  return { identity, state, chain: causalChain(smallest) };
}
