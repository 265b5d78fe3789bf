import type { Draft } from './draft.js';
import { describeReason, type TerminalReason } from './ending.js';
import { isExpired } from './lease.js';
import { liveCapability, type OwnedSession } from './state.js';

/**
 * Records what time has done to a session: a lease that is past its end, and a transfer whose target did not come. Whatever else is
 * decided about the session is decided after that, so that it makes no difference who notices.
 */
export function expire(draft: Draft, session: OwnedSession): void {
  const { atMs } = draft;
  const { holder, pending } = session;
  const capability = liveCapability(session);
  if (holder !== null && capability !== undefined && isExpired(holder.lease, atMs)) {
    draft.record({ kind: 'lease_expired', capability, atMs });
    if (pending !== null) {
      const reason = 'owner died';
      draft.record({ kind: 'receipt_rolled_back', receipt: pending.receipt, reason, atMs });
    }
    invalidateWitnesses(draft, session);
    if (session.policy === 'fail_closed')
      end(draft, session, { kind: 'owner_died', ownerId: holder.ownerId });
  } else if (pending !== null && atMs >= pending.expiresAtMs) {
    draft.record({ kind: 'receipt_expired', receipt: pending.receipt, atMs });
  }
}

/** No witness outlives the capability that it was issued under, not even in the audit. Flaw O14. */
export function invalidateWitnesses(draft: Draft, { witnesses }: OwnedSession): void {
  for (const witness of witnesses.values()) {
    draft.record({ kind: 'readiness_invalidated', witness, atMs: draft.atMs });
  }
}

/** Ends a session of which nobody is the owner any more. */
export function end(draft: Draft, { sessionId, generation }: OwnedSession, reason: TerminalReason): void {
  const witnessId = draft.takeWitnessId();
  const { ownerId } = reason;
  const witness = { witnessId, sessionId, ownerId, generation, reason: describeReason(reason) };
  draft.record({ kind: 'session_ended', witness, reason, atMs: draft.atMs });
}
