import type { Decision } from '../log/projection.js';
import type {
  DivergeCommand,
  FinishCommand,
  ForgetCommand,
  OpenCommand,
  ResolvePromiseCommand,
  StepCommand,
} from './command.js';
import { decideStep, fullRefusal, type StepCommandOfAttempt } from './decide-step.js';
import type { StepEntry } from './entry.js';
import { attemptsMax, idLengthMax } from './limits.js';
import { sameExecutionOutcome } from './outcome.js';
import { samePayload } from './payload.js';
import {
  EffectInDoubt,
  ExecutionConflict,
  ExecutionDiverged,
  ExecutionFinished,
  ExecutionNotFinished,
  InvalidStepInput,
  PromiseAlreadyResolved,
  PromiseTokenRejected,
  StepLimitReached,
  type StepRefusal,
  UnknownExecution,
  UnknownPromise,
  WrongAttempt,
} from './refusal.js';
import type { Execution, StepsState } from './state.js';

type StepDecision = Decision<StepEntry, StepRefusal>;

/** Refuses, or says what is to be recorded. Everything is checked here, before anything is recorded. */
export function decide(state: StepsState, command: StepCommand): StepDecision {
  const execution = state.executions.get(command.executionId);
  if (command.kind === 'open') return open(execution, command);
  if (command.kind === 'forget') return forget(execution, command);
  if (execution === undefined) return refused(new UnknownExecution(command.executionId));
  if (command.kind === 'finish') return finish(execution, command);
  if (execution.outcome !== null) return refused(new ExecutionFinished(execution.executionId));
  if (command.kind === 'resolve_promise') return resolvePromise(execution, command);
  if (command.attempt !== execution.attempt) return refused(wrongAttempt(execution, command));
  if (command.kind === 'diverge') return diverge(execution, command);
  if (execution.divergedAt !== null && !endsWhatWasBegun(execution, command)) {
    return refused(new ExecutionDiverged(execution.executionId, execution.divergedAt));
  }
  const entries = decideStep(execution, command);
  return Array.isArray(entries) ? accepted(entries) : refused(entries);
}

/** A poisoned attempt begins nothing, but what it has begun is still told: an effect is never torn from its journal entry. */
function endsWhatWasBegun(execution: Execution, command: StepCommandOfAttempt): boolean {
  switch (command.kind) {
    case 'settle':
    case 'resolve_ambiguity':
    case 'resolve_without_running':
    case 'withdraw_intent':
      return execution.records.get(command.stepKey)?.kind === 'intent';
    case 'intend':
    case 'create_promise':
    case 'issue_token':
    case 'arm_timer':
    case 'fire_timer':
      return false;
  }
}

function open(execution: Execution | undefined, command: OpenCommand): StepDecision {
  const { kind: _, ...terms } = command;
  const { executionId, workflow, inputDigest, attempt } = terms;
  const opening: StepEntry = { kind: 'execution_opened', ...terms };
  const fault = termsFault(terms);
  if (fault !== undefined) return refused(new InvalidStepInput(executionId, fault));
  if (execution === undefined)
    return attempt === 1 ? accepted([opening]) : refused(new WrongAttempt(executionId, attempt, 0));
  if (execution.workflow !== workflow || execution.inputDigest !== inputDigest) {
    return refused(new ExecutionConflict(executionId));
  }
  if (execution.divergedAt === null || execution.outcome !== null) {
    return attempt === execution.attempt ? accepted([]) : refused(wrongAttempt(execution, command));
  }
  if (attempt === execution.attempt) return refused(new ExecutionDiverged(executionId, execution.divergedAt));
  if (attempt !== execution.attempt + 1) return refused(wrongAttempt(execution, command));
  if (attempt > attemptsMax) return refused(new StepLimitReached(executionId, 'attempts', attemptsMax));
  return accepted([opening]);
}

function termsFault(terms: Omit<OpenCommand, 'kind'>): string | undefined {
  for (const text of [terms.executionId, terms.workflow]) {
    if (text.length === 0 || text.length > idLengthMax)
      return `an id or name has 1 to ${idLengthMax} characters`;
  }
  return /^[0-9a-f]{64}$/.test(terms.inputDigest) ? undefined : 'the input digest is none';
}

/** From outside of the program. The token comes first: without it nothing is told, not even that it is resolved. */
function resolvePromise(execution: Execution, command: ResolvePromiseCommand): StepDecision {
  const { executionId, stepKey, tokenDigest, payload } = command;
  const promise = execution.records.get(stepKey);
  if (promise?.kind !== 'promise') return refused(new UnknownPromise(executionId, stepKey));
  if (!promise.tokenDigests.includes(tokenDigest)) {
    return refused(new PromiseTokenRejected(executionId, stepKey));
  }
  if (promise.payload === null) {
    const full = fullRefusal(execution, payload);
    if (full !== undefined) return refused(full);
    return accepted([{ kind: 'promise_resolved', executionId, stepKey, payload }]);
  }
  return samePayload(promise.payload, payload)
    ? accepted([])
    : refused(new PromiseAlreadyResolved(executionId, stepKey));
}

function diverge(execution: Execution, command: DivergeCommand): StepDecision {
  const { executionId, stepKey, reason } = command;
  if (execution.divergedAt !== null) return accepted([]);
  return accepted([{ kind: 'execution_diverged', executionId, stepKey, reason }]);
}

function finish(execution: Execution, command: FinishCommand): StepDecision {
  const { executionId, outcome } = command;
  if (command.attempt !== execution.attempt) return refused(wrongAttempt(execution, command));
  if (execution.outcome !== null) {
    return sameExecutionOutcome(execution.outcome, outcome)
      ? accepted([])
      : refused(new ExecutionFinished(executionId));
  }
  if (execution.divergedAt !== null && outcome.kind !== 'failed') {
    return refused(new ExecutionDiverged(executionId, execution.divergedAt));
  }
  for (const record of execution.records.values()) {
    if (record.kind === 'intent') return refused(new EffectInDoubt(executionId, record.stepKey));
  }
  return accepted([{ kind: 'execution_finished', executionId, outcome }]);
}

function forget(execution: Execution | undefined, { executionId }: ForgetCommand): StepDecision {
  if (execution === undefined) return accepted([]);
  if (execution.outcome === null) return refused(new ExecutionNotFinished(executionId));
  return accepted([{ kind: 'execution_forgotten', executionId }]);
}

function wrongAttempt(execution: Execution, { attempt }: { readonly attempt: number }): WrongAttempt {
  return new WrongAttempt(execution.executionId, attempt, execution.attempt);
}

function accepted(entries: readonly StepEntry[]): StepDecision {
  return { kind: 'accepted', entries };
}

function refused(refusal: StepRefusal): StepDecision {
  return { kind: 'refused', refusal };
}
