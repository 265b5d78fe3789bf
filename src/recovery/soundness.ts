import { isAtLeast, isDiscarded } from '../agreement/level.js';
import type { DurableRecoveryDecision } from './decision.js';

/**
 * What makes a decision sound. The first four are the formal model's (reference 2.5); the others say the same of the actions
 * that it leaves free.
 *
 * | clause | holds when |
 * |---|---|
 * | `checkpoint-level` | the recovered level is not below the checkpoint's |
 * | `gate-level` | a gate was crossed: its level is known, and the recovered level is not below it |
 * | `reuse-finalized` | the action reuses: level and outcome are finalized |
 * | `preserve-terminal` | the action preserves: the outcome is aborted, rejected or timed_out |
 * | `terminal-stays` | the outcome is terminal: the action neither re-executes nor resumes |
 * | `evidence-boundary` | the action resumes: the level is soft_safe at least, and some evidence of it is cached |
 */
export type SoundnessClause =
  | 'checkpoint-level'
  | 'gate-level'
  | 'reuse-finalized'
  | 'preserve-terminal'
  | 'terminal-stays'
  | 'evidence-boundary';

/** A recovery that must not be carried out: stop here, and keep the log as it is. */
export class UnsoundRecovery extends Error {
  readonly code = 'RECOVERY_UNSOUND';
  override readonly name = 'UnsoundRecovery';
  readonly operationId: string;
  readonly clause: SoundnessClause;
  readonly decision: DurableRecoveryDecision;
  constructor(decision: DurableRecoveryDecision, clause: SoundnessClause) {
    const { operationId, action, level, finalization } = decision;
    super(
      `recovery of \`${operationId}\` breaks ${clause}: action=${action}, level=${level}, outcome=${finalization ?? '-'}`,
    );
    this.operationId = operationId;
    this.clause = clause;
    this.decision = decision;
  }
}

/** An operation was registered before the crash, and recovery says nothing about it. */
export class UnaccountedOperation extends Error {
  readonly code = 'RECOVERY_UNACCOUNTED';
  override readonly name = 'UnaccountedOperation';
  readonly operationId: string;
  constructor(operationId: string) {
    super(`recovery says nothing about \`${operationId}\`, which was registered before the crash`);
    this.operationId = operationId;
  }
}

/** The first clause that the decision breaks. */
export function brokenClause(decision: DurableRecoveryDecision): SoundnessClause | undefined {
  const { level, finalization, action, gateCrossed, gateLevel } = decision;
  if (!isAtLeast(level, decision.checkpointLevel)) return 'checkpoint-level';
  const gateKnown = gateLevel !== null && isAtLeast(level, gateLevel);
  if ((gateCrossed || gateLevel !== null) && !gateKnown) return 'gate-level';
  switch (action) {
    case 'reuse_finalized':
      return level === 'finalized' && finalization === 'finalized' ? undefined : 'reuse-finalized';
    case 'preserve_terminal':
      return isDiscarded(finalization) ? undefined : 'preserve-terminal';
    case 'reexecute_from_scratch':
      return finalization === null ? undefined : 'terminal-stays';
    case 'resume_from_evidence_boundary': {
      if (finalization !== null) return 'terminal-stays';
      const usable = isAtLeast(level, 'soft_safe') && decision.cachedEvidenceIds.length > 0;
      return usable ? undefined : 'evidence-boundary';
    }
  }
}

/**
 * Checks every decision of a plan, made here or read from elsewhere, before any of it is carried out.
 *
 * @throws {@link UnsoundRecovery} at the first decision that is not sound.
 */
export function assertSound(plan: { readonly decisions: readonly DurableRecoveryDecision[] }): void {
  for (const decision of plan.decisions) {
    const clause = brokenClause(decision);
    if (clause !== undefined) throw new UnsoundRecovery(decision, clause);
  }
}

/** @throws {@link UnaccountedOperation} when one of the operations has no decision in the plan. */
export function assertAccounted(
  plan: { readonly decisions: readonly DurableRecoveryDecision[] },
  operationIds: Iterable<string>,
): void {
  const decided = new Set(plan.decisions.map((decision) => decision.operationId));
  for (const operationId of operationIds) {
    if (!decided.has(operationId)) throw new UnaccountedOperation(operationId);
  }
}
