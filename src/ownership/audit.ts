import type {
  CancellationWitness,
  OwnershipCapability,
  OwnershipReceipt,
  ReadinessWitness,
} from './capability.js';
import { type AuditedEntry, type PresentedArtifact, sessionIdOfEntry } from './entry.js';
import type { AuditDigest, HeldAuditRecord, OwnershipState } from './state.js';

export type AuditArtifact =
  | PresentedArtifact
  | { readonly kind: 'cancellation'; readonly witness: CancellationWitness }
  /** Something was asked for, and nothing shown. */
  | { readonly kind: 'claim'; readonly sessionId: string; readonly ownerId: string };

export type AuditEvent =
  | 'issued'
  | 'used'
  | 'renewed'
  | 'consumed'
  | 'invalidated'
  | 'committed'
  | 'rolled_back'
  | 'expired'
  | 'rejected';

/** One event of authority, in the one order of all of them. */
export interface AuditRecord {
  readonly seq: number;
  readonly atMs: number;
  readonly sessionId: string;
  readonly artifact: AuditArtifact;
  readonly event: AuditEvent;
  readonly reason: string | null;
}

/** Some of the audit, and what is known of the part that is gone. */
export interface AuditPage {
  /** Everything up to here is only in the digest. */
  readonly archive: AuditDigest;
  readonly records: readonly AuditRecord[];
}

/** At most `limit` records after `afterSeq`, oldest first. */
export function auditSince(state: OwnershipState, afterSeq: number, limit: number): AuditPage {
  const { auditArchive, auditRecords } = state;
  const from = Math.max(0, afterSeq - auditArchive.records);
  return { archive: auditArchive, records: auditRecords.slice(from, from + limit).map(auditRecordOf) };
}

export function auditRecordOf({ seq, entry }: HeldAuditRecord): AuditRecord {
  const sessionId = entry.kind === 'denied' ? entry.sessionId : sessionIdOfEntry(entry);
  return { seq, atMs: entry.atMs, sessionId, ...told(entry) };
}

function told(entry: AuditedEntry): Pick<AuditRecord, 'artifact' | 'event' | 'reason'> {
  switch (entry.kind) {
    case 'capability_issued':
      return capability(entry.capability, 'issued');
    case 'capability_invalidated':
      return capability(entry.capability, 'invalidated', entry.reason);
    case 'capability_used':
      return capability(entry.capability, 'used', entry.act);
    case 'lease_renewed':
      return capability(entry.capability, 'renewed');
    case 'lease_expired':
      return capability(entry.capability, 'expired', 'lease expired');
    case 'receipt_issued':
      return receipt(entry.receipt, 'issued');
    case 'receipt_committed':
      return receipt(entry.receipt, 'committed');
    case 'receipt_rolled_back':
      return receipt(entry.receipt, 'rolled_back', entry.reason);
    case 'receipt_expired':
      return receipt(entry.receipt, 'expired', 'target did not commit in time');
    case 'readiness_issued':
      return readiness(entry.witness, 'issued');
    case 'readiness_consumed':
      return readiness(entry.witness, 'consumed');
    case 'readiness_invalidated':
      return readiness(entry.witness, 'invalidated', 'capability is no more');
    case 'session_ended': {
      const artifact = { kind: 'cancellation', witness: entry.witness } as const;
      return { artifact, event: 'issued', reason: entry.witness.reason };
    }
    case 'denied': {
      const { presented, sessionId, ownerId, act, reason } = entry;
      const artifact = presented ?? ({ kind: 'claim', sessionId, ownerId } as const);
      return { artifact, event: 'rejected', reason: `${act}: ${reason}` };
    }
  }
}

function capability(shown: OwnershipCapability, event: AuditEvent, reason: string | null = null) {
  return { artifact: { kind: 'capability', capability: shown }, event, reason } as const;
}

function receipt(shown: OwnershipReceipt, event: AuditEvent, reason: string | null = null) {
  return { artifact: { kind: 'receipt', receipt: shown }, event, reason } as const;
}

function readiness(witness: ReadinessWitness, event: AuditEvent, reason: string | null = null) {
  return { artifact: { kind: 'readiness', witness }, event, reason } as const;
}
