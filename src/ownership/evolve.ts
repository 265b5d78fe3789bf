import { type OwnershipCapability, sameCapability, sameReceipt, sameWitness } from './capability.js';
import { type SessionEntry, sessionIdOfEntry } from './entry.js';
import { expiresAtMs } from './lease.js';
import {
  liveCapability,
  noAudit,
  type OwnedSession,
  OwnershipLogCorrupt,
  type PendingTransfer,
} from './state.js';

/**
 * One session after an entry; its audit digest is left to whoever records. Changes nothing that it is given.
 *
 * @throws {@link OwnershipLogCorrupt} on an entry that cannot have been decided.
 */
export function evolve(session: OwnedSession | undefined, entry: SessionEntry): OwnedSession {
  if (entry.kind === 'capability_issued') return issue(session, entry);
  if (session === undefined) throw corrupt(entry, 'nobody ever claimed it');
  if (session.ending !== null) throw corrupt(entry, 'it has ended');
  switch (entry.kind) {
    case 'capability_used':
      mustBeLive(session, entry.capability, entry);
      return session;
    case 'capability_invalidated':
    case 'lease_expired':
      mustBeLive(session, entry.capability, entry);
      return { ...session, holder: null };
    case 'lease_renewed': {
      const { holder } = session;
      mustBeLive(session, entry.capability, entry);
      if (holder === null || expiresAtMs(entry.lease) <= expiresAtMs(holder.lease)) {
        throw corrupt(entry, 'a renewal that does not prolong');
      }
      return { ...session, holder: { ...holder, lease: entry.lease } };
    }
    case 'receipt_issued':
      if (session.pending !== null) throw corrupt(entry, 'two transfers at once');
      if (session.holder?.ownerId !== entry.receipt.fromOwnerId) throw corrupt(entry, 'offered by another');
      return { ...session, pending: { receipt: entry.receipt, expiresAtMs: entry.expiresAtMs } };
    case 'receipt_committed':
    case 'receipt_rolled_back':
    case 'receipt_expired':
      mustBePending(session.pending, entry);
      return { ...session, pending: null };
    case 'readiness_issued':
      mustBeLive(session, entry.witness, entry);
      return {
        ...session,
        witnesses: new Map([...session.witnesses, [entry.witness.witnessId, entry.witness]]),
      };
    case 'readiness_consumed':
    case 'readiness_invalidated': {
      const issued = session.witnesses.get(entry.witness.witnessId);
      if (issued === undefined || !sameWitness(issued, entry.witness))
        throw corrupt(entry, 'no such witness');
      const witnesses = new Map(session.witnesses);
      witnesses.delete(entry.witness.witnessId);
      return { ...session, witnesses };
    }
    case 'session_ended':
      if (!isVacant(session)) throw corrupt(entry, 'ended while it was owned');
      return { ...session, ending: { reason: entry.reason, witness: entry.witness, atMs: entry.atMs } };
  }
}

type Issued = Extract<SessionEntry, { kind: 'capability_issued' }>;

function issue(session: OwnedSession | undefined, entry: Issued): OwnedSession {
  const { capability, lease, policy, origin } = entry;
  const { sessionId, ownerId, generation, scope } = capability;
  const holder = { ownerId, scope, lease, origin };
  if (session === undefined) {
    return {
      sessionId,
      policy,
      generation,
      holder,
      pending: null,
      ending: null,
      witnesses: new Map(),
      audit: noAudit,
    };
  }
  if (session.ending !== null || !isVacant(session)) throw corrupt(entry, 'issued over another');
  if (generation <= session.generation) throw corrupt(entry, 'a generation that was spent');
  return { ...session, generation, holder };
}

/** Nobody owns it, and nothing is left of who did. */
function isVacant({ holder, pending, witnesses }: OwnedSession): boolean {
  return holder === null && pending === null && witnesses.size === 0;
}

function mustBeLive(session: OwnedSession, shown: OwnershipCapability, entry: SessionEntry): void {
  const live = liveCapability(session);
  if (live === undefined || !sameCapability(live, shown)) throw corrupt(entry, 'not the live capability');
}

function mustBePending(
  pending: PendingTransfer | null,
  entry: Extract<SessionEntry, { kind: 'receipt_committed' | 'receipt_rolled_back' | 'receipt_expired' }>,
): void {
  if (pending === null || !sameReceipt(pending.receipt, entry.receipt)) {
    throw corrupt(entry, 'not the pending transfer');
  }
}

function corrupt(entry: SessionEntry, reason: string): OwnershipLogCorrupt {
  return new OwnershipLogCorrupt(sessionIdOfEntry(entry), `${entry.kind}: ${reason}`);
}
