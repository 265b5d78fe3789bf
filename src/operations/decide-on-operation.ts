import type {
  EndOperationCommand,
  PeerReadyCommand,
  ProvisioningSucceededCommand,
  ReportProgressCommand,
  RequestRetireCommand,
  RollbackUnreturnedCommand,
} from './command.js';
import { endAll, settleBarriers } from './endings.js';
import type { OperationsEntry } from './entry.js';
import { expectsPeerChannel } from './kind.js';
import type { OperationsLimits } from './limits.js';
import { notBefore, type Operation, type PeerHandle, statusOf } from './operation.js';
import type { TerminalOutcome } from './outcome.js';
import {
  AlreadyPeerReady,
  InvalidTransition,
  type OperationsRefusal,
  PeerNotExpected,
  UnknownOperation,
} from './refusal.js';
import type { OperationsState } from './state.js';
import { nextStatus } from './transition.js';

type Verdict = readonly OperationsEntry[] | OperationsRefusal;

type OnOperationCommand =
  | ProvisioningSucceededCommand
  | RequestRetireCommand
  | PeerReadyCommand
  | ReportProgressCommand
  | EndOperationCommand
  | RollbackUnreturnedCommand;

/** Acts on one operation. The status is checked before anything else (flaw A18), also that of an evicted operation. */
export function decideOnOperation(
  limits: OperationsLimits,
  state: OperationsState,
  command: OnOperationCommand,
): Verdict {
  const { operationId } = command;
  const operation = state.operations.get(operationId);
  const status =
    operation === undefined
      ? state.tombstones.get(operationId)?.completion.outcome.kind
      : statusOf(operation);
  if (status === undefined) return new UnknownOperation(operationId);
  if (operation === undefined || nextStatus(command.kind, status) === undefined) {
    return new InvalidTransition(operationId, status, command.kind);
  }
  return act(limits, state, operation, command);
}

function act(
  limits: OperationsLimits,
  state: OperationsState,
  operation: Operation,
  command: OnOperationCommand,
): Verdict {
  const { operationId } = command;
  const atMs = notBefore(operation, command.atMs);
  switch (command.kind) {
    case 'provisioning_succeeded':
      return [{ kind: 'operation_started', operationId, atMs }];
    case 'request_retire':
      return [{ kind: 'operation_retiring', operationId, atMs }];
    case 'peer_ready':
      return announcePeer(operation, command.peer, atMs);
    case 'report_progress': {
      const { message, percent } = command;
      return [{ kind: 'progress_reported', operationId, message, percent, atMs }];
    }
    case 'rollback_unreturned':
      return rollBack(state, operationId, atMs);
    case 'provisioning_failed':
    case 'fail_operation':
    case 'abort_provisioning':
    case 'complete_operation':
    case 'cancel_operation':
    case 'mark_retired':
      return endAll(
        state,
        limits,
        [{ operation, outcome: outcomeOf(command) }],
        command.watched,
        command.atMs,
      );
  }
}

function announcePeer(operation: Operation, peer: PeerHandle, atMs: number): Verdict {
  const { operationId, kind } = operation.spec;
  if (!expectsPeerChannel(kind)) return new PeerNotExpected(operationId);
  if (operation.peer === null) return [{ kind: 'peer_ready', operationId, peer, atMs }];
  return isSamePeer(operation.peer, peer) ? [] : new AlreadyPeerReady(operationId);
}

function isSamePeer(one: PeerHandle, other: PeerHandle): boolean {
  return one.peerName === other.peerName && one.peerId === other.peerId && one.address === other.address;
}

function rollBack(state: OperationsState, operationId: string, atMs: number): Verdict {
  const { satisfied } = settleBarriers(state, new Map([[operationId, { kind: 'rolled_back' }]]), atMs);
  return [{ kind: 'operation_rolled_back', operationId, atMs }, ...satisfied];
}

function outcomeOf(command: EndOperationCommand): TerminalOutcome {
  switch (command.kind) {
    case 'complete_operation':
      return { kind: 'completed', result: command.result };
    case 'provisioning_failed':
    case 'fail_operation':
      return { kind: 'failed', error: command.error };
    case 'abort_provisioning':
      return { kind: 'aborted', reason: command.reason };
    case 'cancel_operation':
      return { kind: 'cancelled', reason: command.reason };
    case 'mark_retired':
      return { kind: 'retired' };
  }
}
