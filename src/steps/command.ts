import type { AmbiguityPolicy, EffectClass, GuardedSubclass } from './effect.js';
import type { ExecutionOutcome, StepOutcome } from './outcome.js';
import type { Payload } from './payload.js';
import type { StepKey } from './step-key.js';

/**
 * What may be asked of the steps room. Those that act for an attempt name it, so that the context of an attempt that was superseded
 * is refused.
 */
export type StepCommand =
  | OpenCommand
  | IntendCommand
  | WithdrawIntentCommand
  | ResolveAmbiguityCommand
  | ResolveWithoutRunningCommand
  | SettleCommand
  | CreatePromiseCommand
  | IssueTokenCommand
  | ResolvePromiseCommand
  | ArmTimerCommand
  | FireTimerCommand
  | DivergeCommand
  | FinishCommand
  | ForgetCommand;

/** Of one attempt of one execution. */
interface OfAttempt {
  readonly executionId: string;
  readonly attempt: number;
}

/** Of one step of it. */
interface OfStep extends OfAttempt {
  readonly stepKey: StepKey;
}

/**
 * Begins an execution (attempt 1), attaches to it (the same attempt), or begins it anew (the next attempt, after a divergence).
 * Refused when workflow or input are others than the first time.
 */
export interface OpenCommand extends OfAttempt {
  readonly kind: 'open';
  readonly workflow: string;
  readonly inputDigest: string;
}

/** Says that a guarded effect is about to act. Never accepted twice. */
export interface IntendCommand extends OfStep {
  readonly kind: 'intend';
  readonly fingerprint: string;
  readonly subclass: GuardedSubclass;
  readonly onAmbiguous: AmbiguityPolicy;
}

/** Takes back an intent whose effect is known not to have begun. */
export interface WithdrawIntentCommand extends OfStep {
  readonly kind: 'withdraw_intent';
}

/** Resolves a window in doubt by the policy that was recorded with the intent. */
export interface ResolveAmbiguityCommand extends OfStep {
  readonly kind: 'resolve_ambiguity';
  readonly window: number;
}

/**
 * As {@link ResolveAmbiguityCommand}, for an effect that will not run again, since its program will not: `rerun` cannot be followed then,
 * and comes to `fail`.
 */
export interface ResolveWithoutRunningCommand extends OfStep {
  readonly kind: 'resolve_without_running';
  readonly window: number;
}

/** Journals how a step ended. */
export interface SettleCommand extends OfStep {
  readonly kind: 'settle';
  readonly fingerprint: string;
  readonly effectClass: EffectClass;
  readonly outcome: StepOutcome;
}

export interface CreatePromiseCommand extends OfStep {
  readonly kind: 'create_promise';
  readonly fingerprint: string;
}

export interface IssueTokenCommand extends OfStep {
  readonly kind: 'issue_token';
  readonly tokenDigest: string;
}

/** From outside of the program: it names no attempt, and proves its right by a token. */
export interface ResolvePromiseCommand {
  readonly kind: 'resolve_promise';
  readonly executionId: string;
  readonly stepKey: StepKey;
  readonly tokenDigest: string;
  readonly payload: Payload;
}

export interface ArmTimerCommand extends OfStep {
  readonly kind: 'arm_timer';
  readonly fingerprint: string;
  readonly dueMs: number;
}

export interface FireTimerCommand extends OfStep {
  readonly kind: 'fire_timer';
  readonly nowMs: number;
}

export interface DivergeCommand extends OfStep {
  readonly kind: 'diverge';
  readonly reason: string;
}

/** Ends an execution. One that diverged can only be ended as failed. */
export interface FinishCommand extends OfAttempt {
  readonly kind: 'finish';
  readonly outcome: ExecutionOutcome;
}

/** Drops a finished execution from memory. Whoever asks makes sure that its id is not used again. */
export interface ForgetCommand {
  readonly kind: 'forget';
  readonly executionId: string;
}
