import type { Projection } from '../log/projection.js';
import { decideClaim, type ClaimAnswer } from './dedup-claim.js';
import type { ClaimCommand, DedupCommand } from './dedup-command.js';
import { decide } from './dedup-decide.js';
import { decodeEntry, type DedupEntry, encodeEntry } from './dedup-entry.js';
import { assertDedupLimits, type DedupLimits } from './dedup-limits.js';
import type { DedupRefusal } from './dedup-refusal.js';
import { capture, restore } from './dedup-snapshot.js';
import { applyEntry, type DedupState, emptyState } from './dedup-state.js';

export interface DedupProjection extends Projection<DedupState, DedupCommand, DedupEntry, DedupRefusal> {
  /** What this claim would come to. Holds only for the very state that it is then decided in. */
  answerTo(state: DedupState, command: ClaimCommand): ClaimAnswer;
}

/**
 * What was asked of a receiver of remote requests, and what came of it: so that each logical effect is carried out once, whoever
 * asks for it, and however often. Design section 3, point 5; reference 1.4 and 2.3.
 *
 * @throws InvalidDedupLimit
 */
export function dedupProjection(limits: DedupLimits): DedupProjection {
  assertDedupLimits(limits);
  return {
    name: 'dedup',
    initial: emptyState,
    decide: (state, command) => decide(state, command, limits),
    apply: applyEntry,
    encodeEntry,
    decodeEntry,
    capture,
    restore,
    answerTo: (state, command) => decideClaim(state, command, limits).answer,
  };
}
