import type {
  CancellationWitness,
  OwnershipCapability,
  OwnershipReceipt,
  ReadinessWitness,
} from './capability.js';
import type { AuthorityCommand } from './command.js';
import type { OwnerLossPolicy, TerminalReason } from './ending.js';
import type { Lease } from './lease.js';
import type { Origin } from './origin.js';

/** What is recorded about ownership. */
export type OwnershipEntry = AuditedEntry | BookkeepingEntry;

/** Each of these is one record of the audit: where the log is, the audit is, in the same order. */
export type AuditedEntry = SessionEntry | DeniedEntry;

/** What changes one session. */
export type SessionEntry = { readonly atMs: number } & (
  | {
      readonly kind: 'capability_issued';
      readonly capability: OwnershipCapability;
      readonly lease: Lease;
      readonly policy: OwnerLossPolicy;
      readonly origin: Origin;
    }
  | {
      readonly kind: 'capability_invalidated';
      readonly capability: OwnershipCapability;
      readonly reason: string;
    }
  | { readonly kind: 'capability_used'; readonly capability: OwnershipCapability; readonly act: string }
  | { readonly kind: 'lease_renewed'; readonly capability: OwnershipCapability; readonly lease: Lease }
  /** Latched: whatever is told of time later, this capability is no more. */
  | { readonly kind: 'lease_expired'; readonly capability: OwnershipCapability }
  | { readonly kind: 'receipt_issued'; readonly receipt: OwnershipReceipt; readonly expiresAtMs: number }
  | { readonly kind: 'receipt_committed'; readonly receipt: OwnershipReceipt }
  | {
      readonly kind: 'receipt_rolled_back';
      readonly receipt: OwnershipReceipt;
      readonly reason: string | null;
    }
  /** The target did not commit in time. */
  | { readonly kind: 'receipt_expired'; readonly receipt: OwnershipReceipt }
  | { readonly kind: 'readiness_issued'; readonly witness: ReadinessWitness }
  | { readonly kind: 'readiness_consumed'; readonly witness: ReadinessWitness }
  /** The capability that it was issued under is no more. */
  | { readonly kind: 'readiness_invalidated'; readonly witness: ReadinessWitness }
  | { readonly kind: 'session_ended'; readonly witness: CancellationWitness; readonly reason: TerminalReason }
);

/** Authority was refused. Of a session that may not exist. */
export interface DeniedEntry {
  readonly kind: 'denied';
  readonly act: AuthorityCommand['kind'];
  readonly sessionId: string;
  readonly ownerId: string;
  /** What was shown. */
  readonly presented: PresentedArtifact | null;
  /** Of the refusal. */
  readonly code: string;
  readonly reason: string;
  readonly atMs: number;
}

export type PresentedArtifact =
  | { readonly kind: 'capability'; readonly capability: OwnershipCapability }
  | { readonly kind: 'receipt'; readonly receipt: OwnershipReceipt }
  | { readonly kind: 'readiness'; readonly witness: ReadinessWitness };

/** What nobody's authority depends on: where memory ends and digests begin. */
export type BookkeepingEntry = { readonly atMs: number } & (
  | { readonly kind: 'session_archived'; readonly sessionId: string }
  | { readonly kind: 'session_forgotten'; readonly sessionId: string }
  | { readonly kind: 'audit_archived'; readonly throughSeq: number }
);

/** The session that an entry changes. */
export function sessionIdOfEntry(entry: SessionEntry): string {
  if ('capability' in entry) return entry.capability.sessionId;
  return 'receipt' in entry ? entry.receipt.sessionId : entry.witness.sessionId;
}

export function isBookkeeping(entry: OwnershipEntry): entry is BookkeepingEntry {
  return (
    entry.kind === 'session_archived' || entry.kind === 'session_forgotten' || entry.kind === 'audit_archived'
  );
}

/** What a probe is told: the kind of the entry that was recorded last. */
export const ownershipStates = [
  'capability_issued',
  'capability_invalidated',
  'capability_used',
  'lease_renewed',
  'lease_expired',
  'receipt_issued',
  'receipt_committed',
  'receipt_rolled_back',
  'receipt_expired',
  'readiness_issued',
  'readiness_consumed',
  'readiness_invalidated',
  'session_ended',
  'denied',
  'session_archived',
  'session_forgotten',
  'audit_archived',
] as const satisfies readonly OwnershipEntry['kind'][];
