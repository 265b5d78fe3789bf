import type { OperationKind } from './kind.js';
import { type Operation, type PeerHandle, type ProgressReport, statusOf } from './operation.js';
import type { Completion, TerminalOutcome } from './outcome.js';
import { childSessionIdOf, type OperationSpec } from './spec.js';
import type { OperationsState } from './state.js';
import { isTerminal, type OperationStatus, type PublicResult, publicResultOf } from './status.js';

/** What an operation id stands for: an operation, what is left of one, or nothing. */
export type Standing =
  | { readonly kind: 'held'; readonly status: OperationStatus }
  | { readonly kind: 'evicted'; readonly status: OperationStatus; readonly completion: Completion }
  | { readonly kind: 'absent' };

export function standingOf({ operations, tombstones }: OperationsState, operationId: string): Standing {
  const operation = operations.get(operationId);
  if (operation !== undefined) return { kind: 'held', status: statusOf(operation) };
  const completion = tombstones.get(operationId)?.completion;
  if (completion === undefined) return { kind: 'absent' };
  return { kind: 'evicted', status: completion.outcome.kind, completion };
}

/** Everything that is known of an operation. Reference A1; who watches it, `Watchers` knows. */
export interface OperationSnapshot {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly ownerSessionId: string;
  readonly displayName: string;
  readonly sourceLabel: string;
  readonly source: OperationSpec['source'];
  readonly childSessionId: string | null;
  readonly status: OperationStatus;
  readonly terminal: boolean;
  readonly publicResult: PublicResult;
  readonly peer: PeerHandle | null;
  readonly progressCount: number;
  readonly lastProgress: ProgressReport | null;
  readonly outcome: TerminalOutcome | null;
  readonly completionSeq: number | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly completedAtMs: number | null;
  /** From registration to the end; null while there is none. */
  readonly elapsedMs: number | null;
}

/** Undefined when the operation is not held. */
export function snapshotOf(state: OperationsState, operationId: string): OperationSnapshot | undefined {
  const operation = state.operations.get(operationId);
  return operation === undefined ? undefined : snapshotFrom(operation);
}

/** All operations that are held, by display name, those of the same name by id. */
export function listOperations(state: OperationsState): readonly OperationSnapshot[] {
  return [...state.operations.values()]
    .map(snapshotFrom)
    .sort(
      (one, other) =>
        compare(one.displayName, other.displayName) || compare(one.operationId, other.operationId),
    );
}

function snapshotFrom(operation: Operation): OperationSnapshot {
  const { spec, completion, createdAtMs, startedAtMs, peer, progressCount, lastProgress } = operation;
  const status = statusOf(operation);
  const completedAtMs = completion?.atMs ?? null;
  return {
    ...spec,
    childSessionId: childSessionIdOf(spec),
    status,
    terminal: isTerminal(status),
    publicResult: publicResultOf(status),
    peer,
    progressCount,
    lastProgress,
    outcome: completion?.outcome ?? null,
    completionSeq: completion?.seq ?? null,
    createdAtMs,
    startedAtMs,
    completedAtMs,
    elapsedMs: completedAtMs === null ? null : completedAtMs - createdAtMs,
  };
}

/** By code units: the same everywhere. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
