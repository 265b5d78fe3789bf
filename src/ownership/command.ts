import type { OwnershipCapability, OwnershipReceipt, ReadinessWitness } from './capability.js';
import type { OwnerLossPolicy } from './ending.js';
import type { OwnershipScope } from './scope.js';

/**
 * What may be asked of the authority. Each command carries the time at which it is decided, by the authority's clock, which goes on from
 * the state's `latestMs` after a restart. One that is behind counts as given at the latest time known.
 */
export type OwnershipCommand = AuthorityCommand | DenyCommand | ExpireDueCommand | ReapCommand;

/** The commands that need authority, or give it. A refusal of one is recorded with `deny`. */
export type AuthorityCommand = ClaimCommand | CapabilityCommand | CommitTransferCommand;

interface At {
  readonly atMs: number;
}

/**
 * Asks for one generation of a session that nobody owns. Given again by the same owner under the same request id while it has that
 * generation, nothing is recorded; given again later, it is spent: each generation is given once, so no copy of a claim gives another one.
 */
export interface ClaimCommand extends At {
  readonly kind: 'claim';
  readonly sessionId: string;
  readonly ownerId: string;
  /** Which one: 0, or the next after one that is over. Whoever does not know asks for 0, and is told. */
  readonly generation: number;
  readonly scope: OwnershipScope;
  /** The first claim decides it, and each later one must say the same. */
  readonly policy: OwnerLossPolicy;
  readonly requestId: string;
}

/** The commands of the owner, who shows the capability. */
export type CapabilityCommand = At & { readonly capability: OwnershipCapability } & (
    | {
        /** A renewal counts from when its request began, which is not after `atMs`, and never shortens the lease. */
        readonly kind: 'renew';
        readonly requestedAtMs: number;
      }
    | {
        /** Acts for the session, within `scope`; to be recorded in one batch with what it permits. */
        readonly kind: 'use';
        readonly act: string;
        readonly scope: OwnershipScope;
      }
    | { readonly kind: 'release' }
    | { readonly kind: 'close' }
    /** Goes on in a new generation with a scope that is no wider. */
    | { readonly kind: 'attenuate'; readonly scope: OwnershipScope }
    /** Offers the session to another owner. Until that is settled the owner can renew its lease, and do nothing else. */
    | { readonly kind: 'begin_transfer'; readonly toOwnerId: string; readonly scope: OwnershipScope }
    | { readonly kind: 'rollback_transfer'; readonly receipt: OwnershipReceipt }
    /** Gives up the transfer, and the session with it. */
    | { readonly kind: 'abandon_transfer'; readonly receipt: OwnershipReceipt }
    | { readonly kind: 'fail_transfer'; readonly receipt: OwnershipReceipt; readonly reason: string }
    | { readonly kind: 'issue_readiness'; readonly predicateRef: string }
    | { readonly kind: 'consume_readiness'; readonly witness: ReadinessWitness }
  );

/** The target takes what it was offered. */
export interface CommitTransferCommand extends At {
  readonly kind: 'commit_transfer';
  readonly receipt: OwnershipReceipt;
  /** Who asks: only the target of the receipt may. */
  readonly byOwnerId: string;
}

/**
 * Records that a command was refused: to be given when it was, before anybody is told. Refused itself, with NothingToDeny, when the
 * command would be accepted by now.
 */
export interface DenyCommand {
  readonly kind: 'deny';
  readonly act: AuthorityCommand;
}

/** Latches every lease and every transfer that is past its time. */
export interface ExpireDueCommand extends At {
  readonly kind: 'expire_due';
}

/** Archives every session that has ended. */
export interface ReapCommand extends At {
  readonly kind: 'reap';
}

export function sessionIdOf(command: AuthorityCommand): string {
  if (command.kind === 'claim') return command.sessionId;
  return command.kind === 'commit_transfer' ? command.receipt.sessionId : command.capability.sessionId;
}

export function ownerIdOf(command: AuthorityCommand): string {
  if (command.kind === 'claim') return command.ownerId;
  return command.kind === 'commit_transfer' ? command.byOwnerId : command.capability.ownerId;
}
