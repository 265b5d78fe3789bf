import type { StepKey } from './step-key.js';

/** Why a command was refused. Nothing was recorded, and the execution is as it was. */
export abstract class StepRefusal extends Error {
  abstract readonly code: string;
  readonly executionId: string;
  constructor(executionId: string, reason: string) {
    super(`execution \`${executionId}\`: ${reason}`);
    this.executionId = executionId;
  }
}

/** The command cannot be meant: an id, a name, a digest or a number that is none. */
export class InvalidStepInput extends StepRefusal {
  readonly code = 'STEPS_INVALID_INPUT';
  override readonly name = 'InvalidStepInput';
}

export class UnknownExecution extends StepRefusal {
  readonly code = 'STEPS_UNKNOWN_EXECUTION';
  override readonly name = 'UnknownExecution';
  constructor(executionId: string) {
    super(executionId, 'never opened');
  }
}

/** The id stands for another workflow or another input. */
export class ExecutionConflict extends StepRefusal {
  readonly code = 'STEPS_EXECUTION_CONFLICT';
  override readonly name = 'ExecutionConflict';
  constructor(executionId: string) {
    super(executionId, 'opened before with another workflow or input');
  }
}

/** The attempt is not the current one, nor the next one after a divergence. */
export class WrongAttempt extends StepRefusal {
  readonly code = 'STEPS_WRONG_ATTEMPT';
  override readonly name = 'WrongAttempt';
  readonly attempt: number;
  readonly currentAttempt: number;
  constructor(executionId: string, attempt: number, currentAttempt: number) {
    super(executionId, `attempt ${attempt} does not fit attempt ${currentAttempt}`);
    this.attempt = attempt;
    this.currentAttempt = currentAttempt;
  }
}

export class ExecutionFinished extends StepRefusal {
  readonly code = 'STEPS_EXECUTION_FINISHED';
  override readonly name = 'ExecutionFinished';
  constructor(executionId: string) {
    super(executionId, 'finished');
  }
}

export class ExecutionNotFinished extends StepRefusal {
  readonly code = 'STEPS_EXECUTION_NOT_FINISHED';
  override readonly name = 'ExecutionNotFinished';
  constructor(executionId: string) {
    super(executionId, 'not finished, and cannot be forgotten');
  }
}

/** The program did not match its journal. Another attempt may be opened. */
export class ExecutionDiverged extends StepRefusal {
  readonly code = 'STEPS_EXECUTION_DIVERGED';
  override readonly name = 'ExecutionDiverged';
  readonly stepKey: StepKey;
  constructor(executionId: string, stepKey: StepKey) {
    super(executionId, `diverged at ${stepKey}`);
    this.stepKey = stepKey;
  }
}

/** An execution cannot end while it is not known whether an effect of it happened. */
export class EffectInDoubt extends StepRefusal {
  readonly code = 'STEPS_EFFECT_IN_DOUBT';
  override readonly name = 'EffectInDoubt';
  readonly stepKey: StepKey;
  constructor(executionId: string, stepKey: StepKey) {
    super(executionId, `the effect of ${stepKey} is in doubt`);
    this.stepKey = stepKey;
  }
}

/** What the limit that was reached is about. */
export type LimitedUnit = 'attempts' | 'steps' | 'promise tokens' | 'payload bytes';

export class StepLimitReached extends StepRefusal {
  readonly code = 'STEPS_LIMIT_REACHED';
  override readonly name = 'StepLimitReached';
  readonly unit: LimitedUnit;
  readonly max: number;
  constructor(executionId: string, unit: LimitedUnit, max: number) {
    super(executionId, `no more than ${max} ${unit}`);
    this.unit = unit;
    this.max = max;
  }
}

/** The key stands for another step: another kind, class, policy or input. */
export class StepConflict extends StepRefusal {
  readonly code = 'STEPS_STEP_CONFLICT';
  override readonly name = 'StepConflict';
  readonly stepKey: StepKey;
  constructor(executionId: string, stepKey: StepKey) {
    super(executionId, `${stepKey} is journaled as another step`);
    this.stepKey = stepKey;
  }
}

/** The step does not stand where the command needs it, such as a second result, or a result without an intent. */
export class StepNotReady extends StepRefusal {
  readonly code = 'STEPS_STEP_NOT_READY';
  override readonly name = 'StepNotReady';
  readonly stepKey: StepKey;
  readonly reason: string;
  constructor(executionId: string, stepKey: StepKey, reason: string) {
    super(executionId, `${stepKey} ${reason}`);
    this.stepKey = stepKey;
    this.reason = reason;
  }
}

export class UnknownPromise extends StepRefusal {
  readonly code = 'STEPS_UNKNOWN_PROMISE';
  override readonly name = 'UnknownPromise';
  readonly stepKey: StepKey;
  constructor(executionId: string, stepKey: StepKey) {
    super(executionId, `no promise ${stepKey}`);
    this.stepKey = stepKey;
  }
}

/** The token is none of those that were issued for this promise. Told before anything else about it. */
export class PromiseTokenRejected extends StepRefusal {
  readonly code = 'STEPS_PROMISE_TOKEN_REJECTED';
  override readonly name = 'PromiseTokenRejected';
  readonly stepKey: StepKey;
  constructor(executionId: string, stepKey: StepKey) {
    super(executionId, `not a token of promise ${stepKey}`);
    this.stepKey = stepKey;
  }
}

/** Resolved before, with another value. */
export class PromiseAlreadyResolved extends StepRefusal {
  readonly code = 'STEPS_PROMISE_ALREADY_RESOLVED';
  override readonly name = 'PromiseAlreadyResolved';
  readonly stepKey: StepKey;
  constructor(executionId: string, stepKey: StepKey) {
    super(executionId, `promise ${stepKey} is resolved with another value`);
    this.stepKey = stepKey;
  }
}

export class TimerNotDue extends StepRefusal {
  readonly code = 'STEPS_TIMER_NOT_DUE';
  override readonly name = 'TimerNotDue';
  readonly stepKey: StepKey;
  readonly dueMs: number;
  constructor(executionId: string, stepKey: StepKey, dueMs: number) {
    super(executionId, `timer ${stepKey} is due at ${dueMs}`);
    this.stepKey = stepKey;
    this.dueMs = dueMs;
  }
}
