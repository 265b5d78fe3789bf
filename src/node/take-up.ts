import type { RecoveryAction } from '../recovery/decision.js';
import type { DurableRecoveryPlan } from '../recovery/plan.js';
import { assertAccounted } from '../recovery/soundness.js';
import { OperationLost } from './errors.js';

/** Whether an operation goes on after a crash, or has ended and only has to be kept or let go. */
export function isAlive(action: RecoveryAction): boolean {
  switch (action) {
    case 'reexecute_from_scratch':
    case 'resume_from_evidence_boundary':
      return true;
    case 'reuse_finalized':
    case 'preserve_terminal':
      return false;
  }
}

/**
 * Makes sure that a plan, which is sound by itself, is one for what the other rooms hold: it speaks of every operation that is registered,
 * and exactly those go on that were submitted and have not ended.
 *
 * @throws UnaccountedOperation or OperationLost: the log cannot be what this engine wrote.
 */
export function assertPlanFits(
  plan: DurableRecoveryPlan,
  held: { readonly registered: Iterable<string>; readonly submitted: ReadonlyMap<string, unknown> },
): void {
  assertAccounted(plan, held.registered);
  assertAccounted(plan, held.submitted.keys());
  for (const { operationId, action } of plan.decisions) {
    if (isAlive(action) === held.submitted.has(operationId)) continue;
    throw new OperationLost(operationId, isAlive(action) ? 'submission' : 'decision');
  }
}
