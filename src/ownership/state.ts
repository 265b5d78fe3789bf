import type { OwnershipCapability, OwnershipReceipt, ReadinessWitness } from './capability.js';
import type { Ending, OwnerLossPolicy } from './ending.js';
import type { AuditedEntry } from './entry.js';
import type { Lease } from './lease.js';
import type { Origin } from './origin.js';
import type { OwnershipScope } from './scope.js';

/** Who owns a session. */
export interface Holder {
  readonly ownerId: string;
  readonly scope: OwnershipScope;
  readonly lease: Lease;
  readonly origin: Origin;
}

export interface PendingTransfer {
  readonly receipt: OwnershipReceipt;
  readonly expiresAtMs: number;
}

/** The ownership of one session that has not been archived. */
export interface OwnedSession {
  readonly sessionId: string;
  readonly policy: OwnerLossPolicy;
  /** The highest that was ever granted. */
  readonly generation: number;
  readonly holder: Holder | null;
  readonly pending: PendingTransfer | null;
  readonly ending: Ending | null;
  /** Issued under the live capability and not consumed, by id. */
  readonly witnesses: ReadonlyMap<number, ReadinessWitness>;
  readonly audit: AuditDigest;
}

/** Records of the audit, as many as there were, each chained to the one before. */
export interface AuditDigest {
  readonly records: number;
  /** 64 hex digits; empty before the first one. */
  readonly digest: string;
}

export const noAudit: AuditDigest = { records: 0, digest: '' };

/** What is left of a session that has ended. */
export interface ArchivedSession {
  readonly sessionId: string;
  readonly generation: number;
  readonly ending: Ending;
  readonly audit: AuditDigest;
}

export interface HeldAuditRecord {
  /** From 1 on, without a hole, over all sessions. */
  readonly seq: number;
  readonly entry: AuditedEntry;
}

/** The fold of the entries. */
export interface OwnershipState {
  readonly sessions: Map<string, OwnedSession>;
  /** In the order of archival: the first one is forgotten first. */
  readonly archived: Map<string, ArchivedSession>;
  /** The latest records of the audit, oldest first. */
  readonly auditRecords: HeldAuditRecord[];
  /** What was before them. */
  auditArchive: AuditDigest;
  nextClaimId: number;
  nextWitnessId: number;
  /** Where a session begins that is not known: above all generations of those that were forgotten. */
  firstGeneration: number;
  /** The latest time that was ever recorded: the authority's clock does not go behind it. */
  latestMs: number;
}

export function initialState(): OwnershipState {
  return {
    sessions: new Map(),
    archived: new Map(),
    auditRecords: [],
    auditArchive: noAudit,
    nextClaimId: 1,
    nextWitnessId: 1,
    firstGeneration: 0,
    latestMs: 0,
  };
}

/** The capability that is good now, as long as its lease is; undefined when nobody owns the session. */
export function liveCapability({
  sessionId,
  generation,
  holder,
}: OwnedSession): OwnershipCapability | undefined {
  if (holder === null) return undefined;
  return { sessionId, ownerId: holder.ownerId, generation, scope: holder.scope };
}

/** The log holds an entry that cannot follow what comes before it, or a snapshot what no log can lead to. */
export class OwnershipLogCorrupt extends Error {
  readonly code = 'OWNERSHIP_LOG_CORRUPT';
  override readonly name = 'OwnershipLogCorrupt';
  readonly subject: string;
  constructor(subject: string, reason: string) {
    super(`ownership log is corrupt at \`${subject}\`: ${reason}`);
    this.subject = subject;
  }
}
