import type { Failure } from './outcome.js';
import type { PayloadFault } from './payload.js';
import type { StepKey } from './step-key.js';

/**
 * How a step tells the program that it ended otherwise than with a value. Each is told again, the same, whenever the step is
 * replayed; a program may branch on it.
 */
abstract class StepError extends Error {
  abstract readonly code: string;
  readonly stepKey: StepKey;
  constructor(stepKey: StepKey, reason: string) {
    super(`step ${stepKey}: ${reason}`);
    this.stepKey = stepKey;
  }
}

/** The step failed; a guarded one is known not to have acted. What it said is in `failure`, and not in the message. */
export class StepFailed extends StepError {
  readonly code = 'STEPS_STEP_FAILED';
  override readonly name = 'StepFailed';
  readonly failure: Failure;
  constructor(stepKey: StepKey, failure: Failure) {
    super(stepKey, 'failed');
    this.failure = failure;
  }
}

/** Nobody knows whether the effect happened, and its policy is to say so. Reference B2, `Fail`. */
export class AmbiguousEffect extends StepError {
  readonly code = 'STEPS_AMBIGUOUS_EFFECT';
  override readonly name = 'AmbiguousEffect';
  constructor(stepKey: StepKey) {
    super(stepKey, 'it is not known whether the effect happened');
  }
}

/** The step was done and will not be done again, but its result could not be journaled. */
export class ValueUnavailable extends StepError {
  readonly code = 'STEPS_VALUE_UNAVAILABLE';
  override readonly name = 'ValueUnavailable';
  readonly fault: PayloadFault;
  constructor(stepKey: StepKey, fault: PayloadFault) {
    super(stepKey, `done, but its result is ${fault === 'too_large' ? 'too large' : 'not data'}`);
    this.fault = fault;
  }
}

/**
 * Thrown by what a step runs: it failed, and nothing happened to the outside world. Only this is taken as a failure of a guarded step;
 * after anything else that it throws, its effect is in doubt.
 */
export class DefiniteFailure extends Error {
  readonly code = 'STEPS_DEFINITE_FAILURE';
  override readonly name = 'DefiniteFailure';
}
