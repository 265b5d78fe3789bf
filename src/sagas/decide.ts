import { utf8Length } from '../codec/utf8.js';
import type { Decision } from '../log/projection.js';
import { failureMessage } from '../steps/outcome.js';
import type {
  BeginSagaCommand,
  CancelSagaCommand,
  SagaCommand,
  SettleCompensationCommand,
  SettleStepCommand,
  TryCompensationCommand,
  TryStepCommand,
  TurnBackCommand,
} from './command.js';
import type { SagaEntry } from './entry.js';
import { type SagaLimits, sagaResultBytesMax, sagaStepsMax, sagaTextBytesMax } from './limits.js';
import {
  InvalidSaga,
  SagaConflict,
  SagaEnded,
  SagaOutOfTurn,
  type SagaRefusal,
  SagaResultTooLarge,
  SagasFull,
  UnknownSaga,
} from './refusal.js';
import {
  nextCompensation,
  nextStep,
  phaseOf,
  type Saga,
  type SagaCause,
  type SagaEnd,
  type SagaTerms,
} from './saga.js';
import type { SagasState } from './state.js';

type Answer = readonly SagaEntry[] | SagaRefusal;

/** Refuses, or says what is to be recorded. */
export function decide(
  state: SagasState,
  command: SagaCommand,
  limits: SagaLimits,
): Decision<SagaEntry, SagaRefusal> {
  const answer = decideOn(state, command, limits);
  if (answer instanceof Error) return { kind: 'refused', refusal: answer };
  return { kind: 'accepted', entries: [...answer, ...forgotten(state, answer, limits)] };
}

function decideOn(state: SagasState, command: SagaCommand, limits: SagaLimits): Answer {
  if (command.kind === 'begin') return begin(state, command, limits);
  const { sagaId } = command;
  const saga = state.open.get(sagaId);
  if (saga === undefined) {
    const tombstone = state.ended.get(sagaId);
    return tombstone === undefined ? new UnknownSaga(sagaId) : new SagaEnded(tombstone);
  }
  switch (command.kind) {
    case 'try_step':
      return tryStep(saga, command);
    case 'settle_step':
      return settleStep(saga, command);
    case 'cancel':
      return cancel(saga, command);
    case 'turn_back':
      return giveUp(saga, command);
    case 'try_compensation':
      return tryCompensation(saga, command);
    case 'settle_compensation':
      return settleCompensation(saga, command);
  }
}

function begin(state: SagasState, command: BeginSagaCommand, { openMax }: SagaLimits): Answer {
  const { kind: _, ...terms } = command;
  const { sagaId } = terms;
  const fault = faultOf(terms);
  if (fault !== undefined) return new InvalidSaga(sagaId.slice(0, sagaTextBytesMax), fault);
  const known = state.open.get(sagaId) ?? state.ended.get(sagaId);
  if (known !== undefined) {
    const isSame =
      known.name === terms.name &&
      known.inputDigest === terms.inputDigest &&
      known.sessionId === terms.sessionId;
    return isSame ? [] : new SagaConflict(sagaId);
  }
  if (state.open.size >= openMax) return new SagasFull(sagaId, openMax);
  return [{ kind: 'saga_begun', ...terms }];
}

function faultOf({ sagaId, sessionId, name, steps, inputDigest, runKey }: SagaTerms): string | undefined {
  for (const text of [sagaId, sessionId, name, ...steps]) {
    const length = utf8Length(text);
    if (length === undefined || length === 0 || length > sagaTextBytesMax) {
      return `an id or name has 1 to ${sagaTextBytesMax} bytes of text`;
    }
  }
  if (steps.length === 0 || steps.length > sagaStepsMax) return `a saga has 1 to ${sagaStepsMax} steps`;
  if (new Set(steps).size < steps.length) return 'two steps have one name';
  if (!/^[0-9a-f]{64}$/u.test(inputDigest)) return 'the input digest is none';
  return /^[0-9a-f]{32}$/u.test(runKey) ? undefined : 'the run key is none';
}

function tryStep(saga: Saga, { sagaId, step }: TryStepCommand): Answer {
  if (phaseOf(saga) !== 'running') return outOfTurn(saga, 'it goes back');
  if (saga.cancelReason !== null) return outOfTurn(saga, 'it is to be cancelled');
  if (nextStep(saga) !== step) return outOfTurn(saga, `step ${step} is not the next one`);
  const attempt = (saga.records[step]?.attempts ?? 0) + 1;
  return [{ kind: 'step_tried', sagaId, step, attempt }];
}

function settleStep(saga: Saga, { sagaId, step, attempt, outcome }: SettleStepCommand): Answer {
  const record = saga.records[step];
  if (phaseOf(saga) !== 'running') return outOfTurn(saga, 'it goes back');
  if (record?.progress.kind !== 'in_doubt' || record.attempts !== attempt) {
    return outOfTurn(saga, `attempt ${attempt} of step ${step} is not on`);
  }
  if (outcome.kind === 'failed') {
    const { failure } = outcome;
    return [{ kind: 'step_failed', sagaId, step, failure }, ...turnBack(saga, failedAt(saga, step, failure))];
  }
  if (outcome.result.length > sagaResultBytesMax) {
    return new SagaResultTooLarge(sagaId, `step ${step} has a result of ${outcome.result.length} bytes`);
  }
  const done: SagaEntry = { kind: 'step_done', sagaId, step, result: outcome.result };
  if (saga.cancelReason !== null) {
    return [done, ...turnBack(saga, { kind: 'cancelled', reason: saga.cancelReason })];
  }
  return step === saga.steps.length - 1 ? [done, ending(sagaId, 'done')] : [done];
}

function cancel(saga: Saga, command: CancelSagaCommand): Answer {
  const { sagaId } = saga;
  // It goes back already, or will: the first reason stands.
  if (saga.cause !== null || saga.cancelReason !== null) return [];
  const reason = failureMessage(command.reason);
  const requested: SagaEntry = { kind: 'cancel_requested', sagaId, reason };
  const isAtBoundary = saga.records.every(({ progress }) => progress.kind !== 'in_doubt');
  return isAtBoundary ? [requested, ...turnBack(saga, { kind: 'cancelled', reason })] : [requested];
}

function giveUp(saga: Saga, { failure }: TurnBackCommand): Answer {
  if (saga.cause !== null) return [];
  const { cancelReason: reason } = saga;
  if (reason !== null) return turnBack(saga, { kind: 'cancelled', reason });
  const step = nextStep(saga);
  if (step === undefined || saga.records[step] === undefined) return outOfTurn(saga, 'no step is in doubt');
  return turnBack(saga, failedAt(saga, step, failure));
}

/** One that has tried nothing has nothing to undo, and has ended. */
function turnBack(saga: Saga, cause: SagaCause): readonly SagaEntry[] {
  const { sagaId } = saga;
  const turned: SagaEntry = { kind: 'turned_back', sagaId, cause };
  return saga.records.length === 0 ? [turned, ending(sagaId, 'compensated')] : [turned];
}

function tryCompensation(saga: Saga, { sagaId, step }: TryCompensationCommand): Answer {
  if (phaseOf(saga) !== 'compensating') return outOfTurn(saga, 'it goes forward');
  if (nextCompensation(saga) !== step)
    return outOfTurn(saga, `step ${step} is not the next one to compensate`);
  const attempt = (saga.records[step]?.compensationAttempts ?? 0) + 1;
  return [{ kind: 'compensation_tried', sagaId, step, attempt }];
}

function settleCompensation(saga: Saga, { sagaId, step, attempt }: SettleCompensationCommand): Answer {
  const record = saga.records[step];
  if (nextCompensation(saga) !== step || attempt < 1 || record?.compensationAttempts !== attempt) {
    return outOfTurn(saga, `attempt ${attempt} to compensate step ${step} is not on`);
  }
  const settled: SagaEntry = { kind: 'compensation_done', sagaId, step };
  const rest = saga.records.filter((_, index) => index !== step);
  return nextCompensation({ records: rest }) === undefined
    ? [settled, ending(sagaId, 'compensated')]
    : [settled];
}

/** What has to be forgotten so that what ends now can be remembered. */
function forgotten(
  { ended }: SagasState,
  entries: readonly SagaEntry[],
  { endedMax }: SagaLimits,
): readonly SagaEntry[] {
  if (entries.every(({ kind }) => kind !== 'saga_ended')) return [];
  const excess = Math.max(0, ended.size + 1 - endedMax);
  return [...ended.keys()].slice(0, excess).map((sagaId) => ({ kind: 'saga_forgotten', sagaId }));
}

function ending(sagaId: string, outcome: SagaEnd['kind']): SagaEntry {
  return { kind: 'saga_ended', sagaId, outcome };
}

function failedAt(
  { steps }: Saga,
  step: number,
  failure: Extract<SagaCause, { kind: 'failed' }>['failure'],
): SagaCause {
  return { kind: 'failed', step: steps[step] ?? String(step), failure };
}

function outOfTurn({ sagaId }: Saga, reason: string): SagaOutOfTurn {
  return new SagaOutOfTurn(sagaId, reason);
}
