import type { Failure } from '../steps/outcome.js';
import type { Payload } from '../steps/payload.js';
import type { SagaCause, SagaEnd, SagaTerms } from './saga.js';

/** What the sagas room is folded from. */
export type SagaEntry =
  | ({ readonly kind: 'saga_begun' } & SagaTerms)
  /** Before the step is tried. `attempt` counts from 1. */
  | (OfStep & { readonly kind: 'step_tried'; readonly attempt: number })
  | (OfStep & { readonly kind: 'step_done'; readonly result: Payload })
  | (OfStep & { readonly kind: 'step_failed'; readonly failure: Failure })
  | { readonly kind: 'cancel_requested'; readonly sagaId: string; readonly reason: string }
  | { readonly kind: 'turned_back'; readonly sagaId: string; readonly cause: SagaCause }
  /** Before the step is compensated. `attempt` counts from 1. */
  | (OfStep & { readonly kind: 'compensation_tried'; readonly attempt: number })
  | (OfStep & { readonly kind: 'compensation_done' })
  | { readonly kind: 'saga_ended'; readonly sagaId: string; readonly outcome: SagaEnd['kind'] }
  /** An ended one is not known any more. */
  | { readonly kind: 'saga_forgotten'; readonly sagaId: string };

interface OfStep {
  readonly sagaId: string;
  readonly step: number;
}

/** What a probe is told: the kind of the entry that was recorded last. */
export const sagaStates = [
  'saga_begun',
  'step_tried',
  'step_done',
  'step_failed',
  'cancel_requested',
  'turned_back',
  'compensation_tried',
  'compensation_done',
  'saga_ended',
  'saga_forgotten',
] as const satisfies readonly SagaEntry['kind'][];
