import { drawnWorkflowName, drawPlan, inputOf, type StepKind } from './drawn-workflow.js';
import { pause } from './pause.js';
import { auditAfterStorm } from './single-node.js';
import { type Sea, submit, waitForEnd } from './workflow-requests.js';

const operationsMax = 3;
const variants = ['one', 'other'] as const;

/**
 * Clients that know nothing of each other and submit the same few operations again and again, at once and long after they have ended, with
 * the same input and with another one.
 */
export function duplicateClient(): (sea: Sea, name: string) => Promise<void> {
  const plans = new Map<string, readonly StepKind[]>();
  return async (sea, name) => {
    const { tape } = sea.simulation;
    const waits: Promise<void>[] = [];
    const submissions = tape.between('workload.submissions', 1, 10);
    for (let index = 0; index < submissions; index += 1) {
      const operation = `order-${tape.draw('workload.operation', operationsMax)}`;
      const variant = tape.pick('workload.variant', variants);
      const plan = plans.get(operation) ?? drawPlan(tape);
      plans.set(operation, plan);
      const steps: readonly StepKind[] = variant === 'one' ? plan : [...plan, 'clock'];
      await pause(sea.simulation, tape.draw('workload.think', 250));
      const input = inputOf(operation, steps);
      const request = { operationId: operation, workflow: drawnWorkflowName, input };
      const watches = tape.chance('workload.wait', 1, 3);
      const answered = submit(sea, name, request);
      waits.push(
        answered.then((outcome) => {
          return watches && outcome?.kind === 'accepted' ? waitForEnd(sea, name, operation) : undefined;
        }),
      );
      // Now and then the next one is not kept waiting for the answer.
      if (!tape.chance('workload.at-once', 1, 3)) await answered;
    }
    await Promise.all(waits);
    await auditAfterStorm(sea, name);
  };
}
