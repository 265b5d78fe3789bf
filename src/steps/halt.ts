import type { StepRefusal } from './refusal.js';
import type { StepKey } from './step-key.js';

/**
 * Why a context acts no more. The first one stands: every later call is answered with it, whether or not the program looked at it.
 * References Z19, J7.
 */
export type Halt =
  | ReplayDivergence
  | StepOutOfTurn
  | StepCapExceeded
  | OutcomeUnknown
  | JournalUnavailable
  | JournalRefused
  | ExecutionInterrupted;

/** The program does not match its journal. Recorded: the attempt is over. */
export class ReplayDivergence extends Error {
  readonly code = 'STEPS_REPLAY_DIVERGENCE';
  override readonly name = 'ReplayDivergence';
  readonly stepKey: StepKey;
  readonly reason: string;
  constructor(stepKey: StepKey, reason: string) {
    super(`replay diverges at ${stepKey}: ${reason}`);
    this.stepKey = stepKey;
    this.reason = reason;
  }
}

/**
 * A call while another one of the same scope was running (among them those of a step within a step), or after the scope had ended.
 * Which one came first would depend on the weather, so such a program cannot be replayed. Recorded as a divergence. References Z8, Z9.
 */
export class StepOutOfTurn extends Error {
  readonly code = 'STEPS_OUT_OF_TURN';
  override readonly name = 'StepOutOfTurn';
  readonly stepKey: StepKey;
  readonly runningKey: StepKey | null;
  constructor(stepKey: StepKey, runningKey: StepKey | null) {
    const reason =
      runningKey === null ? 'after its scope had ended' : `while ${runningKey} ran: use a parallel scope`;
    super(`${stepKey} was called ${reason}`);
    this.stepKey = stepKey;
    this.runningKey = runningKey;
  }
}

/** More steps than one attempt may have. Ends the execution as failed. */
export class StepCapExceeded extends Error {
  readonly code = 'STEPS_CAP_EXCEEDED';
  override readonly name = 'StepCapExceeded';
  readonly max: number;
  constructor(max: number) {
    super(`more than ${max} steps`);
    this.max = max;
  }
}

/** A guarded effect may or may not have happened. Run the workflow again: its policy then resolves the window. */
export class OutcomeUnknown extends Error {
  readonly code = 'STEPS_OUTCOME_UNKNOWN';
  override readonly name = 'OutcomeUnknown';
  readonly stepKey: StepKey;
  constructor(stepKey: StepKey, options: ErrorOptions) {
    super(`step ${stepKey}: it is not known whether the effect happened`, options);
    this.stepKey = stepKey;
  }
}

/** The journal cannot be read or written. Nothing acts without it: reference Z4. */
export class JournalUnavailable extends Error {
  readonly code = 'STEPS_JOURNAL_UNAVAILABLE';
  override readonly name = 'JournalUnavailable';
  constructor(options: ErrorOptions) {
    super('the step journal is unavailable', options);
  }
}

/** The journal refuses what the context wants to record, such as when another attempt has taken over. */
export class JournalRefused extends Error {
  readonly code = 'STEPS_JOURNAL_REFUSED';
  override readonly name = 'JournalRefused';
  readonly refusal: StepRefusal;
  constructor(refusal: StepRefusal) {
    super(`the step journal refused an entry: ${refusal.message}`);
    this.refusal = refusal;
  }
}

/** Whoever runs the workflow stopped it here. It can be run again. */
export class ExecutionInterrupted extends Error {
  readonly code = 'STEPS_EXECUTION_INTERRUPTED';
  override readonly name = 'ExecutionInterrupted';
  constructor(executionId: string) {
    super(`execution \`${executionId}\` was interrupted`);
  }
}
