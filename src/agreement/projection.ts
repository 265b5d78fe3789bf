import type { Projection } from '../log/projection.js';
import type { AgreementCommand } from './command.js';
import { decide } from './decide.js';
import type { AgreementEntry } from './entry.js';
import { decodeEntry, encodeEntry } from './entry-codec.js';
import type { AgreementRefusal } from './refusal.js';
import { capture, restore } from './snapshot.js';
import { type AgreementRoomState, applyEntry } from './state.js';

/** Who agreed to what, and how each operation ended: levels, evidence, outcomes and gate crossings. Design 3, points 3, 6 to 8. */
export const agreementProjection: Projection<
  AgreementRoomState,
  AgreementCommand,
  AgreementEntry,
  AgreementRefusal
> = {
  name: 'agreement',
  initial: () => ({ operations: new Map(), lastLsn: 0 }),
  decide,
  apply(state, entry, lsn) {
    applyEntry(state.operations, entry);
    state.lastLsn = lsn;
  },
  encodeEntry,
  decodeEntry: (value) => decodeEntry(value),
  capture,
  restore,
};
