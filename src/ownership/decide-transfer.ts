import { type OwnershipReceipt, sameReceipt } from './capability.js';
import type { CapabilityCommand, CommitTransferCommand } from './command.js';
import type { Draft } from './draft.js';
import { end, invalidateWitnesses } from './expiry.js';
import type { OwnershipLimits } from './limits.js';
import {
  type AuthorityRefusal,
  LimitReached,
  NotTheTarget,
  ReceiptMismatch,
  ScopeViolation,
  TransferNotPending,
  Unclaimed,
} from './refusal.js';
import { covers } from './scope.js';
import { liveCapability, type OwnedSession } from './state.js';

type Of<Kind extends CapabilityCommand['kind']> = Extract<CapabilityCommand, { kind: Kind }>;

/** Offers the session, or a part of what the owner has of it, to one target. */
export function beginTransfer(
  limits: OwnershipLimits,
  draft: Draft,
  { sessionId, generation }: OwnedSession,
  { capability, toOwnerId, scope }: Of<'begin_transfer'>,
): AuthorityRefusal | undefined {
  if (!covers(capability.scope, scope)) return new ScopeViolation(scope, capability.scope);
  const toGeneration = generation + 1;
  if (toGeneration >= Number.MAX_SAFE_INTEGER)
    return new LimitReached('generations', Number.MAX_SAFE_INTEGER);
  const receipt: OwnershipReceipt = {
    sessionId,
    claimId: draft.state.nextClaimId,
    fromOwnerId: capability.ownerId,
    fromGeneration: generation,
    toOwnerId,
    toGeneration,
    scope,
  };
  const { atMs } = draft;
  draft.record({ kind: 'receipt_issued', receipt, expiresAtMs: atMs + limits.transferTtlMs, atMs });
  return undefined;
}

/** The one that was offered the session takes it: with a lease of its own, from now on. */
export function commitTransfer(
  limits: OwnershipLimits,
  draft: Draft,
  session: OwnedSession,
  { receipt, byOwnerId }: CommitTransferCommand,
): AuthorityRefusal | undefined {
  if (session.holder === null) return new Unclaimed(session.sessionId, session.generation);
  const refusal = receiptRefusal(session, receipt);
  if (refusal !== undefined) return refusal;
  if (byOwnerId !== receipt.toOwnerId) return new NotTheTarget(receipt.claimId, byOwnerId);
  const { atMs } = draft;
  dropOwner(draft, session, 'ownership transferred');
  draft.record({ kind: 'receipt_committed', receipt, atMs });
  const { sessionId, toOwnerId: ownerId, toGeneration: generation, scope } = receipt;
  const capability = { sessionId, ownerId, generation, scope };
  const lease = { issuedAtMs: atMs, ttlMs: limits.leaseTtlMs };
  draft.record({
    kind: 'capability_issued',
    capability,
    lease,
    policy: session.policy,
    origin: { kind: 'transfer', claimId: receipt.claimId },
    atMs,
  });
  return undefined;
}

/** What the owner may say of a transfer that is pending. */
export function settleTransfer(
  draft: Draft,
  session: OwnedSession,
  command: Of<'rollback_transfer' | 'abandon_transfer' | 'fail_transfer'>,
): AuthorityRefusal | undefined {
  const { receipt, capability } = command;
  const refusal = receiptRefusal(session, receipt);
  if (refusal !== undefined) return refusal;
  const { atMs } = draft;
  const { ownerId } = capability;
  const { claimId } = receipt;
  switch (command.kind) {
    case 'rollback_transfer':
      draft.record({ kind: 'receipt_rolled_back', receipt, reason: null, atMs });
      return undefined;
    case 'abandon_transfer': {
      const reason = 'transfer abandoned';
      dropOwner(draft, session, reason);
      draft.record({ kind: 'receipt_rolled_back', receipt, reason, atMs });
      end(draft, session, { kind: 'transfer_abandoned', ownerId, claimId });
      return undefined;
    }
    case 'fail_transfer': {
      const { reason } = command;
      dropOwner(draft, session, 'transfer commit failed');
      draft.record({ kind: 'receipt_rolled_back', receipt, reason, atMs });
      end(draft, session, { kind: 'transfer_commit_failed', ownerId, claimId, reason });
      return undefined;
    }
  }
}

/** Ends the authority of the owner, and of whatever was issued under it. */
export function dropOwner(draft: Draft, session: OwnedSession, reason: string): void {
  const capability = liveCapability(session);
  if (capability === undefined) return;
  draft.record({ kind: 'capability_invalidated', capability, reason, atMs: draft.atMs });
  invalidateWitnesses(draft, session);
}

function receiptRefusal({ pending }: OwnedSession, receipt: OwnershipReceipt): AuthorityRefusal | undefined {
  if (pending === null) return new TransferNotPending(receipt.claimId);
  return sameReceipt(pending.receipt, receipt) ? undefined : new ReceiptMismatch(receipt.claimId);
}
