import type { MemberAnswer } from './barrier.js';
import type { Cursors } from './cursors.js';
import type { PeerHandle } from './operation.js';
import type { TerminalOutcome } from './outcome.js';
import type { OperationSpec } from './spec.js';

/** What is recorded about operations. Everything that was accepted is here, so that a restart loses nothing (flaw A9). */
export type OperationsEntry =
  | OperationRegisteredEntry
  | OperationStartedEntry
  | OperationRetiringEntry
  | PeerReadyEntry
  | ProgressReportedEntry
  | OperationEndedEntry
  | OperationRolledBackEntry
  | OperationEvictedEntry
  | TombstoneDroppedEntry
  | OwnerTerminatedEntry
  | OwnerForgottenEntry
  | BarrierOpenedEntry
  | BarrierSatisfiedEntry
  | BarrierClosedEntry
  | CursorsAdvancedEntry;

export interface OperationRegisteredEntry {
  readonly kind: 'operation_registered';
  readonly spec: OperationSpec;
  readonly inputFingerprint: string;
  readonly atMs: number;
}

export interface OperationStartedEntry {
  readonly kind: 'operation_started';
  readonly operationId: string;
  readonly atMs: number;
}

export interface OperationRetiringEntry {
  readonly kind: 'operation_retiring';
  readonly operationId: string;
  readonly atMs: number;
}

export interface PeerReadyEntry {
  readonly kind: 'peer_ready';
  readonly operationId: string;
  readonly peer: PeerHandle;
  readonly atMs: number;
}

export interface ProgressReportedEntry {
  readonly kind: 'progress_reported';
  readonly operationId: string;
  readonly message: string;
  readonly percent: number | null;
  readonly atMs: number;
}

/** All terminal facts in one: status, outcome, completion seq, and the row of the feed if its kind has one. */
export interface OperationEndedEntry {
  readonly kind: 'operation_ended';
  readonly operationId: string;
  readonly outcome: TerminalOutcome;
  readonly seq: number;
  readonly atMs: number;
}

export interface OperationRolledBackEntry {
  readonly kind: 'operation_rolled_back';
  readonly operationId: string;
  readonly atMs: number;
}

/** The operation is dropped, with its row in the feed; a tombstone is left. */
export interface OperationEvictedEntry {
  readonly kind: 'operation_evicted';
  readonly operationId: string;
  readonly atMs: number;
}

export interface TombstoneDroppedEntry {
  readonly kind: 'tombstone_dropped';
  readonly operationId: string;
  readonly atMs: number;
}

/** Nothing is registered for this owner any more. */
export interface OwnerTerminatedEntry {
  readonly kind: 'owner_terminated';
  readonly ownerSessionId: string;
  readonly reason: string;
  readonly atMs: number;
}

/** That the owner was terminated is no longer remembered. */
export interface OwnerForgottenEntry {
  readonly kind: 'owner_forgotten';
  readonly ownerSessionId: string;
  readonly atMs: number;
}

export interface BarrierOpenedEntry {
  readonly kind: 'barrier_opened';
  readonly requestId: string;
  readonly operationIds: readonly string[];
  readonly atMs: number;
}

/** The answers as they were at that moment, in the order of the request. */
export interface BarrierSatisfiedEntry {
  readonly kind: 'barrier_satisfied';
  readonly requestId: string;
  readonly answers: readonly MemberAnswer[];
  readonly atMs: number;
}

export interface BarrierClosedEntry {
  readonly kind: 'barrier_closed';
  readonly requestId: string;
  readonly why: 'acknowledged' | 'cancelled';
  readonly atMs: number;
}

/** Where all three cursors are now. */
export interface CursorsAdvancedEntry {
  readonly kind: 'cursors_advanced';
  readonly cursors: Cursors;
  readonly atMs: number;
}

/** What a probe is told: the kind of the entry that was recorded last. */
export const operationStates = [
  'operation_registered',
  'operation_started',
  'operation_retiring',
  'peer_ready',
  'progress_reported',
  'operation_ended',
  'operation_rolled_back',
  'operation_evicted',
  'tombstone_dropped',
  'owner_terminated',
  'owner_forgotten',
  'barrier_opened',
  'barrier_satisfied',
  'barrier_closed',
  'cursors_advanced',
] as const satisfies readonly OperationsEntry['kind'][];
