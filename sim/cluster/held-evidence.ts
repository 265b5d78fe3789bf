import type { CborValue } from '../../src/codec/cbor.js';
import { readArray } from '../../src/codec/shape.js';
import { evidenceProjection } from '../../src/evidence/projection.js';
import type { Fact } from '../oracles/facts.js';
import { evidenceDigest } from './tell-evidence.js';

/** The evidence that the captured state of a workflow node holds, in the order of ids. */
export function heldEvidence(node: string, entriesMax: number, state: CborValue, lsn: number): Fact {
  const [, , , , captured = null] = readArray(state, 'state');
  const { held } = evidenceProjection({ entriesMax }).restore(captured);
  const pieces = [...held].map(([id, piece]) => `${id}=${evidenceDigest(piece)}`).sort();
  return { kind: 'node.cache', node, lsn, held: pieces.join(' ') };
}
