import type { AgreementLevel, FinalizationOutcome, OperationVisibility } from './level.js';

/** What a piece of evidence is. Reference 1.1. */
export const agreementEvidenceKinds = [
  'witness',
  'certificate',
  'commit_fact',
  'publication',
  'materialization',
] as const;
export type AgreementEvidenceKind = (typeof agreementEvidenceKinds)[number];

/** Whose evidence a contract needs. Reference 1.1; what meets each of them is in `rule.ts`. */
export type AgreementRule =
  | { readonly kind: 'no_agreement' }
  | { readonly kind: 'any_participant' }
  | { readonly kind: 'unanimous' }
  | { readonly kind: 'threshold'; readonly requiredParticipants: number }
  | { readonly kind: 'named'; readonly ruleName: string };

/** Something that somebody stands for. Reference 1.2. */
export interface AgreementEvidence {
  /** Unique within the operation: the same id with another body is a conflict. */
  readonly evidenceId: string;
  readonly operationId: string;
  readonly session: number | null;
  /** Who stands for it. */
  readonly ownerId: string | null;
  /** The level that it supports. */
  readonly level: AgreementLevel;
  readonly kind: AgreementEvidenceKind;
  readonly reference: string;
  /** Only authoritative evidence ever counts. */
  readonly authoritative: boolean;
}

/** Where an operation stands. Reference 1.2. */
export interface AgreementState {
  readonly operationId: string;
  readonly session: number | null;
  readonly ownerId: string | null;
  readonly contractName: string;
  readonly level: AgreementLevel;
  readonly finalization: FinalizationOutcome | null;
  readonly evidenceIds: readonly string[];
  /** The tick of the last entry that was recorded for the operation: never a budget. */
  readonly lastUpdatedTick: number | null;
  readonly reason: string | null;
}

/** What has to be agreed, and what may be done before it is. Reference 1.2. */
export interface AgreementProfile {
  readonly profileName: string;
  readonly visibility: OperationVisibility;
  readonly rule: AgreementRule;
  /** From this level on the result may be used, if the visibility permits it too. */
  readonly usableAt: AgreementLevel;
  /** The level at which the operation counts as final, and that its closing evidence must support. */
  readonly finalizedAt: AgreementLevel;
  /** The kind of the evidence that closes the operation. */
  readonly requiredEvidenceKind: AgreementEvidenceKind;
}

/** A profile bound to one operation. Reference 1.2. */
export interface AgreementContract extends Omit<AgreementProfile, 'profileName'> {
  readonly contractName: string;
  readonly operationId: string;
  readonly session: number | null;
  readonly ownerId: string | null;
  readonly profileName: string | null;
}

/** The state that the operation was begun upon. Reference 1.2. */
export interface PrestateBinding {
  readonly bindingId: string;
  readonly operationId: string;
  readonly session: number | null;
  readonly stateDigest: string;
  readonly epochRef: string | null;
  readonly participantDigest: string | null;
}
