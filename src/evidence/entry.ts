import type { CborValue } from '../codec/cbor.js';
import { readOneOf, readRecord, readText } from '../codec/shape.js';
import type { BoundEvidence } from './evidence.js';
import { decodeBoundEvidence, encodeBoundEvidence } from './evidence-codec.js';

/** What the cache is folded from. */
export type EvidenceEntry =
  | { readonly kind: 'evidence_recorded'; readonly evidence: BoundEvidence }
  | { readonly kind: 'operation_released'; readonly operationId: string }
  | { readonly kind: 'evidence_evicted'; readonly evidenceId: string };

/** What a probe is told: the kind of the entry that was recorded last. */
export const evidenceStates = [
  'evidence_recorded',
  'operation_released',
  'evidence_evicted',
] as const satisfies readonly EvidenceEntry['kind'][];

export function encodeEntry(entry: EvidenceEntry): CborValue {
  const { kind } = entry;
  switch (kind) {
    case 'evidence_recorded':
      return { kind, evidence: encodeBoundEvidence(entry.evidence) };
    case 'operation_released':
      return { kind, operation_id: entry.operationId };
    case 'evidence_evicted':
      return { kind, evidence_id: entry.evidenceId };
  }
}

/** @throws ShapeError when it is no entry. */
export function decodeEntry(value: CborValue): EvidenceEntry {
  const record = readRecord(value, 'entry');
  const kind = readOneOf(record['kind'], 'entry.kind', evidenceStates);
  switch (kind) {
    case 'evidence_recorded':
      return { kind, evidence: decodeBoundEvidence(record['evidence'], 'entry.evidence') };
    case 'operation_released':
      return { kind, operationId: readText(record['operation_id'], 'entry.operation_id') };
    case 'evidence_evicted':
      return { kind, evidenceId: readText(record['evidence_id'], 'entry.evidence_id') };
  }
}
