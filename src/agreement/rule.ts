import { type AgreementLevel, isAtLeast } from './level.js';
import type { AgreementEvidence, AgreementRule } from './records.js';

/** How far a rule is from being met. */
export interface RuleProgress {
  /** How many of the participants have to witness. */
  readonly required: number;
  /** How many have. */
  readonly counted: number;
}

/**
 * Counts the participants that witness an operation at `level` or higher.
 *
 * A participant's word is an authoritative `witness` of which it is the owner. It counts once, however often it is given, and
 * only when the participant was declared at registration: the number of pieces of evidence never matters.
 *
 * `named` needs every declared participant: whoever registers the operation resolves the rule's name to the list of those
 * whose word it takes, so that what the rule meant is in the log and stays what it was when the name's meaning changes.
 */
export function ruleProgress(
  rule: AgreementRule,
  participants: readonly string[],
  evidence: Iterable<AgreementEvidence>,
  level: AgreementLevel,
): RuleProgress {
  const witnesses = new Set<string>();
  for (const piece of evidence) {
    if (piece.kind !== 'witness' || !piece.authoritative || !isAtLeast(piece.level, level)) continue;
    if (piece.ownerId !== null && participants.includes(piece.ownerId)) witnesses.add(piece.ownerId);
  }
  return { required: requiredParticipants(rule, participants.length), counted: witnesses.size };
}

export function isMet(progress: RuleProgress): boolean {
  return progress.counted >= progress.required;
}

function requiredParticipants(rule: AgreementRule, participants: number): number {
  switch (rule.kind) {
    case 'no_agreement':
      return 0;
    case 'any_participant':
      return 1;
    case 'threshold':
      return rule.requiredParticipants;
    case 'unanimous':
    case 'named':
      return participants;
  }
}
