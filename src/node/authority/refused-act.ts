import type { OwnershipRefusal } from '../../ownership/refusal.js';
import type { SessionsRefusal } from '../../sessions/refusal.js';
import type { AuthorityRefused } from './authority.js';
import type { GuardEnded } from './guard-ended.js';
import type { LedgerRefusal } from './ledger-refusal.js';

type Refusal = OwnershipRefusal | LedgerRefusal | SessionsRefusal | GuardEnded;

/** A refusal of a room as it is told. */
export function refusedAct(refusal: Refusal): AuthorityRefused {
  const { code, message } = refusal;
  const currentOwnerId = refusal.code === 'OWNERSHIP_ALREADY_CLAIMED' ? refusal.currentOwnerId : null;
  return { code, message, currentOwnerId, liveGeneration: liveGenerationIn(refusal) };
}

function liveGenerationIn(refusal: Refusal): number | null {
  if (refusal.code === 'OWNERSHIP_FENCED') return refusal.liveGeneration;
  if (refusal.code === 'OWNERSHIP_CLAIM_SPENT') {
    return refusal.nextGeneration === 0 ? null : refusal.nextGeneration - 1;
  }
  return refusal.code === 'OWNERSHIP_UNCLAIMED' ? refusal.lastGeneration : null;
}
