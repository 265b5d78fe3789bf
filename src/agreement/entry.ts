import type { AgreementLevel, FinalizationOutcome } from './level.js';
import type { AgreementContract, AgreementEvidence, PrestateBinding } from './records.js';

/** What is recorded about agreement. The first four kinds are those of the reference (2.1), and all that an artifact holds. */
export type AgreementWalEntry =
  EvidenceProducedEntry | EscalationEntry | FinalizationEntry | VisibilityGateCrossingEntry;

/** All that the log holds: the reference's entries, and those that make the log enough to recover from. Never exported. */
export type AgreementEntry = AgreementWalEntry | ContractRegisteredEntry | OperationForgottenEntry;

export interface EvidenceProducedEntry {
  readonly kind: 'evidence_produced';
  readonly evidence: AgreementEvidence;
  readonly tick: number;
}

export interface EscalationEntry {
  readonly kind: 'escalation';
  readonly operationId: string;
  readonly previousLevel: AgreementLevel;
  readonly newLevel: AgreementLevel;
  readonly evidenceId: string | null;
  readonly tick: number;
}

export interface FinalizationEntry {
  readonly kind: 'finalization';
  readonly operationId: string;
  readonly outcome: FinalizationOutcome;
  readonly materializationProofId: string | null;
  readonly canonicalHandleId: string | null;
  readonly tick: number;
}

export interface VisibilityGateCrossingEntry {
  readonly kind: 'visibility_gate_crossing';
  readonly operationId: string;
  readonly downstreamCoroutineId: string;
  readonly gateLevel: AgreementLevel;
  readonly tick: number;
}

/** What the operation was begun under. Without it a restart would know a level, but not the rule that it has to follow. */
export interface ContractRegisteredEntry {
  readonly kind: 'contract_registered';
  readonly contract: AgreementContract;
  /** Whose word counts, each once. */
  readonly participants: readonly string[];
  readonly prestate: PrestateBinding;
  readonly tick: number;
}

/** A terminal operation that nobody will ask for any more: what keeps memory bounded. */
export interface OperationForgottenEntry {
  readonly kind: 'operation_forgotten';
  readonly operationId: string;
  readonly tick: number;
}

export function operationIdOf(entry: AgreementEntry): string {
  switch (entry.kind) {
    case 'evidence_produced':
      return entry.evidence.operationId;
    case 'contract_registered':
      return entry.contract.operationId;
    case 'escalation':
    case 'finalization':
    case 'visibility_gate_crossing':
    case 'operation_forgotten':
      return entry.operationId;
  }
}

export function isWalEntry(entry: AgreementEntry): entry is AgreementWalEntry {
  return entry.kind !== 'contract_registered' && entry.kind !== 'operation_forgotten';
}

/** The stable identity of an entry, character for character that of the reference (2.1). */
export function identityOf(entry: AgreementWalEntry): string {
  switch (entry.kind) {
    case 'escalation':
      return joined(
        'escalation',
        entry.operationId,
        pascal(entry.previousLevel),
        pascal(entry.newLevel),
        entry.evidenceId,
        entry.tick,
      );
    case 'evidence_produced': {
      const { operationId, evidenceId, level } = entry.evidence;
      return joined('evidence', operationId, evidenceId, pascal(level), entry.tick);
    }
    case 'finalization':
      return joined(
        'finalization',
        entry.operationId,
        pascal(entry.outcome),
        entry.materializationProofId,
        entry.canonicalHandleId,
        entry.tick,
      );
    case 'visibility_gate_crossing':
      return joined(
        'gate',
        entry.operationId,
        entry.downstreamCoroutineId,
        pascal(entry.gateLevel),
        entry.tick,
      );
  }
}

function joined(...parts: readonly (string | number | null)[]): string {
  return parts.map((part) => part ?? '-').join(':');
}

/** `soft_safe` as `SoftSafe`. */
function pascal(words: string): string {
  return words
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** What a probe is told: the kind of the entry that was recorded last. */
export const agreementStates = [
  'evidence_produced',
  'escalation',
  'finalization',
  'visibility_gate_crossing',
  'contract_registered',
  'operation_forgotten',
] as const satisfies readonly AgreementEntry['kind'][];
