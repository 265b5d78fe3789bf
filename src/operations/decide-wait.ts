import { isOpen, type MemberAnswer } from './barrier.js';
import type { AcknowledgeWaitCommand, CancelWaitCommand, WaitAllCommand } from './command.js';
import type { BarrierOpenedEntry, OperationsEntry } from './entry.js';
import { barrierMembersMax, barriersMax } from './limits.js';
import {
  DuplicateWaitOperation,
  InvalidWaitTransition,
  type OperationsRefusal,
  UnknownOperation,
  UnknownWait,
  WaitConflict,
  WaitLimitReached,
} from './refusal.js';
import { knownCompletion, type OperationsState } from './state.js';

type Verdict = readonly OperationsEntry[] | OperationsRefusal;

/** Opens a barrier, which may be satisfied in the same batch. A refused one leaves nothing. */
export function waitAll(state: OperationsState, { requestId, operationIds, atMs }: WaitAllCommand): Verdict {
  if (operationIds.length > barrierMembersMax) return new WaitLimitReached('members', barrierMembersMax);
  const duplicate = operationIds.find((operationId, index) => operationIds.indexOf(operationId) < index);
  if (duplicate !== undefined) return new DuplicateWaitOperation(duplicate);
  const known = state.barriers.get(requestId);
  if (known !== undefined) {
    return isSameList([...known.answers.keys()], operationIds) ? [] : new WaitConflict(requestId);
  }
  if (state.barriers.size >= barriersMax) return new WaitLimitReached('barriers', barriersMax);
  const opened: BarrierOpenedEntry = { kind: 'barrier_opened', requestId, operationIds, atMs };
  const answers: MemberAnswer[] = [];
  for (const operationId of operationIds) {
    const completion = knownCompletion(state, operationId);
    if (completion === undefined) return new UnknownOperation(operationId);
    if (completion !== null)
      answers.push({ kind: 'ended', outcome: completion.outcome, seq: completion.seq });
  }
  if (answers.length < operationIds.length) return [opened];
  return [opened, { kind: 'barrier_satisfied', requestId, answers, atMs }];
}

/** Drops an open barrier that nobody wants any more, or a satisfied one whose answers were taken. */
export function closeWait(
  { barriers }: OperationsState,
  { kind, requestId, atMs }: CancelWaitCommand | AcknowledgeWaitCommand,
): Verdict {
  const barrier = barriers.get(requestId);
  if (barrier === undefined) return new UnknownWait(requestId);
  const why = isOpen(barrier) ? 'cancelled' : 'acknowledged';
  const wanted = kind === 'cancel_wait' ? 'cancelled' : 'acknowledged';
  if (why === wanted) return [{ kind: 'barrier_closed', requestId, why, atMs }];
  return new InvalidWaitTransition(requestId, isOpen(barrier) ? 'open' : 'satisfied', kind);
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
