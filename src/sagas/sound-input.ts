import { type SagaContext, type SagaStep, StepFailedForGood } from './definition.js';

/**
 * Steps of which none acts on an input that is none, so that none has anything to undo then: or a saga with such an input would go back
 * for ever.
 *
 * @param read - Throws StepFailedForGood when the input is none.
 */
export function undoneIfSound(
  read: (context: SagaContext) => unknown,
  steps: readonly SagaStep[],
): readonly SagaStep[] {
  const isSound = (context: SagaContext): boolean => {
    try {
      read(context);
      return true;
    } catch (error) {
      if (error instanceof StepFailedForGood) return false;
      throw error;
    }
  };
  return steps.map((step) => ({
    name: step.name,
    perform: (context) => step.perform(context),
    compensate: async (context) => (isSound(context) ? step.compensate(context) : {}),
  }));
}
