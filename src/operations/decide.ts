import type { Decision } from '../log/projection.js';
import type {
  AdvanceCursorsCommand,
  LostInRestartCommand,
  OperationsCommand,
  TerminateOwnerCommand,
} from './command.js';
import { commandFault } from './command-fault.js';
import { advancedCursors, cursorFault, cursorNames } from './cursors.js';
import { decideOnOperation } from './decide-on-operation.js';
import { register } from './decide-registration.js';
import { closeWait, waitAll } from './decide-wait.js';
import { collectAll, endAll } from './endings.js';
import type { OperationsEntry } from './entry.js';
import type { OperationsLimits } from './limits.js';
import { statusOf } from './operation.js';
import { CursorOutOfRange, InvalidInput, type OperationsRefusal, UnknownOperation } from './refusal.js';
import { knownCompletion, type OperationsState } from './state.js';
import { isTerminal } from './status.js';

/** The entries of an accepted command, or the refusal of another. */
type Verdict = readonly OperationsEntry[] | OperationsRefusal;

/** Refuses, or says what is to be recorded. Everything is checked here, before anything is recorded. */
export function decide(
  limits: OperationsLimits,
  state: OperationsState,
  command: OperationsCommand,
): Decision<OperationsEntry, OperationsRefusal> {
  const fault = commandFault(command);
  const verdict = fault === undefined ? judge(limits, state, command) : new InvalidInput(command.kind, fault);
  return verdict instanceof Error
    ? { kind: 'refused', refusal: verdict }
    : { kind: 'accepted', entries: verdict };
}

function judge(limits: OperationsLimits, state: OperationsState, command: OperationsCommand): Verdict {
  switch (command.kind) {
    case 'register_operation':
      return register(limits, state, command);
    case 'terminate_owner':
      return terminateOwner(limits, state, command);
    case 'lost_in_restart':
      return loseInRestart(limits, state, command);
    case 'collect_completed':
      return collectAll(state, limits, command.watched, command.atMs);
    case 'wait_all':
      return waitAll(state, command);
    case 'cancel_wait':
    case 'acknowledge_wait':
      return closeWait(state, command);
    case 'advance_cursors':
      return advanceCursors(state, command);
    case 'provisioning_succeeded':
    case 'provisioning_failed':
    case 'fail_operation':
    case 'abort_provisioning':
    case 'complete_operation':
    case 'cancel_operation':
    case 'request_retire':
    case 'mark_retired':
    case 'peer_ready':
    case 'report_progress':
    case 'rollback_unreturned':
      return decideOnOperation(limits, state, command);
  }
}

function terminateOwner(
  limits: OperationsLimits,
  state: OperationsState,
  { ownerSessionId, reason, watched, atMs }: TerminateOwnerCommand,
): Verdict {
  const { terminatedOwners } = state;
  if (terminatedOwners.has(ownerSessionId)) return [];
  const tooMany = Math.max(0, terminatedOwners.size + 1 - limits.tombstonesMax);
  const forgotten = [...terminatedOwners.keys(), ownerSessionId].slice(0, tooMany);
  const endings = [...state.operations.values()]
    .filter((operation) => operation.spec.ownerSessionId === ownerSessionId)
    .filter((operation) => !isTerminal(statusOf(operation)))
    .map((operation) => ({ operation, outcome: { kind: 'terminated', reason } as const }));
  return [
    { kind: 'owner_terminated', ownerSessionId, reason, atMs },
    ...endAll(state, limits, endings, watched, atMs),
    ...forgotten.map((id) => ({ kind: 'owner_forgotten', ownerSessionId: id, atMs }) as const),
  ];
}

function loseInRestart(
  limits: OperationsLimits,
  state: OperationsState,
  { operationIds, watched, atMs }: LostInRestartCommand,
): Verdict {
  const unknown = operationIds.find((operationId) => knownCompletion(state, operationId) === undefined);
  if (unknown !== undefined) return new UnknownOperation(unknown);
  const outcome = { kind: 'terminated', reason: 'restart' } as const;
  const endings = [...new Set(operationIds)].flatMap((operationId) => {
    const operation = state.operations.get(operationId);
    return operation === undefined || operation.completion !== null ? [] : [{ operation, outcome }];
  });
  return endAll(state, limits, endings, watched, atMs);
}

function advanceCursors(state: OperationsState, { to, atMs }: AdvanceCursorsCommand): Verdict {
  const cursors = advancedCursors(state.cursors, to);
  const fault = cursorFault(cursors, state.watermark);
  if (fault !== undefined) return new CursorOutOfRange(fault);
  const isSame = cursorNames.every((name) => cursors[name] === state.cursors[name]);
  return isSame ? [] : [{ kind: 'cursors_advanced', cursors, atMs }];
}
