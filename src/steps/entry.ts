import type { EffectClass, AmbiguityPolicy, GuardedSubclass } from './effect.js';
import type { ExecutionOutcome, StepOutcome } from './outcome.js';
import type { Payload } from './payload.js';
import type { StepKey } from './step-key.js';

/**
 * What is recorded about durable steps. A step is known by execution and key; its fingerprint is beside it, so that a step that
 * changed is told from one that did not. Reference B6.
 */
export type StepEntry =
  | ExecutionOpenedEntry
  | EffectIntentEntry
  | IntentWithdrawnEntry
  | AmbiguityResolvedEntry
  | StepResultEntry
  | StepFailedEntry
  | PromiseCreatedEntry
  | PromiseTokenIssuedEntry
  | PromiseResolvedEntry
  | TimerArmedEntry
  | TimerFiredEntry
  | ExecutionDivergedEntry
  | ExecutionFinishedEntry
  | ExecutionForgottenEntry;

/** An attempt begins: the first, or one more after a divergence, which supersedes what it may do again. Reference Z1. */
export interface ExecutionOpenedEntry {
  readonly kind: 'execution_opened';
  readonly executionId: string;
  readonly workflow: string;
  /** The digest of the input's canonical bytes. */
  readonly inputDigest: string;
  /** Counts programs, from 1. A restart of the same program is the same attempt. */
  readonly attempt: number;
}

/** A guarded effect may act from now on. */
export interface EffectIntentEntry {
  readonly kind: 'effect_intent';
  readonly executionId: string;
  readonly stepKey: StepKey;
  readonly fingerprint: string;
  readonly subclass: GuardedSubclass;
  readonly onAmbiguous: AmbiguityPolicy;
}

/** The effect is known not to have begun: its context stopped between the intent and the act. */
export interface IntentWithdrawnEntry {
  readonly kind: 'intent_withdrawn';
  readonly executionId: string;
  readonly stepKey: StepKey;
}

/** The audit record of a window in doubt, durable before anything is done about it. */
export interface AmbiguityResolvedEntry {
  readonly kind: 'ambiguity_resolved';
  readonly executionId: string;
  readonly stepKey: StepKey;
  /** Counts the windows of this step, from 1: a rerun that is cut off opens another one. */
  readonly window: number;
  readonly policy: AmbiguityPolicy;
}

interface Settling {
  readonly executionId: string;
  readonly stepKey: StepKey;
  readonly fingerprint: string;
  readonly effectClass: EffectClass;
}

export interface StepResultEntry extends Settling {
  readonly kind: 'step_result';
  readonly outcome: Extract<StepOutcome, { kind: 'value' | 'value_unavailable' | 'assumed_done' }>;
}

export interface StepFailedEntry extends Settling {
  readonly kind: 'step_failed';
  readonly outcome: Extract<StepOutcome, { kind: 'failed' | 'ambiguous' }>;
}

export interface PromiseCreatedEntry {
  readonly kind: 'promise_created';
  readonly executionId: string;
  readonly stepKey: StepKey;
  readonly fingerprint: string;
}

/** Whoever holds a token of this digest may resolve the promise. The token itself is nowhere. Reference INV-9. */
export interface PromiseTokenIssuedEntry {
  readonly kind: 'promise_token_issued';
  readonly executionId: string;
  readonly stepKey: StepKey;
  readonly tokenDigest: string;
}

export interface PromiseResolvedEntry {
  readonly kind: 'promise_resolved';
  readonly executionId: string;
  readonly stepKey: StepKey;
  readonly payload: Payload;
}

export interface TimerArmedEntry {
  readonly kind: 'timer_armed';
  readonly executionId: string;
  readonly stepKey: StepKey;
  readonly fingerprint: string;
  /** Milliseconds since the Unix epoch. */
  readonly dueMs: number;
}

export interface TimerFiredEntry {
  readonly kind: 'timer_fired';
  readonly executionId: string;
  readonly stepKey: StepKey;
  /** Milliseconds since the Unix epoch, when it was seen to be due. */
  readonly nowMs: number;
}

/** The program does not match its journal. The attempt acts no more. */
export interface ExecutionDivergedEntry {
  readonly kind: 'execution_diverged';
  readonly executionId: string;
  readonly stepKey: StepKey;
  readonly reason: string;
}

/** The end. What was journaled for its steps is dropped. */
export interface ExecutionFinishedEntry {
  readonly kind: 'execution_finished';
  readonly executionId: string;
  readonly outcome: ExecutionOutcome;
}

/** Nobody will ask for the outcome any more. */
export interface ExecutionForgottenEntry {
  readonly kind: 'execution_forgotten';
  readonly executionId: string;
}

/** What a probe is told: the kind of the entry that was recorded last. */
export const stepStates = [
  'execution_opened',
  'effect_intent',
  'intent_withdrawn',
  'ambiguity_resolved',
  'step_result',
  'step_failed',
  'promise_created',
  'promise_token_issued',
  'promise_resolved',
  'timer_armed',
  'timer_fired',
  'execution_diverged',
  'execution_finished',
  'execution_forgotten',
] as const satisfies readonly StepEntry['kind'][];
