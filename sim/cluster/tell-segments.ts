import type { CborValue } from '../../src/codec/cbor.js';
import { textOf } from '../../src/remote/object-name.js';
import { decodeEntry, type SegmentsEntry } from '../../src/remote/segments-entry.js';
import { applyEntry, emptyState, objectAt } from '../../src/remote/segments-state.js';
import type { Fact } from '../oracles/facts.js';

/** Tells what the entries of a room of segments say, and what the store makes of each: what is there under the name after it. */
export function segmentsTeller(node: string): (value: CborValue) => readonly Fact[] {
  const state = emptyState();
  return (value) => {
    const entry = decodeEntry(value);
    applyEntry(state, entry);
    const digest = objectAt(state, entry.name)?.digest ?? '';
    return [tellEntry(entry, node), { kind: 'store.found', node, object: textOf(entry.name), digest }];
  };
}

function tellEntry(entry: SegmentsEntry, node: string): Fact {
  const { holder } = entry;
  const object = textOf(entry.name);
  switch (entry.kind) {
    case 'stored':
      return { kind: 'log.object', node, object, standing: 'put', holder, digest: entry.digest };
    case 'held':
    case 'released':
    case 'forgotten':
      return { kind: 'log.object', node, object, standing: entry.kind, holder, digest: '' };
  }
}
