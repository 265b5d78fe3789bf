/** How much is agreed about an operation, weakest first. Reference 1.1. */
export const agreementLevels = ['none', 'provisional', 'soft_safe', 'finalized'] as const;
export type AgreementLevel = (typeof agreementLevels)[number];

/** Who may use an operation's result, and from which level on. Reference 1.1. */
export const operationVisibilities = ['immediate', 'pending', 'blocked_until_finalized'] as const;
export type OperationVisibility = (typeof operationVisibilities)[number];

/** How an operation ended. Each of these is terminal. Reference 1.1. */
export const finalizationOutcomes = ['finalized', 'aborted', 'rejected', 'timed_out'] as const;
export type FinalizationOutcome = (typeof finalizationOutcomes)[number];

/** The place of a level in the total order: 0 for `none` to 3 for `finalized`. */
export function levelRank(level: AgreementLevel): number {
  return agreementLevels.indexOf(level);
}

export function isAtLeast(level: AgreementLevel, required: AgreementLevel): boolean {
  return levelRank(level) >= levelRank(required);
}

export function higherLevel(one: AgreementLevel, other: AgreementLevel): AgreementLevel {
  return isAtLeast(one, other) ? one : other;
}

/** Whether a result of this visibility may be used at this level. */
export function permitsUse(visibility: OperationVisibility, level: AgreementLevel): boolean {
  switch (visibility) {
    case 'immediate':
      return true;
    case 'pending':
      return isAtLeast(level, 'provisional');
    case 'blocked_until_finalized':
      return isAtLeast(level, 'finalized');
  }
}

/** Whether the outcome throws the result away: nobody may use it any more. */
export function isDiscarded(outcome: FinalizationOutcome | null): boolean {
  return outcome !== null && outcome !== 'finalized';
}

/**
 * The steps that an operation's level may take: those of the reference's formal model (1.3), and `none` to `provisional`, which
 * registration takes. Whether the last step comes together with its finalization is for the decider to see to.
 */
export function isLegalEscalation(from: AgreementLevel, to: AgreementLevel): boolean {
  switch (from) {
    case 'none':
      return to === 'provisional';
    case 'provisional':
      return to === 'soft_safe' || to === 'finalized';
    case 'soft_safe':
      return to === 'finalized';
    case 'finalized':
      return false;
  }
}
