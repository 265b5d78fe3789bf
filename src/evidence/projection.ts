import type { Projection } from '../log/projection.js';
import type { EvidenceCommand } from './command.js';
import { decide } from './decide.js';
import { decodeEntry, encodeEntry, type EvidenceEntry } from './entry.js';
import type { EvidenceRefusal } from './refusal.js';
import { capture, restore } from './snapshot.js';
import { applyEntry, emptyState, type EvidenceState } from './state.js';

export interface EvidenceOptions {
  /** The most pieces of evidence that are held at once: a whole number from 1. It may change from one life to the next. */
  readonly entriesMax: number;
}

/** A bound that bounds nothing. */
export class InvalidEntriesMax extends Error {
  readonly code = 'EVIDENCE_INVALID_ENTRIES_MAX';
  override readonly name = 'InvalidEntriesMax';
  readonly entriesMax: number;
  constructor(entriesMax: number) {
    super(`entriesMax is ${entriesMax}, not a whole number from 1`);
    this.entriesMax = entriesMax;
  }
}

/**
 * What came of the effects that operations asked for: successes and permanent failures, each bound to its request, as many as
 * `entriesMax`. Evidence that an operation needs is never evicted. Issue "Evidence outcome cache"; reference 2.2.
 *
 * @throws {@link InvalidEntriesMax}
 */
export function evidenceProjection({
  entriesMax,
}: EvidenceOptions): Projection<EvidenceState, EvidenceCommand, EvidenceEntry, EvidenceRefusal> {
  if (!Number.isSafeInteger(entriesMax) || entriesMax < 1) throw new InvalidEntriesMax(entriesMax);
  return {
    name: 'evidence',
    initial: emptyState,
    decide: (state, command) => decide(state, command, entriesMax),
    apply: applyEntry,
    encodeEntry,
    decodeEntry,
    capture,
    restore,
  };
}
