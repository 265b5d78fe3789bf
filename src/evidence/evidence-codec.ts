import type { CborRecord, CborValue } from '../codec/cbor.js';
import { ShapeError } from '../codec/codec-error.js';
import { readBoolean, readRecord, readText } from '../codec/shape.js';
import type { BoundEvidence, EffectEvidence } from './evidence.js';
import { type EffectOutcome, grantsAuthority, lastingOutcomeOf } from './outcome.js';
import { decodeOutcome, encodeOutcome } from './outcome-codec.js';
import { readFingerprint } from './request-fingerprint.js';

type Found = CborValue | undefined;

/** As the reference writes an entry of its cache (2.2). */
export function encodeEffectEvidence(evidence: EffectEvidence): CborRecord {
  return {
    evidence_id: evidence.evidenceId,
    interface_name: evidence.interfaceName,
    operation_name: evidence.operationName,
    outcome: encodeOutcome(evidence.outcome),
  };
}

/** @throws ShapeError */
export function decodeEffectEvidence(value: Found, path: string): EffectEvidence {
  const record = readRecord(value, path);
  return {
    evidenceId: readText(record['evidence_id'], `${path}.evidence_id`),
    interfaceName: readText(record['interface_name'], `${path}.interface_name`),
    operationName: readText(record['operation_name'], `${path}.operation_name`),
    outcome: decodeOutcome(record['outcome'], `${path}.outcome`),
  };
}

export function encodeBoundEvidence(evidence: BoundEvidence<EffectOutcome>): CborRecord {
  return {
    ...encodeEffectEvidence(evidence),
    request_fingerprint: evidence.fingerprint,
    operation_id: evidence.operationId,
    lease_in_request: evidence.leaseInRequest,
  };
}

/** @throws ShapeError, also on an outcome that the cache never holds. */
export function decodeBoundEvidence(value: Found, path: string): BoundEvidence {
  const record = readRecord(value, path);
  const { outcome, ...evidence } = decodeEffectEvidence(record, path);
  const leaseInRequest = readBoolean(record['lease_in_request'], `${path}.lease_in_request`);
  const lasting = lastingOutcomeOf(outcome);
  if (lasting === undefined) throw new ShapeError(`${path}.outcome`, 'a lasting outcome', outcome.status);
  if (grantsAuthority(lasting) && !leaseInRequest) {
    throw new ShapeError(`${path}.lease_in_request`, 'true where authority is granted', 'false');
  }
  return {
    ...evidence,
    outcome: lasting,
    fingerprint: readFingerprint(record['request_fingerprint'], `${path}.request_fingerprint`),
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    leaseInRequest,
  };
}
