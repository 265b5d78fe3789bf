import type { CborValue } from '../codec/cbor.js';
import { readEach, readOneOf, readOptional, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type { AgreementEntry, AgreementWalEntry } from './entry.js';
import { agreementLevels, finalizationOutcomes } from './level.js';
import {
  decodeContract,
  decodeEvidence,
  decodePrestate,
  encodeContract,
  encodeEvidence,
  encodePrestate,
} from './record-codec.js';

type Found = CborValue | undefined;

const walKinds = ['escalation', 'evidence_produced', 'finalization', 'visibility_gate_crossing'] as const;
const kinds = [...walKinds, 'contract_registered', 'operation_forgotten'] as const;

/** An entry as the reference writes it (2.1): the tag `kind` first, then the fields in order. */
export function encodeEntry(entry: AgreementEntry): CborValue {
  switch (entry.kind) {
    case 'evidence_produced':
      return { kind: entry.kind, evidence: encodeEvidence(entry.evidence), tick: entry.tick };
    case 'escalation':
      return {
        kind: entry.kind,
        operation_id: entry.operationId,
        previous_level: entry.previousLevel,
        new_level: entry.newLevel,
        evidence_id: entry.evidenceId,
        tick: entry.tick,
      };
    case 'finalization':
      return {
        kind: entry.kind,
        operation_id: entry.operationId,
        outcome: entry.outcome,
        materialization_proof_id: entry.materializationProofId,
        canonical_handle_id: entry.canonicalHandleId,
        tick: entry.tick,
      };
    case 'visibility_gate_crossing':
      return {
        kind: entry.kind,
        operation_id: entry.operationId,
        downstream_coroutine_id: entry.downstreamCoroutineId,
        gate_level: entry.gateLevel,
        tick: entry.tick,
      };
    case 'contract_registered':
      return {
        kind: entry.kind,
        contract: encodeContract(entry.contract),
        participants: entry.participants,
        prestate: encodePrestate(entry.prestate),
        tick: entry.tick,
      };
    case 'operation_forgotten':
      return { kind: entry.kind, operation_id: entry.operationId, tick: entry.tick };
  }
}

/** @throws ShapeError when it is no entry. */
export function decodeEntry(value: Found, path = 'entry'): AgreementEntry {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, kinds);
  const tick = readUnsigned(record['tick'], `${path}.tick`);
  switch (kind) {
    case 'contract_registered':
      return {
        kind,
        contract: decodeContract(record['contract'], `${path}.contract`),
        participants: readEach(record['participants'], `${path}.participants`, readText),
        prestate: decodePrestate(record['prestate'], `${path}.prestate`),
        tick,
      };
    case 'operation_forgotten':
      return { kind, operationId: readText(record['operation_id'], `${path}.operation_id`), tick };
    case 'escalation':
    case 'evidence_produced':
    case 'finalization':
    case 'visibility_gate_crossing':
      return decodeWalEntry(record, path);
  }
}

/** As {@link decodeEntry}, of the four kinds that an artifact may hold. */
export function decodeWalEntry(value: Found, path: string): AgreementWalEntry {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, walKinds);
  const tick = readUnsigned(record['tick'], `${path}.tick`);
  if (kind === 'evidence_produced') {
    return { kind, evidence: decodeEvidence(record['evidence'], `${path}.evidence`), tick };
  }
  const operationId = readText(record['operation_id'], `${path}.operation_id`);
  switch (kind) {
    case 'escalation':
      return {
        kind,
        operationId,
        previousLevel: readOneOf(record['previous_level'], `${path}.previous_level`, agreementLevels),
        newLevel: readOneOf(record['new_level'], `${path}.new_level`, agreementLevels),
        evidenceId: readOptional(record['evidence_id'], `${path}.evidence_id`, readText),
        tick,
      };
    case 'finalization':
      return {
        kind,
        operationId,
        outcome: readOneOf(record['outcome'], `${path}.outcome`, finalizationOutcomes),
        materializationProofId: readOptional(
          record['materialization_proof_id'],
          `${path}.materialization_proof_id`,
          readText,
        ),
        canonicalHandleId: readOptional(
          record['canonical_handle_id'],
          `${path}.canonical_handle_id`,
          readText,
        ),
        tick,
      };
    case 'visibility_gate_crossing':
      return {
        kind,
        operationId,
        downstreamCoroutineId: readText(record['downstream_coroutine_id'], `${path}.downstream_coroutine_id`),
        gateLevel: readOneOf(record['gate_level'], `${path}.gate_level`, agreementLevels),
        tick,
      };
  }
}
