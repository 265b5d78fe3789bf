import type { Completion } from './outcome.js';
import type { OperationSpec } from './spec.js';
import type { LivePhase, OperationStatus } from './status.js';

/** Where a peer that an operation started can be reached. */
export interface PeerHandle {
  readonly peerName: string;
  readonly peerId: string;
  readonly address: string;
}

export interface ProgressReport {
  readonly message: string;
  /** A whole number from 0 to 100, or null when the work does not know. */
  readonly percent: number | null;
  readonly atMs: number;
}

/** One operation as it is known. Never changed: a new one takes its place. */
export interface Operation {
  readonly spec: OperationSpec;
  /** Stands for the input: who registers the same id again has to bring the same. */
  readonly inputFingerprint: string;
  /** The phase it is in, or was in when it ended. */
  readonly phase: LivePhase;
  readonly peer: PeerHandle | null;
  readonly progressCount: number;
  readonly lastProgress: ProgressReport | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly completion: Completion | null;
}

/** An operation after its end. */
export interface EndedOperation extends Operation {
  readonly completion: Completion;
}

export function hasEnded(operation: Operation): operation is EndedOperation {
  return operation.completion !== null;
}

export function statusOf(operation: Operation): OperationStatus {
  return operation.completion?.outcome.kind ?? operation.phase;
}

/** `atMs`, but not before what is known of the operation, so that a clock set back makes no negative durations. */
export function notBefore({ createdAtMs, startedAtMs }: Operation, atMs: number): number {
  return Math.max(startedAtMs ?? createdAtMs, atMs);
}
