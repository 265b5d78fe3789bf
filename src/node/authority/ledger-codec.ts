import type { CborValue } from '../../codec/cbor.js';
import { readBytes, readOneOf, readRecord, readText, readUnsigned } from '../../codec/shape.js';
import type { AdmittedOperation, CommitFact, Settlement, SettlementTombstone } from './authority.js';

type Found = CborValue | undefined;

export const outcomes = ['finalized', 'rejected', 'aborted', 'timed_out'] as const;

/** What the ledger holds and tells, as data, and back. The decoders throw ShapeError on anything else. */
export function encodeOperation(operation: AdmittedOperation): CborValue {
  const { operationId, sessionId, workflow, input, inputDigest } = operation;
  return { operation_id: operationId, session_id: sessionId, workflow, input, input_digest: inputDigest };
}

export function decodeOperation(value: Found, path: string): AdmittedOperation {
  const record = readRecord(value, path);
  return {
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    sessionId: readText(record['session_id'], `${path}.session_id`),
    workflow: readText(record['workflow'], `${path}.workflow`),
    input: readBytes(record['input'], `${path}.input`),
    inputDigest: readText(record['input_digest'], `${path}.input_digest`),
  };
}

export function encodeSettlement(settlement: Settlement): CborValue {
  const { outcome } = settlement;
  return outcome === 'finalized'
    ? { outcome, payload: settlement.payload }
    : { outcome, reason: settlement.reason };
}

export function decodeSettlement(value: Found, path: string): Settlement {
  const record = readRecord(value, path);
  const outcome = readOneOf(record['outcome'], `${path}.outcome`, outcomes);
  return outcome === 'finalized'
    ? { outcome, payload: readBytes(record['payload'], `${path}.payload`) }
    : { outcome, reason: readText(record['reason'], `${path}.reason`) };
}

export function encodeFact({ operationId, sessionId, generation, settlement }: CommitFact): CborValue {
  return {
    operation_id: operationId,
    session_id: sessionId,
    generation,
    settlement: encodeSettlement(settlement),
  };
}

export function decodeFact(value: Found, path: string): CommitFact {
  const record = readRecord(value, path);
  return {
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    sessionId: readText(record['session_id'], `${path}.session_id`),
    generation: readUnsigned(record['generation'], `${path}.generation`),
    settlement: decodeSettlement(record['settlement'], `${path}.settlement`),
  };
}

export function encodeTombstone(tombstone: SettlementTombstone): CborValue {
  const { operationId, sessionId, workflow, inputDigest, generation, outcome } = tombstone;
  return {
    operation_id: operationId,
    session_id: sessionId,
    workflow,
    input_digest: inputDigest,
    generation,
    outcome,
  };
}

export function decodeTombstone(value: Found, path: string): SettlementTombstone {
  const record = readRecord(value, path);
  return {
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    sessionId: readText(record['session_id'], `${path}.session_id`),
    workflow: readText(record['workflow'], `${path}.workflow`),
    inputDigest: readText(record['input_digest'], `${path}.input_digest`),
    generation: readUnsigned(record['generation'], `${path}.generation`),
    outcome: readOneOf(record['outcome'], `${path}.outcome`, outcomes),
  };
}
