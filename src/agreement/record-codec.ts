import type { CborValue } from '../codec/cbor.js';
import { digestOf } from '../codec/digest.js';
import { readBoolean, readOneOf, readOptional, readRecord, readText, readUnsigned } from '../codec/shape.js';
import { agreementLevels, operationVisibilities } from './level.js';
import {
  type AgreementContract,
  type AgreementEvidence,
  type AgreementRule,
  agreementEvidenceKinds,
  type PrestateBinding,
} from './records.js';

/**
 * The records as the reference writes them (1.2): snake_case keys in declaration order, absent values as null. Readers take
 * the keys in any order, ignore those that they do not know, and take a missing optional one for null.
 */
type Found = CborValue | undefined;

export function encodeEvidence(evidence: AgreementEvidence): CborValue {
  return {
    evidence_id: evidence.evidenceId,
    operation_id: evidence.operationId,
    session: evidence.session,
    owner_id: evidence.ownerId,
    level: evidence.level,
    kind: evidence.kind,
    reference: evidence.reference,
    authoritative: evidence.authoritative,
  };
}

export function decodeEvidence(value: Found, path: string): AgreementEvidence {
  const record = readRecord(value, path);
  return {
    evidenceId: readText(record['evidence_id'], `${path}.evidence_id`),
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    session: readOptional(record['session'], `${path}.session`, readUnsigned),
    ownerId: readOptional(record['owner_id'], `${path}.owner_id`, readText),
    level: readOneOf(record['level'], `${path}.level`, agreementLevels),
    kind: readOneOf(record['kind'], `${path}.kind`, agreementEvidenceKinds),
    reference: readText(record['reference'], `${path}.reference`),
    authoritative: readBoolean(record['authoritative'], `${path}.authoritative`),
  };
}

/** A rule without parameters is a text, one with a parameter is a map of one key. */
export function encodeRule(rule: AgreementRule): CborValue {
  switch (rule.kind) {
    case 'no_agreement':
    case 'any_participant':
    case 'unanimous':
      return rule.kind;
    case 'threshold':
      return { threshold: { required_participants: rule.requiredParticipants } };
    case 'named':
      return { named: { rule_name: rule.ruleName } };
  }
}

export function decodeRule(value: Found, path: string): AgreementRule {
  if (typeof value === 'string') {
    return { kind: readOneOf(value, path, ['no_agreement', 'any_participant', 'unanimous']) };
  }
  const rule = readRecord(value, path);
  const kind = readOneOf(Object.keys(rule).join(), `${path} key`, ['threshold', 'named']);
  const parameters = readRecord(rule[kind], `${path}.${kind}`);
  if (kind === 'named') {
    return { kind, ruleName: readText(parameters['rule_name'], `${path}.named.rule_name`) };
  }
  const required = parameters['required_participants'];
  return {
    kind,
    requiredParticipants: readUnsigned(required, `${path}.threshold.required_participants`),
  };
}

export function encodeContract(contract: AgreementContract): CborValue {
  return {
    contract_name: contract.contractName,
    operation_id: contract.operationId,
    session: contract.session,
    owner_id: contract.ownerId,
    profile_name: contract.profileName,
    visibility: contract.visibility,
    rule: encodeRule(contract.rule),
    usable_at: contract.usableAt,
    finalized_at: contract.finalizedAt,
    required_evidence_kind: contract.requiredEvidenceKind,
  };
}

export function decodeContract(value: Found, path: string): AgreementContract {
  const record = readRecord(value, path);
  return {
    contractName: readText(record['contract_name'], `${path}.contract_name`),
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    session: readOptional(record['session'], `${path}.session`, readUnsigned),
    ownerId: readOptional(record['owner_id'], `${path}.owner_id`, readText),
    profileName: readOptional(record['profile_name'], `${path}.profile_name`, readText),
    visibility: readOneOf(record['visibility'], `${path}.visibility`, operationVisibilities),
    rule: decodeRule(record['rule'], `${path}.rule`),
    usableAt: readOneOf(record['usable_at'], `${path}.usable_at`, agreementLevels),
    finalizedAt: readOneOf(record['finalized_at'], `${path}.finalized_at`, agreementLevels),
    requiredEvidenceKind: readOneOf(
      record['required_evidence_kind'],
      `${path}.required_evidence_kind`,
      agreementEvidenceKinds,
    ),
  };
}

export function encodePrestate(prestate: PrestateBinding): CborValue {
  return {
    binding_id: prestate.bindingId,
    operation_id: prestate.operationId,
    session: prestate.session,
    state_digest: prestate.stateDigest,
    epoch_ref: prestate.epochRef,
    participant_digest: prestate.participantDigest,
  };
}

export function decodePrestate(value: Found, path: string): PrestateBinding {
  const record = readRecord(value, path);
  return {
    bindingId: readText(record['binding_id'], `${path}.binding_id`),
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    session: readOptional(record['session'], `${path}.session`, readUnsigned),
    stateDigest: readText(record['state_digest'], `${path}.state_digest`),
    epochRef: readOptional(record['epoch_ref'], `${path}.epoch_ref`, readText),
    participantDigest: readOptional(record['participant_digest'], `${path}.participant_digest`, readText),
  };
}

/** Whether two records say the same, field by field. */
export function sameData(one: CborValue, other: CborValue): boolean {
  return digestOf(one) === digestOf(other);
}
