import type { OwnershipState } from '../../ownership/state.js';
import type { Clock, Milliseconds } from '../../runtime/clock.js';

/**
 * The time of the authority: how long it has lived, all lives together. It begins where the log ends and runs with the monotonic clock, so
 * that no jump of the wall clock ends a lease early or makes it endless. While the process is dead it stands still, and what was after the last
 * entry of a life is not counted: both only make a lease longer here than its holder believes. Mutants L2 and L5.
 *
 * @param recovered - Ownership as it was found when this life began.
 */
export function authorityClock(
  recovered: Pick<OwnershipState, 'latestMs'>,
  clock: Clock,
): () => Milliseconds {
  const aheadMs = recovered.latestMs - clock.monotonicMs();
  return () => clock.monotonicMs() + aheadMs;
}
