import type { OwnershipCapability, OwnershipReceipt, ReadinessWitness } from '../../ownership/capability.js';
import type { OwnerLossPolicy } from '../../ownership/ending.js';
import type { OwnershipScope } from '../../ownership/scope.js';
import type { RemoteCapability } from '../../remote/remote-capability.js';
import type { Milliseconds } from '../../runtime/clock.js';

/** An answer of the authority: what was asked for, or why not. That authority was refused is recorded before it is told. */
export type Answer<Granted> =
  | { readonly kind: 'granted'; readonly granted: Granted }
  | { readonly kind: 'refused'; readonly refusal: AuthorityRefused };

/** Why the authority said no. `code` is that of the room that refused: `OWNERSHIP_FENCED`, `LEDGER_CONFLICT` and so on. */
export interface AuthorityRefused {
  readonly code: string;
  readonly message: string;
  /** Who owns the session, where that is why. */
  readonly currentOwnerId: string | null;
  /** The highest generation, where that is why. */
  readonly liveGeneration: number | null;
}

/** What a claim asks for. */
export interface ClaimRequest {
  readonly sessionId: string;
  readonly ownerId: string;
  /**
   * 0, or the next after the one that the authority said is over: see `claim-next.ts`. When another one is the next, the claim is refused with
   * `OWNERSHIP_CLAIM_SPENT` and the highest so far, and so is every copy of a claim whose tenure is over.
   */
  readonly generation: number;
  readonly policy: OwnerLossPolicy;
  readonly requestId: string;
}

/** What a claim gives. */
export interface Grant {
  readonly capability: OwnershipCapability;
  /** From when the request was sent, by no matter whose clock. See `ownership/lease.ts`. */
  readonly grantedForMs: Milliseconds;
  /** What may be done at the store for the session in this generation. */
  readonly remote: RemoteCapability;
}

/** An operation that was admitted, as whoever takes over needs it. */
export interface AdmittedOperation {
  readonly operationId: string;
  readonly sessionId: string;
  readonly workflow: string;
  /** The sealed input: see `steps/payload.ts`. */
  readonly input: Uint8Array;
  readonly inputDigest: string;
}

/** How an operation ended, once and for all. */
export type Settlement =
  | { readonly outcome: 'finalized'; readonly payload: Uint8Array }
  | { readonly outcome: 'rejected' | 'aborted' | 'timed_out'; readonly reason: string };

/** The durable fact of an end, as it was recorded by the first who told it. */
export interface CommitFact {
  readonly operationId: string;
  readonly sessionId: string;
  readonly generation: number;
  readonly settlement: Settlement;
}

/** What is left of the fact of an end, after many others. */
export interface SettlementTombstone {
  readonly operationId: string;
  readonly sessionId: string;
  readonly workflow: string;
  readonly inputDigest: string;
  readonly generation: number;
  readonly outcome: Settlement['outcome'];
}

/** How an operation stands with the authority. */
export type LedgerStanding =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'open'; readonly operation: AdmittedOperation }
  | { readonly kind: 'settled'; readonly fact: CommitFact }
  /** It was settled so long ago that no more than this is known. */
  | { readonly kind: 'entombed'; readonly tombstone: SettlementTombstone };

/**
 * Who may act for which session, and what has become of each operation: one node has the last word on both. Design 3, points 2, 7 and 9.
 *
 * Every call may be given again after it got lost: the same claim (same owner, generation and request id), renewal, admission or settlement is the same
 * one. Each rejects as `Asker.ask` when no answer came.
 */
export interface Authority {
  claim(request: ClaimRequest): Promise<Answer<Grant>>;
  /** Granted for so long from when the request was sent. */
  renew(capability: OwnershipCapability): Promise<Answer<{ readonly grantedForMs: Milliseconds }>>;
  release(capability: OwnershipCapability): Promise<Answer<null>>;
  close(capability: OwnershipCapability): Promise<Answer<null>>;
  beginTransfer(
    capability: OwnershipCapability,
    toOwnerId: string,
    scope: OwnershipScope,
  ): Promise<Answer<OwnershipReceipt>>;
  commitTransfer(receipt: OwnershipReceipt, byOwnerId: string): Promise<Answer<Grant>>;
  rollbackTransfer(capability: OwnershipCapability, receipt: OwnershipReceipt): Promise<Answer<null>>;
  issueReadiness(capability: OwnershipCapability, predicateRef: string): Promise<Answer<ReadinessWitness>>;
  consumeReadiness(capability: OwnershipCapability, witness: ReadinessWitness): Promise<Answer<null>>;
  /** Makes an operation known, under the owner's capability. The same id with another session, workflow or input is refused for ever. */
  admit(capability: OwnershipCapability, operation: AdmittedOperation): Promise<Answer<LedgerStanding>>;
  /** What of the session was admitted and has not ended, at most `limit` from after `afterOperationId`, in the order of ids. */
  openOperations(
    capability: OwnershipCapability,
    afterOperationId: string,
    limit: number,
  ): Promise<Answer<readonly AdmittedOperation[]>>;
  /** Ends an operation, under the owner's capability; tells how it ended, which may be as an earlier call said. */
  settle(
    capability: OwnershipCapability,
    operationId: string,
    settlement: Settlement,
  ): Promise<Answer<CommitFact>>;
  /** How an operation stands. For everybody. */
  standing(operationId: string): Promise<LedgerStanding>;
}
