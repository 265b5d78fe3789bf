import { isOpen, type MemberAnswer } from './barrier.js';
import { cursorFault } from './cursors.js';
import type {
  BarrierOpenedEntry,
  BarrierSatisfiedEntry,
  OperationEndedEntry,
  OperationRegisteredEntry,
  OperationsEntry,
} from './entry.js';
import { completionClassesOf } from './kind.js';
import { hasEnded, type Operation, statusOf } from './operation.js';
import { knownCompletion, type OperationsState } from './state.js';
import { digestOfSpec } from './tombstone.js';
import { canEnd, nextStatus, type OperationAction } from './transition.js';

/** The log or a snapshot holds something that cannot follow what comes before it. */
export class OperationsCorrupt extends Error {
  readonly code = 'OPERATIONS_CORRUPT';
  override readonly name = 'OperationsCorrupt';
  readonly subject: string;
  constructor(subject: string, reason: string) {
    super(`operations are corrupt at \`${subject}\`: ${reason}`);
    this.subject = subject;
  }
}

/** Takes in one entry. @throws {@link OperationsCorrupt} on one that cannot have been decided. */
export function applyEntry(state: OperationsState, entry: OperationsEntry): void {
  const { operations, tombstones, terminatedOwners, barriers } = state;
  switch (entry.kind) {
    case 'operation_registered':
      return register(state, entry);
    case 'operation_started': {
      const operation = inPhaseFor(state, entry.operationId, 'provisioning_succeeded');
      operations.set(entry.operationId, { ...operation, phase: 'running', startedAtMs: entry.atMs });
      return;
    }
    case 'operation_retiring': {
      const operation = inPhaseFor(state, entry.operationId, 'request_retire');
      operations.set(entry.operationId, { ...operation, phase: 'retiring' });
      return;
    }
    case 'peer_ready': {
      const operation = inPhaseFor(state, entry.operationId, 'peer_ready');
      operations.set(entry.operationId, { ...operation, peer: entry.peer });
      return;
    }
    case 'progress_reported': {
      const operation = inPhaseFor(state, entry.operationId, 'report_progress');
      const { message, percent, atMs } = entry;
      const progressCount = operation.progressCount + 1;
      const lastProgress = { message, percent, atMs };
      operations.set(entry.operationId, { ...operation, progressCount, lastProgress });
      return;
    }
    case 'operation_ended':
      return end(state, entry);
    case 'operation_rolled_back':
      removeOperation(state, inPhaseFor(state, entry.operationId, 'rollback_unreturned'));
      return answerBarriers(state, entry.operationId, { kind: 'rolled_back' });
    case 'operation_evicted':
      return evict(state, entry.operationId);
    case 'tombstone_dropped':
      return drop(tombstones, entry.operationId);
    case 'owner_terminated':
      terminatedOwners.set(entry.ownerSessionId, entry.reason);
      return;
    case 'owner_forgotten':
      return drop(terminatedOwners, entry.ownerSessionId);
    case 'barrier_opened':
      return openBarrier(state, entry);
    case 'barrier_satisfied':
      return satisfyBarrier(state, entry);
    case 'barrier_closed':
      return drop(barriers, entry.requestId);
    case 'cursors_advanced': {
      const fault = cursorFault(entry.cursors, state.watermark);
      if (fault !== undefined) throw new OperationsCorrupt(fault.cursor, 'the cursor is out of range');
      state.cursors = entry.cursors;
      return;
    }
  }
}

function register({ operations, tombstones }: OperationsState, entry: OperationRegisteredEntry): void {
  const { spec, inputFingerprint, atMs } = entry;
  const { operationId } = spec;
  if (operations.has(operationId) || tombstones.has(operationId)) {
    throw new OperationsCorrupt(operationId, 'registered twice');
  }
  operations.set(operationId, {
    spec,
    inputFingerprint,
    phase: 'provisioning',
    peer: null,
    progressCount: 0,
    lastProgress: null,
    createdAtMs: atMs,
    startedAtMs: null,
    completion: null,
  });
}

function end(state: OperationsState, { operationId, outcome, seq, atMs }: OperationEndedEntry): void {
  const operation = state.operations.get(operationId);
  if (operation === undefined) throw new OperationsCorrupt(operationId, 'not registered');
  const status = statusOf(operation);
  if (!canEnd(status, outcome.kind)) {
    throw new OperationsCorrupt(operationId, `${outcome.kind} while it is ${status}`);
  }
  if (seq !== state.lastSeq + 1) {
    throw new OperationsCorrupt(operationId, `completion ${seq} follows completion ${state.lastSeq}`);
  }
  const ended = { ...operation, completion: { outcome, seq, atMs } };
  state.operations.set(operationId, ended);
  state.completed.set(seq, ended);
  state.lastSeq = seq;
  if (completionClassesOf(operation.spec.kind).feed === 'emit') state.watermark = seq;
  answerBarriers(state, operationId, { kind: 'ended', outcome, seq });
}

function evict(state: OperationsState, operationId: string): void {
  const operation = state.operations.get(operationId);
  if (operation === undefined || !hasEnded(operation)) {
    throw new OperationsCorrupt(operationId, 'evicted before it had ended');
  }
  const { spec, inputFingerprint, completion } = operation;
  removeOperation(state, operation);
  const tombstone = { operationId, inputFingerprint, specDigest: digestOfSpec(spec), completion };
  state.tombstones.set(operationId, tombstone);
  if (completionClassesOf(spec.kind).feed === 'emit') {
    state.droppedThrough = Math.max(state.droppedThrough, completion.seq);
  }
}

/** The one way in which an operation leaves the registry, and all that mentions it with it. */
function removeOperation({ operations, completed }: OperationsState, operation: Operation): void {
  operations.delete(operation.spec.operationId);
  if (hasEnded(operation)) completed.delete(operation.completion.seq);
}

function openBarrier(state: OperationsState, { requestId, operationIds, atMs }: BarrierOpenedEntry): void {
  if (state.barriers.has(requestId)) throw new OperationsCorrupt(requestId, 'the wait was opened twice');
  const answers = new Map<string, MemberAnswer | null>();
  for (const operationId of operationIds) answers.set(operationId, knownAnswer(state, operationId));
  state.barriers.set(requestId, { requestId, openedAtMs: atMs, answers, satisfiedAtMs: null });
}

/** What is known of an operation that has ended; null of one that has not. @throws OperationsCorrupt when nothing is known. */
function knownAnswer(state: OperationsState, operationId: string): MemberAnswer | null {
  const completion = knownCompletion(state, operationId);
  if (completion === undefined) throw new OperationsCorrupt(operationId, 'waited for, and not known');
  return completion === null ? null : { kind: 'ended', outcome: completion.outcome, seq: completion.seq };
}

function satisfyBarrier(
  { barriers }: OperationsState,
  { requestId, answers, atMs }: BarrierSatisfiedEntry,
): void {
  const barrier = barriers.get(requestId);
  if (barrier === undefined || !isOpen(barrier)) throw new OperationsCorrupt(requestId, 'no wait is open');
  const known = [...barrier.answers.values()];
  if (known.includes(null) || known.length !== answers.length) {
    throw new OperationsCorrupt(requestId, 'satisfied before every member was answered for');
  }
  barrier.satisfiedAtMs = atMs;
}

function answerBarriers({ barriers }: OperationsState, operationId: string, answer: MemberAnswer): void {
  for (const barrier of barriers.values()) {
    if (barrier.answers.get(operationId) === null) barrier.answers.set(operationId, answer);
  }
}

function inPhaseFor(
  { operations }: OperationsState,
  operationId: string,
  action: OperationAction,
): Operation {
  const operation = operations.get(operationId);
  if (operation === undefined) throw new OperationsCorrupt(operationId, 'not registered');
  const status = statusOf(operation);
  if (nextStatus(action, status) === undefined) {
    throw new OperationsCorrupt(operationId, `${action} while it is ${status}`);
  }
  return operation;
}

function drop<Value>(known: Map<string, Value>, id: string): void {
  if (!known.delete(id)) throw new OperationsCorrupt(id, 'dropped, and not known');
}
