import type { Cursors } from './cursors.js';
import type { PeerHandle } from './operation.js';
import type { OperationResult } from './outcome.js';
import type { OperationSpec } from './spec.js';

/** What may be asked of the registry. Every command carries the time at which it is given: whole milliseconds, recorded and never compared. */
export type OperationsCommand =
  | RegisterOperationCommand
  | ProvisioningSucceededCommand
  | RequestRetireCommand
  | PeerReadyCommand
  | ReportProgressCommand
  | EndOperationCommand
  | RollbackUnreturnedCommand
  | TerminateOwnerCommand
  | LostInRestartCommand
  | CollectCompletedCommand
  | WaitAllCommand
  | CancelWaitCommand
  | AcknowledgeWaitCommand
  | AdvanceCursorsCommand;

interface OnOperation {
  readonly operationId: string;
  readonly atMs: number;
}

/**
 * Whatever may evict names the operations that somebody watches and was not yet told about: these stay. `Watchers.watched` has them.
 */
interface Evicting {
  readonly watched: readonly string[];
}

/** Begins an operation, or attaches to it: the same id with the same spec and input is accepted with nothing to record. */
export interface RegisterOperationCommand {
  readonly kind: 'register_operation';
  readonly spec: OperationSpec;
  readonly inputFingerprint: string;
  /** The caller's own limit of operations alive at once; the registry's holds too. Null: only the registry's. */
  readonly concurrentMax: number | null;
  readonly atMs: number;
}

export interface ProvisioningSucceededCommand extends OnOperation {
  readonly kind: 'provisioning_succeeded';
}

export interface RequestRetireCommand extends OnOperation {
  readonly kind: 'request_retire';
}

/** The operation's peer can be reached. Given again with the same handle, nothing is recorded. */
export interface PeerReadyCommand extends OnOperation {
  readonly kind: 'peer_ready';
  readonly peer: PeerHandle;
}

export interface ReportProgressCommand extends OnOperation {
  readonly kind: 'report_progress';
  readonly message: string;
  /** A whole number from 0 to 100, or null. */
  readonly percent: number | null;
}

/** The commands that end one operation, once and for all. */
export type EndOperationCommand = OnOperation &
  Evicting &
  (
    | { readonly kind: 'complete_operation'; readonly result: OperationResult }
    | { readonly kind: 'provisioning_failed'; readonly error: string }
    | { readonly kind: 'fail_operation'; readonly error: string }
    | { readonly kind: 'abort_provisioning'; readonly reason: string | null }
    | { readonly kind: 'cancel_operation'; readonly reason: string | null }
    | { readonly kind: 'mark_retired' }
  );

/** Takes back an operation that nobody was told of, as if it had never been registered. */
export interface RollbackUnreturnedCommand extends OnOperation {
  readonly kind: 'rollback_unreturned';
}

/** Ends all operations of a session, and lets it register no more. */
export interface TerminateOwnerCommand extends Evicting {
  readonly kind: 'terminate_owner';
  readonly ownerSessionId: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Ends those operations that the restart of the node has lost, by the recovery plan; all others go on. */
export interface LostInRestartCommand extends Evicting {
  readonly kind: 'lost_in_restart';
  readonly operationIds: readonly string[];
  readonly atMs: number;
}

/** Evicts every ended operation that nobody waits for. */
export interface CollectCompletedCommand extends Evicting {
  readonly kind: 'collect_completed';
  readonly atMs: number;
}

/** Opens a barrier. The same request with the same members is accepted with nothing to record. */
export interface WaitAllCommand {
  readonly kind: 'wait_all';
  readonly requestId: string;
  /** Answers come in this order. */
  readonly operationIds: readonly string[];
  readonly atMs: number;
}

/** Drops a barrier that is still open. */
export interface CancelWaitCommand {
  readonly kind: 'cancel_wait';
  readonly requestId: string;
  readonly atMs: number;
}

/** Drops a satisfied barrier: whoever waited has its answers. */
export interface AcknowledgeWaitCommand {
  readonly kind: 'acknowledge_wait';
  readonly requestId: string;
  readonly atMs: number;
}

/** Moves cursors of the completion feed forward, all in one. One that stands there or further already stays. */
export interface AdvanceCursorsCommand {
  readonly kind: 'advance_cursors';
  readonly to: Readonly<Partial<Cursors>>;
  readonly atMs: number;
}
