import type { Clock, Milliseconds } from '../runtime/clock.js';
import type { DedupState } from './dedup-state.js';

/**
 * The time of the room: how long it has lived, all lives together. It begins where the log ends and runs with the monotonic clock, so
 * that no jump of the wall clock makes the room forget early, and none makes it remember for ever. While the process is dead it stands
 * still, and what happened after the last entry of a life is not counted: both only make it remember longer. Flaw F12.
 *
 * @param recovered - The room as it was found when this life began.
 */
export function dedupClock(recovered: Pick<DedupState, 'timeMs'>, clock: Clock): () => Milliseconds {
  const aheadMs = recovered.timeMs - clock.monotonicMs();
  return () => clock.monotonicMs() + aheadMs;
}
