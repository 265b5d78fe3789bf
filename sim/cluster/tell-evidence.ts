import { type CborValue, encodeCanonical } from '../../src/codec/cbor.js';
import { decodeEntry } from '../../src/evidence/entry.js';
import type { BoundEvidence } from '../../src/evidence/evidence.js';
import { encodeBoundEvidence } from '../../src/evidence/evidence-codec.js';
import type { Fact } from '../oracles/facts.js';
import { bytesDigest } from './bytes-digest.js';

/** What an entry of the evidence room says, for the oracles. */
export function tellEvidence(value: CborValue, node: string, lsn: number): readonly Fact[] {
  const entry = decodeEntry(value);
  switch (entry.kind) {
    case 'evidence_recorded': {
      const { evidenceId: evidence, operationId: operation, outcome } = entry.evidence;
      const status = outcome.status === 'success' ? 'success' : outcome.kind;
      const digest = evidenceDigest(entry.evidence);
      return [{ kind: 'log.evidence-recorded', node, lsn, operation, evidence, status, digest }];
    }
    case 'operation_released':
      return [{ kind: 'log.evidence-released', node, lsn, operation: entry.operationId }];
    case 'evidence_evicted':
      return [{ kind: 'log.evidence-evicted', node, lsn, evidence: entry.evidenceId }];
  }
}

/** Stands for request and outcome of a piece of evidence. */
export function evidenceDigest(held: BoundEvidence): string {
  return bytesDigest(encodeCanonical(encodeBoundEvidence(held)));
}
