import { digestOf } from '../codec/digest.js';
import {
  isBookkeeping,
  type BookkeepingEntry,
  type AuditedEntry,
  type OwnershipEntry,
  sessionIdOfEntry,
} from './entry.js';
import { encodeEntry } from './entry-codec.js';
import { evolve } from './evolve.js';
import { type AuditDigest, OwnershipLogCorrupt, type OwnershipState } from './state.js';

/** @throws {@link OwnershipLogCorrupt} on an entry that cannot have been decided. */
export function applyEntry(state: OwnershipState, entry: OwnershipEntry): void {
  if (entry.atMs < state.latestMs) throw new OwnershipLogCorrupt(entry.kind, 'time goes back');
  state.latestMs = entry.atMs;
  if (isBookkeeping(entry)) applyBookkeeping(state, entry);
  else audit(state, entry);
}

function audit(state: OwnershipState, entry: AuditedEntry): void {
  const seq = lastAuditSeq(state) + 1;
  if (entry.kind !== 'denied') {
    const sessionId = sessionIdOfEntry(entry);
    if (state.archived.has(sessionId))
      throw new OwnershipLogCorrupt(sessionId, `${entry.kind}: it is archived`);
    const session = evolve(state.sessions.get(sessionId), entry);
    state.sessions.set(sessionId, { ...session, audit: chained(session.audit, seq, entry) });
    if (entry.kind === 'receipt_issued')
      state.nextClaimId = nextAfter(state.nextClaimId, entry.receipt.claimId);
    if (entry.kind === 'readiness_issued' || entry.kind === 'session_ended') {
      state.nextWitnessId = nextAfter(state.nextWitnessId, entry.witness.witnessId);
    }
  }
  state.auditRecords.push({ seq, entry });
}

/** The seq of the last record of the audit; 0 before the first one. */
export function lastAuditSeq({ auditRecords, auditArchive }: OwnershipState): number {
  return auditArchive.records + auditRecords.length;
}

/** The digest of a chain that goes on with one more record. */
export function chained({ records, digest }: AuditDigest, seq: number, entry: AuditedEntry): AuditDigest {
  return { records: records + 1, digest: digestOf([digest, seq, encodeEntry(entry)]) };
}

function applyBookkeeping(state: OwnershipState, entry: BookkeepingEntry): void {
  switch (entry.kind) {
    case 'session_archived': {
      const session = state.sessions.get(entry.sessionId);
      if (session === undefined || session.ending === null) {
        throw new OwnershipLogCorrupt(entry.sessionId, 'archived before it ended');
      }
      const { sessionId, generation, ending, audit: digest } = session;
      state.sessions.delete(sessionId);
      state.archived.set(sessionId, { sessionId, generation, ending, audit: digest });
      return;
    }
    case 'session_forgotten': {
      const archived = state.archived.get(entry.sessionId);
      if (archived === undefined)
        throw new OwnershipLogCorrupt(entry.sessionId, 'forgotten before it was archived');
      state.archived.delete(entry.sessionId);
      state.firstGeneration = Math.max(state.firstGeneration, archived.generation + 1);
      return;
    }
    case 'audit_archived': {
      const { auditRecords } = state;
      const kept = lastAuditSeq(state) - entry.throughSeq;
      if (kept < 0 || kept >= auditRecords.length) {
        throw new OwnershipLogCorrupt('audit', `archived through ${entry.throughSeq}`);
      }
      for (const { seq, entry: gone } of auditRecords.splice(0, auditRecords.length - kept)) {
        state.auditArchive = chained(state.auditArchive, seq, gone);
      }
    }
  }
}

function nextAfter(next: number, given: number): number {
  if (given !== next) throw new OwnershipLogCorrupt(String(given), `the next id is ${next}`);
  return next + 1;
}
