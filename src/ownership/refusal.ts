import type { OwnershipCapability } from './capability.js';
import { describeReason, type OwnerLossPolicy, type TerminalReason } from './ending.js';
import { describeScope, type OwnershipScope } from './scope.js';

/**
 * Why a command was refused. Nothing was recorded; all but the last two are recorded with `deny`.
 *
 * | code | meaning |
 * |---|---|
 * | `OWNERSHIP_FENCED` | the capability is of an older generation: stop acting |
 * | `OWNERSHIP_UNCLAIMED` | nobody owns the session, the lease has expired perhaps: claim it |
 * | `OWNERSHIP_ALREADY_CLAIMED` | somebody owns it: wait for the lease to expire, or for a transfer |
 * | `OWNERSHIP_CLAIM_SPENT` | nobody owns it, and another generation is the next: claim that one, if it is still wanted |
 * | `OWNERSHIP_TERMINAL` | nobody will own it again |
 * | `OWNERSHIP_SESSION_NOT_FOUND` | it was never claimed, or has been forgotten |
 * | `OWNERSHIP_CAPABILITY_MISMATCH` | the capability was never issued so |
 * | `OWNERSHIP_SCOPE_VIOLATION` | the capability does not reach as far as what was asked |
 * | `OWNERSHIP_TRANSFER_PENDING` | settle the transfer first |
 * | `OWNERSHIP_TRANSFER_NOT_PENDING` | the transfer was settled, or its time has passed |
 * | `OWNERSHIP_RECEIPT_MISMATCH` | another transfer is pending |
 * | `OWNERSHIP_NOT_THE_TARGET` | the receipt is bound to another target |
 * | `OWNERSHIP_INVALID_WITNESS` | the witness is not what was issued, or not for this capability |
 * | `OWNERSHIP_WITNESS_CONSUMED` | the witness was consumed |
 * | `OWNERSHIP_POLICY_CONFLICT` | the session has the other policy |
 * | `OWNERSHIP_LIMIT_REACHED` | no room |
 * | `OWNERSHIP_NOTHING_TO_DENY` | the command would be accepted now: give it again |
 * | `OWNERSHIP_INVALID_COMMAND` | the command cannot be meant |
 */
export type OwnershipRefusal = AuthorityRefusal | NothingToDeny | InvalidCommand;

export type AuthorityRefusal =
  | Fenced
  | Unclaimed
  | AlreadyClaimed
  | ClaimSpent
  | Terminal
  | SessionNotFound
  | CapabilityMismatch
  | ScopeViolation
  | TransferPending
  | TransferNotPending
  | ReceiptMismatch
  | NotTheTarget
  | InvalidWitness
  | WitnessConsumed
  | PolicyConflict
  | LimitReached;

/** A late act of an owner that is none any more. */
export class Fenced extends Error {
  readonly code = 'OWNERSHIP_FENCED';
  override readonly name = 'Fenced';
  /** The highest one that was ever granted. */
  readonly liveGeneration: number;
  constructor({ sessionId, ownerId, generation }: OwnershipCapability, liveGeneration: number) {
    super(
      `\`${ownerId}\` shows generation ${generation} of session \`${sessionId}\`, which is at ${liveGeneration}`,
    );
    this.liveGeneration = liveGeneration;
  }
}

export class Unclaimed extends Error {
  readonly code = 'OWNERSHIP_UNCLAIMED';
  override readonly name = 'Unclaimed';
  readonly lastGeneration: number;
  constructor(sessionId: string, lastGeneration: number) {
    super(`nobody owns session \`${sessionId}\`; its last generation is ${lastGeneration}`);
    this.lastGeneration = lastGeneration;
  }
}

export class AlreadyClaimed extends Error {
  readonly code = 'OWNERSHIP_ALREADY_CLAIMED';
  override readonly name = 'AlreadyClaimed';
  readonly currentOwnerId: string;
  constructor(sessionId: string, currentOwnerId: string) {
    super(`session \`${sessionId}\` is owned by \`${currentOwnerId}\``);
    this.currentOwnerId = currentOwnerId;
  }
}

/** A claim of a generation that is over, or that is not the next yet: a copy of one that was granted once, perhaps. */
export class ClaimSpent extends Error {
  readonly code = 'OWNERSHIP_CLAIM_SPENT';
  override readonly name = 'ClaimSpent';
  readonly nextGeneration: number;
  constructor(sessionId: string, generation: number, nextGeneration: number) {
    super(
      `generation ${generation} of session \`${sessionId}\` is claimed, and ${nextGeneration} is the next`,
    );
    this.nextGeneration = nextGeneration;
  }
}

export class Terminal extends Error {
  readonly code = 'OWNERSHIP_TERMINAL';
  override readonly name = 'Terminal';
  readonly reason: TerminalReason;
  constructor(sessionId: string, reason: TerminalReason) {
    super(`session \`${sessionId}\` has ended: ${describeReason(reason)}`);
    this.reason = reason;
  }
}

export class SessionNotFound extends Error {
  readonly code = 'OWNERSHIP_SESSION_NOT_FOUND';
  override readonly name = 'SessionNotFound';
  constructor(sessionId: string) {
    super(`session \`${sessionId}\` is not known`);
  }
}

/** Another owner, scope or generation than was ever issued. */
export class CapabilityMismatch extends Error {
  readonly code = 'OWNERSHIP_CAPABILITY_MISMATCH';
  override readonly name = 'CapabilityMismatch';
  constructor({ sessionId, ownerId, generation, scope }: OwnershipCapability) {
    super(
      `no generation ${generation} of session \`${sessionId}\` gives \`${ownerId}\` ${describeScope(scope)}`,
    );
  }
}

export class ScopeViolation extends Error {
  readonly code = 'OWNERSHIP_SCOPE_VIOLATION';
  override readonly name = 'ScopeViolation';
  readonly required: OwnershipScope;
  readonly actual: OwnershipScope;
  constructor(required: OwnershipScope, actual: OwnershipScope) {
    super(`needs ${describeScope(required)}, has ${describeScope(actual)}`);
    this.required = required;
    this.actual = actual;
  }
}

export class TransferPending extends Error {
  readonly code = 'OWNERSHIP_TRANSFER_PENDING';
  override readonly name = 'TransferPending';
  readonly claimId: number;
  constructor(claimId: number) {
    super(`transfer ${claimId} is pending`);
    this.claimId = claimId;
  }
}

export class TransferNotPending extends Error {
  readonly code = 'OWNERSHIP_TRANSFER_NOT_PENDING';
  override readonly name = 'TransferNotPending';
  constructor(claimId: number) {
    super(`transfer ${claimId}: receipt is no longer pending`);
  }
}

export class ReceiptMismatch extends Error {
  readonly code = 'OWNERSHIP_RECEIPT_MISMATCH';
  override readonly name = 'ReceiptMismatch';
  constructor(claimId: number) {
    super(`transfer ${claimId}: receipt payload mismatch`);
  }
}

/** Flaw O9. */
export class NotTheTarget extends Error {
  readonly code = 'OWNERSHIP_NOT_THE_TARGET';
  override readonly name = 'NotTheTarget';
  constructor(claimId: number, byOwnerId: string) {
    super(`transfer ${claimId} is not offered to \`${byOwnerId}\``);
  }
}

export class InvalidWitness extends Error {
  readonly code = 'OWNERSHIP_INVALID_WITNESS';
  override readonly name = 'InvalidWitness';
  readonly reason:
    'witness was never issued' | 'witness payload mismatch' | 'live ownership no longer matches witness';
  constructor(witnessId: number, reason: InvalidWitness['reason']) {
    super(`${reason}: ${witnessId}`);
    this.reason = reason;
  }
}

export class WitnessConsumed extends Error {
  readonly code = 'OWNERSHIP_WITNESS_CONSUMED';
  override readonly name = 'WitnessConsumed';
  constructor(witnessId: number) {
    super(`witness already consumed: ${witnessId}`);
  }
}

export class PolicyConflict extends Error {
  readonly code = 'OWNERSHIP_POLICY_CONFLICT';
  override readonly name = 'PolicyConflict';
  readonly policy: OwnerLossPolicy;
  constructor(sessionId: string, policy: OwnerLossPolicy) {
    super(`session \`${sessionId}\` is ${policy}`);
    this.policy = policy;
  }
}

export class LimitReached extends Error {
  readonly code = 'OWNERSHIP_LIMIT_REACHED';
  override readonly name = 'LimitReached';
  readonly limit: 'sessionsMax' | 'witnessesMax' | 'generations';
  constructor(limit: LimitReached['limit'], max: number) {
    super(`${limit} is reached: ${max}`);
    this.limit = limit;
  }
}

export class NothingToDeny extends Error {
  readonly code = 'OWNERSHIP_NOTHING_TO_DENY';
  override readonly name = 'NothingToDeny';
  constructor(act: string) {
    super(`${act} would be accepted now`);
  }
}

export class InvalidCommand extends Error {
  readonly code = 'OWNERSHIP_INVALID_COMMAND';
  override readonly name = 'InvalidCommand';
  constructor(act: string, fault: string) {
    super(`${act}: ${fault}`);
  }
}
