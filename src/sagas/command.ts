import type { Failure } from '../steps/outcome.js';
import type { Payload } from '../steps/payload.js';
import type { SagaTerms } from './saga.js';

/** What may be asked of the sagas room. A step is meant by its place in the saga's list, from 0. */
export type SagaCommand =
  | BeginSagaCommand
  | TryStepCommand
  | SettleStepCommand
  | CancelSagaCommand
  | TurnBackCommand
  | TryCompensationCommand
  | SettleCompensationCommand;

/** Begins a saga, or attaches to the one that has the id. Another name, input or session under it is a conflict. */
export interface BeginSagaCommand extends SagaTerms {
  readonly kind: 'begin';
}

interface OfStep {
  readonly sagaId: string;
  readonly step: number;
}

/** Says that a step is about to be tried, the first time or again. Only once this is durable may it be. */
export interface TryStepCommand extends OfStep {
  readonly kind: 'try_step';
}

/** Says what a try has come to. After a failure for good, or under a wish to cancel, the saga goes back from here on. */
export interface SettleStepCommand extends OfStep {
  readonly kind: 'settle_step';
  readonly attempt: number;
  readonly outcome: StepSettlement;
}

export type StepSettlement =
  | { readonly kind: 'done'; readonly result: Payload }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Wishes a saga undone. It goes back at the next boundary: at once when no step is in doubt, and otherwise when that has settled. */
export interface CancelSagaCommand {
  readonly kind: 'cancel';
  readonly sagaId: string;
  readonly reason: string;
}

/**
 * Gives up a step that is in doubt: the saga goes back. Because of the wish to cancel when there is one, and otherwise because of `failure`.
 */
export interface TurnBackCommand {
  readonly kind: 'turn_back';
  readonly sagaId: string;
  readonly failure: Failure;
}

/** Says that a step is about to be compensated, the first time or again. Only once this is durable may it be. */
export interface TryCompensationCommand extends OfStep {
  readonly kind: 'try_compensation';
}

/** Says that the compensation of a step holds. */
export interface SettleCompensationCommand extends OfStep {
  readonly kind: 'settle_compensation';
  readonly attempt: number;
}
