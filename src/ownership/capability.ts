import { type OwnershipScope, sameScope } from './scope.js';

/**
 * The right to act for a session, in one generation of its ownership. Plain data: nobody is believed because of what it shows, it is
 * compared with what the authority has recorded.
 */
export interface OwnershipCapability {
  readonly sessionId: string;
  /** One life of one node: whoever restarts comes back under another id, so that it holds nothing. Mutant O6. */
  readonly ownerId: string;
  /** Higher than that of every capability ever issued for the session. Flaw O1. */
  readonly generation: number;
  readonly scope: OwnershipScope;
}

/** The offer of a session to one target, which alone can take it. */
export interface OwnershipReceipt {
  readonly sessionId: string;
  /** No two receipts of one authority share it. */
  readonly claimId: number;
  readonly fromOwnerId: string;
  readonly fromGeneration: number;
  readonly toOwnerId: string;
  readonly toGeneration: number;
  readonly scope: OwnershipScope;
}

/** Evidence that something was ready under one capability. To be consumed once, under that capability. */
export interface ReadinessWitness {
  /** No two witnesses of one authority share it, of whichever session. Flaw O13. */
  readonly witnessId: number;
  readonly sessionId: string;
  readonly ownerId: string;
  readonly generation: number;
  readonly scope: OwnershipScope;
  readonly predicateRef: string;
}

/** Evidence that a session has ended, and why. */
export interface CancellationWitness {
  readonly witnessId: number;
  readonly sessionId: string;
  /** Of the last owner. */
  readonly ownerId: string;
  readonly generation: number;
  readonly reason: string;
}

export function sameCapability(one: OwnershipCapability, other: OwnershipCapability): boolean {
  return (
    one.sessionId === other.sessionId &&
    one.ownerId === other.ownerId &&
    one.generation === other.generation &&
    sameScope(one.scope, other.scope)
  );
}

export function sameReceipt(one: OwnershipReceipt, other: OwnershipReceipt): boolean {
  return (
    one.sessionId === other.sessionId &&
    one.claimId === other.claimId &&
    one.fromOwnerId === other.fromOwnerId &&
    one.fromGeneration === other.fromGeneration &&
    one.toOwnerId === other.toOwnerId &&
    one.toGeneration === other.toGeneration &&
    sameScope(one.scope, other.scope)
  );
}

export function sameWitness(one: ReadinessWitness, other: ReadinessWitness): boolean {
  return (
    one.witnessId === other.witnessId && one.predicateRef === other.predicateRef && sameCapability(one, other)
  );
}
