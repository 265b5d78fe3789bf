import { nextCompensation, nextStep, phaseOf, type Saga } from './saga.js';

/** What is to be done next for a saga. `attempt` is the one that begins by it. */
export type SagaAct =
  | { readonly kind: 'perform' | 'compensate'; readonly step: number; readonly attempt: number }
  | { readonly kind: 'turn_back' };

/**
 * @param attemptsMax - A step that was tried so often, over all lives, is given up. A compensation never is.
 * @returns Undefined when there is nothing to do: no open saga is like that.
 */
export function nextAct(saga: Saga, attemptsMax: number): SagaAct | undefined {
  if (phaseOf(saga) === 'compensating') {
    const step = nextCompensation(saga);
    if (step === undefined) return undefined;
    return { kind: 'compensate', step, attempt: (saga.records[step]?.compensationAttempts ?? 0) + 1 };
  }
  if (saga.cancelReason !== null) return { kind: 'turn_back' };
  const step = nextStep(saga);
  if (step === undefined) return undefined;
  const attempts = saga.records[step]?.attempts ?? 0;
  return attempts < attemptsMax ? { kind: 'perform', step, attempt: attempts + 1 } : { kind: 'turn_back' };
}
