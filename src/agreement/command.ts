import type { AgreementLevel, FinalizationOutcome } from './level.js';
import type { AgreementContract, AgreementEvidence, PrestateBinding } from './records.js';
import type { WalSyncRequest } from './wal-sync.js';

/**
 * What may be asked of the agreement room. Every command carries the tick at which it is given: an unsigned whole number that is
 * recorded, and never compared.
 *
 * Each may be given again, whatever became of the first time: what is recorded already is accepted with nothing to record.
 */
export type AgreementCommand =
  | RegisterCommand
  | SubmitEvidenceCommand
  | EscalateCommand
  | CertifyCommand
  | FinalizeCommand
  | CrossGateCommand
  | WalSyncCommand
  | ForgetCommand;

/** Begins an operation under a contract, at level provisional. */
export interface RegisterCommand {
  readonly kind: 'register';
  readonly contract: AgreementContract;
  readonly participants: readonly string[];
  readonly prestate: PrestateBinding;
  readonly tick: number;
}

export interface SubmitEvidenceCommand {
  readonly kind: 'submit_evidence';
  readonly operationId: string;
  readonly evidence: AgreementEvidence;
  readonly tick: number;
}

/** Raises the level to soft_safe, once the contract's rule is met. The level finalized comes only with {@link FinalizeCommand}. */
export interface EscalateCommand {
  readonly kind: 'escalate';
  readonly operationId: string;
  readonly previousLevel: AgreementLevel;
  readonly newLevel: AgreementLevel;
  /** What stands for the new level, such as a certificate: authoritative, recorded, and of that level at least. */
  readonly evidenceId: string | null;
  readonly tick: number;
}

/** Brings the certificate that the rule was met, and raises the level to soft_safe on it: both, or neither. Design 3, point 6. */
export interface CertifyCommand {
  readonly kind: 'certify';
  readonly operationId: string;
  readonly evidence: AgreementEvidence;
  readonly tick: number;
}

/** Decides the terminal outcome, once and for all. */
export interface FinalizeCommand {
  readonly kind: 'finalize';
  readonly operationId: string;
  readonly outcome: FinalizationOutcome;
  /** The recorded evidence that closes the operation: needed for finalized, and looked at for no other outcome. */
  readonly evidenceId: string | null;
  readonly materializationProofId: string | null;
  readonly canonicalHandleId: string | null;
  /** See {@link WalSyncCommand}. */
  readonly isAdopted?: true;
  readonly tick: number;
}

/** Lets something downstream use the result. Whoever asks holds it back until this is durable. */
export interface CrossGateCommand {
  readonly kind: 'cross_gate';
  readonly operationId: string;
  readonly downstreamCoroutineId: string;
  readonly gateLevel: AgreementLevel;
  readonly tick: number;
}

/** Evidence, level, outcome and gate in one: all of it is recorded, or none. */
export interface WalSyncCommand {
  readonly kind: 'wal_sync';
  readonly request: WalSyncRequest;
  readonly materializationProofId: string | null;
  readonly canonicalHandleId: string | null;
  /**
   * The outcome was decided elsewhere, by whoever has the last word, and its fact closes the operation here: the rule was for whoever asked for
   * that to meet, and is not asked for again.
   */
  readonly isAdopted?: true;
}

/** Drops a terminal operation from memory. Whoever asks makes sure that its id is not used again. */
export interface ForgetCommand {
  readonly kind: 'forget';
  readonly operationId: string;
  readonly tick: number;
}
