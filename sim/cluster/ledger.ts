import type { CborValue } from '../../src/codec/cbor.js';
import { readRecord, readText, readUnsigned } from '../../src/codec/shape.js';
import type { Projection } from '../../src/log/projection.js';
import { hashText } from '../trace/mix.js';

/** One line in the ledger. */
export interface LedgerLine {
  readonly id: string;
  /** Filler, so that records have all sizes. */
  readonly filler: string;
}

/** How many lines there are, and a chain over all of them in order: equal chains mean equal histories. */
export interface LedgerState {
  lines: number;
  chain: number;
}

/**
 * The simplest projection that can tell whether a log was recovered right: it counts lines and chains them. It records whatever it
 * is given, as one batch.
 */
export const ledger: Projection<LedgerState, readonly LedgerLine[], LedgerLine, never> = {
  name: 'ledger',
  initial: () => ({ lines: 0, chain: 0 }),
  decide: (_state, lines) => ({ kind: 'accepted', entries: lines }),
  apply(state, line) {
    state.lines += 1;
    state.chain = Math.imul(state.chain ^ hashText(line.id), 0x01000193) >>> 0;
    state.chain = Math.imul(state.chain ^ hashText(line.filler), 0x01000193) >>> 0;
  },
  encodeEntry: (line) => ({ id: line.id, filler: line.filler }),
  decodeEntry(value) {
    const record = readRecord(value, 'line');
    return { id: readText(record['id'], 'line.id'), filler: readText(record['filler'], 'line.filler') };
  },
  capture: (state): CborValue => ({ lines: state.lines, chain: state.chain }),
  restore(value) {
    const record = readRecord(value, 'ledger');
    return {
      lines: readUnsigned(record['lines'], 'ledger.lines'),
      chain: readUnsigned(record['chain'], 'ledger.chain'),
    };
  },
};
