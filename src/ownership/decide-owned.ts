import type { CapabilityCommand } from './command.js';
import { dropOwner, beginTransfer, settleTransfer } from './decide-transfer.js';
import { type OwnershipCapability, sameCapability, sameWitness } from './capability.js';
import type { Draft } from './draft.js';
import { end } from './expiry.js';
import { expiresAtMs } from './lease.js';
import type { OwnershipLimits } from './limits.js';
import {
  type AuthorityRefusal,
  CapabilityMismatch,
  Fenced,
  InvalidWitness,
  LimitReached,
  ScopeViolation,
  TransferPending,
  Unclaimed,
  WitnessConsumed,
} from './refusal.js';
import { covers, type OwnershipScope } from './scope.js';
import { type Holder, liveCapability, type OwnedSession } from './state.js';

type Of<Kind extends CapabilityCommand['kind']> = Extract<CapabilityCommand, { kind: Kind }>;
type Verdict = AuthorityRefusal | undefined;

const wholeSession: OwnershipScope = { kind: 'session' };

/** A command of somebody who shows a capability, which must be the one that is good now, to the letter. */
export function decideOwned(
  limits: OwnershipLimits,
  draft: Draft,
  session: OwnedSession,
  command: CapabilityCommand,
): Verdict {
  const { capability } = command;
  const { holder, pending, generation } = session;
  if (capability.generation < generation) return new Fenced(capability, generation);
  const live = liveCapability(session);
  if (live === undefined || holder === null) return new Unclaimed(session.sessionId, generation);
  if (!sameCapability(live, capability)) return new CapabilityMismatch(capability);
  switch (command.kind) {
    case 'renew':
      return renew(limits, draft, holder, command);
    case 'rollback_transfer':
    case 'abandon_transfer':
    case 'fail_transfer':
      return settleTransfer(draft, session, command);
    case 'use':
    case 'release':
    case 'close':
    case 'attenuate':
    case 'begin_transfer':
    case 'issue_readiness':
    case 'consume_readiness':
      if (pending !== null) return new TransferPending(pending.receipt.claimId);
      return act(limits, draft, session, holder, command);
  }
}

function act(
  limits: OwnershipLimits,
  draft: Draft,
  session: OwnedSession,
  holder: Holder,
  command: Of<
    'use' | 'release' | 'close' | 'attenuate' | 'begin_transfer' | 'issue_readiness' | 'consume_readiness'
  >,
): Verdict {
  const { capability } = command;
  const { atMs } = draft;
  switch (command.kind) {
    case 'use':
      if (!covers(capability.scope, command.scope))
        return new ScopeViolation(command.scope, capability.scope);
      draft.record({ kind: 'capability_used', capability, act: command.act, atMs });
      return undefined;
    case 'release':
      dropOwner(draft, session, 'ownership released');
      return undefined;
    case 'close':
      if (!isWhole(capability)) return new ScopeViolation(wholeSession, capability.scope);
      dropOwner(draft, session, 'session closed');
      end(draft, session, { kind: 'closed', ownerId: capability.ownerId });
      return undefined;
    case 'attenuate':
      return attenuate(draft, session, holder, command);
    case 'begin_transfer':
      return beginTransfer(limits, draft, session, command);
    case 'issue_readiness':
      return issueReadiness(limits, draft, session, command);
    case 'consume_readiness':
      return consumeReadiness(draft, session, command);
  }
}

/** Counted from when the request began. One that would not prolong the lease, a late one perhaps, has nothing to record. */
function renew(
  limits: OwnershipLimits,
  draft: Draft,
  holder: Holder,
  { capability, requestedAtMs }: Of<'renew'>,
): Verdict {
  const lease = { issuedAtMs: requestedAtMs, ttlMs: limits.leaseTtlMs };
  if (expiresAtMs(lease) > expiresAtMs(holder.lease)) {
    draft.record({ kind: 'lease_renewed', capability, lease, atMs: draft.atMs });
  }
  return undefined;
}

/** The lease goes on as it was: to give something away prolongs nothing. */
function attenuate(
  draft: Draft,
  session: OwnedSession,
  { lease }: Holder,
  { capability, scope }: Of<'attenuate'>,
): Verdict {
  const { policy } = session;
  if (!covers(capability.scope, scope)) return new ScopeViolation(scope, capability.scope);
  const generation = session.generation + 1;
  if (generation >= Number.MAX_SAFE_INTEGER) return new LimitReached('generations', Number.MAX_SAFE_INTEGER);
  dropOwner(draft, session, 'ownership scope attenuated');
  const next = { ...capability, generation, scope };
  draft.record({
    kind: 'capability_issued',
    capability: next,
    lease,
    policy,
    origin: { kind: 'attenuation' },
    atMs: draft.atMs,
  });
  return undefined;
}

function issueReadiness(
  limits: OwnershipLimits,
  draft: Draft,
  { witnesses }: OwnedSession,
  { capability, predicateRef }: Of<'issue_readiness'>,
): Verdict {
  if (!isWhole(capability)) return new ScopeViolation(wholeSession, capability.scope);
  if (witnesses.size >= limits.witnessesMax) return new LimitReached('witnessesMax', limits.witnessesMax);
  const { sessionId, ownerId, generation, scope } = capability;
  const witness = { witnessId: draft.takeWitnessId(), sessionId, ownerId, generation, scope, predicateRef };
  draft.record({ kind: 'readiness_issued', witness, atMs: draft.atMs });
  return undefined;
}

/** Each check that fails first wins, in the order of the reference, save that a witness of another capability is told as such. */
function consumeReadiness(
  draft: Draft,
  { witnesses }: OwnedSession,
  { capability, witness }: Of<'consume_readiness'>,
): Verdict {
  const { witnessId } = witness;
  if (!isWhole(capability)) return new ScopeViolation(wholeSession, capability.scope);
  if (!sameCapability(capability, witness)) {
    return new InvalidWitness(witnessId, 'live ownership no longer matches witness');
  }
  const issued = witnesses.get(witnessId);
  if (issued === undefined) {
    const wasIssued = witnessId > 0 && witnessId < draft.state.nextWitnessId;
    return wasIssued
      ? new WitnessConsumed(witnessId)
      : new InvalidWitness(witnessId, 'witness was never issued');
  }
  if (!sameWitness(issued, witness)) return new InvalidWitness(witnessId, 'witness payload mismatch');
  draft.record({ kind: 'readiness_consumed', witness: issued, atMs: draft.atMs });
  return undefined;
}

function isWhole({ scope }: OwnershipCapability): boolean {
  return scope.kind === 'session';
}
