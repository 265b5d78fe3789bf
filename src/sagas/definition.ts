import type { CborValue } from '../codec/cbor-value.js';
import type { IdempotencyKey } from '../remote/idempotency-key.js';
import type { LocatorCommand } from './locator.js';

/**
 * A flow that must be wholly done or wholly undone. What is recorded of a saga holds its steps by name: a definition that lists others
 * cannot go on with it.
 */
export interface SagaDefinition {
  readonly name: string;
  readonly steps: readonly SagaStep[];
}

/**
 * One step. Both may be called again after any crash, under the same key, and have to take effect once. `compensate` is also called for a
 * step that may not have acted, or only half, and then has to see to it that nothing is left of it, now and later.
 */
export interface SagaStep {
  /** Unlike those of the other steps. */
  readonly name: string;
  /** @throws {@link StepFailedForGood} when it makes no sense to try again. Anything else that is thrown is tried again, a few times. */
  perform(context: SagaContext): Promise<Performed>;
  /** Whatever it throws, it is tried again until it holds. */
  compensate(context: SagaContext): Promise<Compensated>;
}

export interface SagaContext {
  readonly sagaId: string;
  readonly sessionId: string;
  readonly input: CborValue;
  /** What this effect is known by: the same for each try, another one for the compensation. */
  readonly key: IdempotencyKey;
  /** By what name this saga holds things. No other one ever has it, and after a restart it is the same. */
  readonly holder: string;
  /** From 1. More than 1: what was tried before may have acted. */
  readonly attempt: number;
  /** By name, of the steps that are done. */
  readonly results: ReadonlyMap<string, CborValue>;
  /**
   * Aborts when nobody waits for it any more; a step also when the saga is to be cancelled. Whatever acts later than that may act after
   * its own compensation: look at it after each wait.
   */
  readonly signal: AbortSignal;
}

/** What a step has come to. */
export interface Performed {
  readonly result: CborValue;
  /** Where a name is from now on: recorded in one batch with the step. Refused, the step has failed for good. */
  readonly locator?: LocatorCommand;
}

/** What the compensation of a step has come to. */
export interface Compensated {
  readonly locator?: LocatorCommand;
}

/** Thrown by a step: to try again is of no use. The saga goes back, this step included. */
export class StepFailedForGood extends Error {
  readonly code = 'SAGA_STEP_FAILED';
  override readonly name = 'StepFailedForGood';
}
