import type { TerminalOutcome } from './outcome.js';
import { type AnyStatus, isTerminal, type LivePhase, livePhases, type OperationStatus } from './status.js';

/** What may be done to one operation. The names are those that the reference (A1) puts into its errors. */
export type OperationAction =
  | 'provisioning_succeeded'
  | 'provisioning_failed'
  | 'fail_operation'
  | 'abort_provisioning'
  | 'complete_operation'
  | 'cancel_operation'
  | 'request_retire'
  | 'mark_retired'
  | 'terminate_owner'
  | 'peer_ready'
  | 'report_progress'
  | 'rollback_unreturned';

type Row = Readonly<Partial<Record<LivePhase, AnyStatus>>>;

/**
 * The transition table (reference A2): for each action, the phases in which it is legal, and where it leads. Nothing is legal
 * once an operation has ended. Unlike there, `provisioning_failed` is legal during provisioning only (flaw A18).
 */
const table: Readonly<Record<OperationAction, Row>> = {
  provisioning_succeeded: { provisioning: 'running' },
  provisioning_failed: { provisioning: 'failed' },
  fail_operation: { provisioning: 'failed', running: 'failed', retiring: 'failed' },
  abort_provisioning: { provisioning: 'aborted' },
  complete_operation: { running: 'completed', retiring: 'completed' },
  cancel_operation: { provisioning: 'cancelled', running: 'cancelled', retiring: 'cancelled' },
  request_retire: { running: 'retiring' },
  mark_retired: { running: 'retired', retiring: 'retired' },
  terminate_owner: { provisioning: 'terminated', running: 'terminated', retiring: 'terminated' },
  peer_ready: { running: 'running', retiring: 'retiring' },
  report_progress: { running: 'running', retiring: 'retiring' },
  rollback_unreturned: { provisioning: 'absent', running: 'absent', retiring: 'absent' },
};

const endingActions: Readonly<Record<TerminalOutcome['kind'], OperationAction>> = {
  completed: 'complete_operation',
  failed: 'fail_operation',
  aborted: 'abort_provisioning',
  cancelled: 'cancel_operation',
  retired: 'mark_retired',
  terminated: 'terminate_owner',
};

/** Where an action leads from a status; undefined when it is illegal there. */
export function nextStatus(action: OperationAction, status: OperationStatus): AnyStatus | undefined {
  const phase = livePhases.find((candidate) => candidate === status);
  return phase === undefined ? undefined : table[action][phase];
}

/** Whether an operation may end so from a status, by whichever action. */
export function canEnd(status: OperationStatus, outcome: TerminalOutcome['kind']): boolean {
  return nextStatus(endingActions[outcome], status) === outcome;
}

/**
 * Whether an action that was refused as an invalid transition had nothing left to do, so that whoever retried it may go on.
 * Never so for an action that says how an operation ends: another end is a contradiction. Reference A2.
 */
export function isIdempotentRejection(action: OperationAction, status: OperationStatus): boolean {
  switch (action) {
    case 'provisioning_succeeded':
      return status === 'running';
    case 'request_retire':
      return status === 'retiring' || isTerminal(status);
    case 'peer_ready':
    case 'report_progress':
    case 'mark_retired':
    case 'abort_provisioning':
      return isTerminal(status);
    case 'provisioning_failed':
    case 'fail_operation':
    case 'complete_operation':
    case 'cancel_operation':
    case 'terminate_owner':
    case 'rollback_unreturned':
      return false;
  }
}
