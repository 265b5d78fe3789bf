import type {
  ArmTimerCommand,
  CreatePromiseCommand,
  FireTimerCommand,
  IntendCommand,
  IssueTokenCommand,
  ResolveAmbiguityCommand,
  ResolveWithoutRunningCommand,
  SettleCommand,
  StepCommand,
  WithdrawIntentCommand,
} from './command.js';
import { withoutRunning } from './effect.js';
import type { StepEntry } from './entry.js';
import { journalBytesMax, promiseTokensMax, stepsMax } from './limits.js';
import { sameStepOutcome, type StepOutcome } from './outcome.js';
import type { Payload } from './payload.js';
import type { IntentRecord } from './record.js';
import {
  InvalidStepInput,
  StepConflict,
  StepLimitReached,
  StepNotReady,
  type StepRefusal,
  TimerNotDue,
  UnknownPromise,
} from './refusal.js';
import type { Execution } from './state.js';

/** The commands of a context about its own steps. */
export type StepCommandOfAttempt =
  | IntendCommand
  | WithdrawIntentCommand
  | ResolveAmbiguityCommand
  | ResolveWithoutRunningCommand
  | SettleCommand
  | CreatePromiseCommand
  | IssueTokenCommand
  | ArmTimerCommand
  | FireTimerCommand;

type Answer = StepEntry[] | StepRefusal;

/** What is to be recorded for a command of the current attempt of a running execution, or why not. */
export function decideStep(execution: Execution, command: StepCommandOfAttempt): Answer {
  switch (command.kind) {
    case 'intend':
      return intend(execution, command);
    case 'withdraw_intent':
      return withdrawIntent(execution, command);
    case 'resolve_ambiguity':
    case 'resolve_without_running':
      return resolveAmbiguity(execution, command);
    case 'settle':
      return settle(execution, command);
    case 'create_promise':
      return createPromise(execution, command);
    case 'issue_token':
      return issueToken(execution, command);
    case 'arm_timer':
      return armTimer(execution, command);
    case 'fire_timer':
      return fireTimer(execution, command);
  }
}

function intend(execution: Execution, command: IntendCommand): Answer {
  const { executionId, stepKey, fingerprint, subclass, onAmbiguous } = command;
  const known = execution.records.get(stepKey);
  if (known !== undefined) {
    return known.fingerprint === fingerprint
      ? notReady(command, 'was begun before')
      : new StepConflict(executionId, stepKey);
  }
  return (
    limitRefusal(execution) ?? [
      { kind: 'effect_intent', executionId, stepKey, fingerprint, subclass, onAmbiguous },
    ]
  );
}

function withdrawIntent(execution: Execution, command: WithdrawIntentCommand): Answer {
  const { executionId, stepKey } = command;
  const intent = intentOf(execution, command);
  // Only whoever began it knows that it has not acted, and an earlier attempt is gone.
  const isOwn = intent?.attempt === execution.attempt;
  if (!isOwn || intent.window !== 1 || intent.resolvedBy !== null) return notReady(command, 'may have acted');
  return [{ kind: 'intent_withdrawn', executionId, stepKey }];
}

function resolveAmbiguity(
  execution: Execution,
  command: ResolveAmbiguityCommand | ResolveWithoutRunningCommand,
): Answer {
  const { executionId, stepKey, window } = command;
  const intent = intentOf(execution, command);
  if (intent?.window !== window) return notReady(command, `has no window ${window} in doubt`);
  if (intent.resolvedBy !== null) return [];
  const policy =
    command.kind === 'resolve_ambiguity' ? intent.onAmbiguous : withoutRunning(intent.onAmbiguous);
  return [{ kind: 'ambiguity_resolved', executionId, stepKey, window, policy }];
}

function settle(execution: Execution, command: SettleCommand): Answer {
  const { executionId, stepKey, fingerprint, effectClass, outcome } = command;
  const known = execution.records.get(stepKey);
  if (known !== undefined && known.fingerprint !== fingerprint) return new StepConflict(executionId, stepKey);
  switch (known?.kind) {
    case undefined:
      if (effectClass === 'exactly_once_guarded') return notReady(command, 'has no intent');
      if (isOfDoubt(outcome)) return notReady(command, 'was never in doubt');
      return limitRefusal(execution) ?? bytesRefusal(execution, outcome) ?? [settling(command)];
    case 'intent':
      if (effectClass !== 'exactly_once_guarded') return new StepConflict(executionId, stepKey);
      if (!isAdmissible(known, outcome)) return notReady(command, `cannot end as ${outcome.kind}`);
      return bytesRefusal(execution, outcome) ?? [settling(command)];
    case 'settled':
      return sameStepOutcome(known.outcome, outcome) ? [] : notReady(command, 'has another outcome');
    case 'promise':
    case 'timer':
      return new StepConflict(executionId, stepKey);
  }
}

/** Whether an intent may end so: once its window is resolved, only as that says. */
function isAdmissible(intent: IntentRecord, outcome: StepOutcome): boolean {
  if (intent.resolvedBy === null) return !isOfDoubt(outcome);
  return (intent.resolvedBy === 'fail') === (outcome.kind === 'ambiguous') && outcome.kind !== 'failed';
}

function isOfDoubt(outcome: StepOutcome): boolean {
  return outcome.kind === 'assumed_done' || outcome.kind === 'ambiguous';
}

function settling({ executionId, stepKey, fingerprint, effectClass, outcome }: SettleCommand): StepEntry {
  const settled = { executionId, stepKey, fingerprint, effectClass };
  return outcome.kind === 'failed' || outcome.kind === 'ambiguous'
    ? { kind: 'step_failed', ...settled, outcome }
    : { kind: 'step_result', ...settled, outcome };
}

function createPromise(execution: Execution, command: CreatePromiseCommand): Answer {
  const { executionId, stepKey, fingerprint } = command;
  const known = execution.records.get(stepKey);
  if (known !== undefined) {
    return known.fingerprint === fingerprint ? [] : new StepConflict(executionId, stepKey);
  }
  return limitRefusal(execution) ?? [{ kind: 'promise_created', executionId, stepKey, fingerprint }];
}

function issueToken(execution: Execution, command: IssueTokenCommand): Answer {
  const { executionId, stepKey, tokenDigest } = command;
  const promise = execution.records.get(stepKey);
  if (promise?.kind !== 'promise') return new UnknownPromise(executionId, stepKey);
  if (promise.tokenDigests.includes(tokenDigest)) return [];
  if (promise.tokenDigests.length >= promiseTokensMax) {
    return new StepLimitReached(executionId, 'promise tokens', promiseTokensMax);
  }
  return [{ kind: 'promise_token_issued', executionId, stepKey, tokenDigest }];
}

function armTimer(execution: Execution, command: ArmTimerCommand): Answer {
  const { executionId, stepKey, fingerprint, dueMs } = command;
  if (!Number.isSafeInteger(dueMs) || dueMs < 0) {
    return new InvalidStepInput(executionId, `${stepKey} cannot be due at ${dueMs}`);
  }
  const known = execution.records.get(stepKey);
  if (known !== undefined) {
    return known.fingerprint === fingerprint
      ? notReady(command, 'is armed already')
      : new StepConflict(executionId, stepKey);
  }
  return limitRefusal(execution) ?? [{ kind: 'timer_armed', executionId, stepKey, fingerprint, dueMs }];
}

function fireTimer(execution: Execution, command: FireTimerCommand): Answer {
  const { executionId, stepKey, nowMs } = command;
  const timer = execution.records.get(stepKey);
  if (timer?.kind !== 'timer') return notReady(command, 'is no timer');
  if (timer.isFired) return [];
  if (!Number.isSafeInteger(nowMs) || nowMs < timer.dueMs) {
    return new TimerNotDue(executionId, stepKey, timer.dueMs);
  }
  return [{ kind: 'timer_fired', executionId, stepKey, nowMs }];
}

/** What earlier attempts left does not count: they were as limited, and so is their number. */
function limitRefusal({ executionId, records, attempt }: Execution): StepLimitReached | undefined {
  if (records.size < stepsMax) return undefined;
  let steps = 0;
  for (const record of records.values()) steps += record.attempt === attempt ? 1 : 0;
  return steps < stepsMax ? undefined : new StepLimitReached(executionId, 'steps', stepsMax);
}

function bytesRefusal(execution: Execution, outcome: StepOutcome): StepLimitReached | undefined {
  return outcome.kind === 'value' ? fullRefusal(execution, outcome.payload) : undefined;
}

/** Why a value does not fit into the journal of its execution any more. */
export function fullRefusal(
  { executionId, payloadBytes }: Execution,
  payload: Payload,
): StepLimitReached | undefined {
  if (payloadBytes + payload.length <= journalBytesMax) return undefined;
  return new StepLimitReached(executionId, 'payload bytes', journalBytesMax);
}

type OfStep = Extract<StepCommand, { readonly stepKey: unknown }>;

function intentOf(execution: Execution, { stepKey }: OfStep): IntentRecord | undefined {
  const record = execution.records.get(stepKey);
  return record?.kind === 'intent' ? record : undefined;
}

function notReady({ executionId, stepKey }: OfStep, reason: string): StepNotReady {
  return new StepNotReady(executionId, stepKey, reason);
}
