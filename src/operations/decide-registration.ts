import type { RegisterOperationCommand } from './command.js';
import type { OperationsEntry } from './entry.js';
import type { OperationsLimits } from './limits.js';
import { type Operation, statusOf } from './operation.js';
import {
  MaxConcurrentExceeded,
  type OperationsRefusal,
  OwnerTerminated,
  RegistrationConflict,
} from './refusal.js';
import { activeCount, type OperationsState } from './state.js';
import type { OperationStatus } from './status.js';
import { digestOfSpec } from './tombstone.js';

/** Begins an operation, attaches to the one that has the id, or refuses. Known ids come first: they take no place of their own. */
export function register(
  limits: OperationsLimits,
  state: OperationsState,
  command: RegisterOperationCommand,
): readonly OperationsEntry[] | OperationsRefusal {
  const { spec, inputFingerprint, atMs } = command;
  const holder = holderOf(state, spec.operationId);
  if (holder !== undefined) {
    const { operationId } = spec;
    if (holder.specDigest !== digestOfSpec(spec)) {
      return new RegistrationConflict(operationId, 'spec', holder.status);
    }
    const isSame = holder.inputFingerprint === inputFingerprint;
    return isSame ? [] : new RegistrationConflict(operationId, 'input', holder.status);
  }
  if (state.terminatedOwners.has(spec.ownerSessionId)) return new OwnerTerminated(spec.ownerSessionId);
  const limit = Math.min(command.concurrentMax ?? Infinity, limits.concurrentMax ?? Infinity);
  const active = activeCount(state);
  if (active >= limit) return new MaxConcurrentExceeded(limit, active);
  return [{ kind: 'operation_registered', spec, inputFingerprint, atMs }];
}

interface Holder {
  readonly specDigest: string;
  readonly inputFingerprint: string;
  readonly status: OperationStatus;
}

/** What stands under an id already, evicted or not: the same answer for both. */
function holderOf({ operations, tombstones }: OperationsState, operationId: string): Holder | undefined {
  const operation = operations.get(operationId);
  if (operation !== undefined) return holderFrom(operation);
  const tombstone = tombstones.get(operationId);
  return tombstone === undefined ? undefined : { ...tombstone, status: tombstone.completion.outcome.kind };
}

function holderFrom(operation: Operation): Holder {
  const { spec, inputFingerprint } = operation;
  return { specDigest: digestOfSpec(spec), inputFingerprint, status: statusOf(operation) };
}
