import { type CborValue, decode, encode } from '../codec/cbor.js';
import { readBytes, readEach, readRecord } from '../codec/shape.js';
import type { BoundEvidence } from './evidence.js';
import { decodeBoundEvidence, encodeBoundEvidence } from './evidence-codec.js';
import { emptyState, type EvidenceState, holdEvictable, holdNeeded } from './state.js';

/**
 * The cache as data: what is needed, by operation id and in each operation as it was recorded, and what may be evicted, in the
 * order in which it will be. Each piece is encoded on its own, so that the codec's limits on items and on depth are not
 * those of the whole.
 */
export function capture({ needed, evictable }: EvidenceState): CborValue {
  const operations = [...needed].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    needed: operations.flatMap(([, evidence]) => evidence.map(encodePiece)),
    evictable: [...evictable.values()].map(encodePiece),
  };
}

/** @throws CodecError or EvidenceLogCorrupt on what no cache could be. */
export function restore(value: CborValue): EvidenceState {
  const captured = readRecord(value, 'evidence');
  const state = emptyState();
  for (const piece of readEach(captured['needed'], 'evidence.needed', decodePiece)) holdNeeded(state, piece);
  for (const piece of readEach(captured['evictable'], 'evidence.evictable', decodePiece)) {
    holdEvictable(state, piece);
  }
  return state;
}

function encodePiece(evidence: BoundEvidence): Uint8Array {
  return encode(encodeBoundEvidence(evidence));
}

function decodePiece(value: CborValue, path: string): BoundEvidence {
  return decodeBoundEvidence(decode(readBytes(value, path)), path);
}
