import type {
  AgreementEntry,
  AgreementWalEntry,
  ContractRegisteredEntry,
  FinalizationEntry,
} from './entry.js';
import { type AgreementLevel, type FinalizationOutcome, higherLevel } from './level.js';
import { encodeEvidence, sameData } from './record-codec.js';
import type { AgreementContract, AgreementEvidence, AgreementState } from './records.js';
import { isMet, ruleProgress } from './rule.js';

/** What is known of one operation: the fold of its entries. Belongs to the fold that makes it. */
export interface Operation {
  readonly operationId: string;
  /** Missing only in a log that comes from elsewhere: artifacts hold no contracts. */
  readonly registration: ContractRegisteredEntry | undefined;
  level: AgreementLevel;
  finalization: FinalizationEntry | undefined;
  /** By evidence id, in order of arrival. */
  readonly evidence: Map<string, AgreementEvidence>;
  /** All that was recorded for the operation, in order, each entry once: its state is nothing but the fold of these. */
  readonly history: AgreementEntry[];
}

/** An operation of which nothing is known yet. */
export function beginOperation(operationId: string): Operation {
  return {
    operationId,
    registration: undefined,
    level: 'none',
    finalization: undefined,
    evidence: new Map(),
    history: [],
  };
}

export function registeredOperation(registration: ContractRegisteredEntry): Operation {
  return { ...beginOperation(registration.contract.operationId), registration, history: [registration] };
}

export function cloneOperation(operation: Operation): Operation {
  return { ...operation, evidence: new Map(operation.evidence), history: [...operation.history] };
}

/** Takes in an entry that is none of what `entryViolation` refuses. A finalized outcome implies the level. */
export function advanceOperation(operation: Operation, entry: AgreementWalEntry): void {
  operation.history.push(entry);
  switch (entry.kind) {
    case 'evidence_produced':
      operation.evidence.set(entry.evidence.evidenceId, entry.evidence);
      return;
    case 'escalation':
      operation.level = entry.newLevel;
      return;
    case 'finalization':
      operation.finalization = entry;
      if (entry.outcome === 'finalized') operation.level = 'finalized';
      return;
    case 'visibility_gate_crossing':
  }
}

/**
 * Whether the operation already holds what the entry says, whatever the tick: recording it again would only make the log
 * longer. Not decided by the entry's identity, which leaves out most of an evidence's body and runs ids together.
 */
export function holdsEntry(operation: Operation, entry: AgreementWalEntry): boolean {
  switch (entry.kind) {
    case 'evidence_produced': {
      const held = operation.evidence.get(entry.evidence.evidenceId);
      return held !== undefined && sameData(encodeEvidence(held), encodeEvidence(entry.evidence));
    }
    case 'escalation':
      return operation.history.some(
        (held) =>
          held.kind === 'escalation' &&
          held.previousLevel === entry.previousLevel &&
          held.newLevel === entry.newLevel &&
          held.evidenceId === entry.evidenceId,
      );
    case 'finalization': {
      const held = operation.finalization;
      return (
        held?.outcome === entry.outcome &&
        held.materializationProofId === entry.materializationProofId &&
        held.canonicalHandleId === entry.canonicalHandleId
      );
    }
    case 'visibility_gate_crossing':
      return operation.history.some(
        (held) =>
          held.kind === 'visibility_gate_crossing' &&
          held.downstreamCoroutineId === entry.downstreamCoroutineId &&
          held.gateLevel === entry.gateLevel,
      );
  }
}

export function outcomeOf(operation: Operation): FinalizationOutcome | null {
  return operation.finalization?.outcome ?? null;
}

/** The highest level at which a gate of the operation was crossed. */
export function crossedGateLevel(operation: Operation): AgreementLevel | null {
  return operation.history.reduce<AgreementLevel | null>((highest, entry) => {
    if (entry.kind !== 'visibility_gate_crossing') return highest;
    return highest === null ? entry.gateLevel : higherLevel(highest, entry.gateLevel);
  }, null);
}

/**
 * The level that the recorded evidence alone speaks for. Under a contract, what its rule makes of the witnesses; without one,
 * the highest level of any authoritative evidence. Whatever is not authoritative speaks for nothing.
 */
export function supportedLevel(operation: Operation): AgreementLevel {
  const evidence = [...operation.evidence.values()].filter((piece) => piece.authoritative);
  if (operation.registration === undefined) {
    return evidence.reduce<AgreementLevel>((level, piece) => higherLevel(level, piece.level), 'none');
  }
  const { contract, participants } = operation.registration;
  const progress = ruleProgress(contract.rule, participants, evidence, 'soft_safe');
  return progress.required > 0 && isMet(progress) ? 'soft_safe' : 'none';
}

/** The operation as the reference's record of it (1.2). */
export function agreementStateOf(contract: AgreementContract, operation: Operation): AgreementState {
  return {
    operationId: operation.operationId,
    session: contract.session,
    ownerId: contract.ownerId,
    contractName: contract.contractName,
    level: operation.level,
    finalization: outcomeOf(operation),
    evidenceIds: [...operation.evidence.keys()],
    lastUpdatedTick: operation.history.at(-1)?.tick ?? null,
    reason: null,
  };
}
