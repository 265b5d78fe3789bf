import type { EvidenceEntry } from './entry.js';
import type { BoundEvidence } from './evidence.js';

/** The cache: the fold of its entries. */
export interface EvidenceState {
  /** Everything held, by evidence id: each either needed or evictable. Nothing depends on its order. */
  readonly held: Map<string, BoundEvidence>;
  /** By operation id, what the operation still needs, as it was recorded. Nothing depends on the order of operations. */
  readonly needed: Map<string, BoundEvidence[]>;
  /** By evidence id, what was released, in the order of release: the first one goes first. */
  readonly evictable: Map<string, BoundEvidence>;
}

/** The log holds an entry that cannot follow what comes before it. */
export class EvidenceLogCorrupt extends Error {
  readonly code = 'EVIDENCE_LOG_CORRUPT';
  override readonly name = 'EvidenceLogCorrupt';
  /** Of the evidence or of the operation that the entry is about. */
  readonly subject: string;
  constructor(subject: string, reason: string) {
    super(`evidence log is corrupt at \`${subject}\`: ${reason}`);
    this.subject = subject;
  }
}

export function emptyState(): EvidenceState {
  return { held: new Map(), needed: new Map(), evictable: new Map() };
}

/**
 * How many are held is not looked at: the bound may have been higher when the log was written.
 *
 * @throws {@link EvidenceLogCorrupt} on an entry that cannot have been decided.
 */
export function applyEntry(state: EvidenceState, entry: EvidenceEntry): void {
  switch (entry.kind) {
    case 'evidence_recorded':
      return holdNeeded(state, entry.evidence);
    case 'operation_released': {
      const released = state.needed.get(entry.operationId);
      if (released === undefined)
        throw new EvidenceLogCorrupt(entry.operationId, 'released without evidence');
      state.needed.delete(entry.operationId);
      for (const evidence of released) state.evictable.set(evidence.evidenceId, evidence);
      return;
    }
    case 'evidence_evicted':
      if (!state.evictable.delete(entry.evidenceId)) {
        throw new EvidenceLogCorrupt(entry.evidenceId, 'evicted before it was released');
      }
      state.held.delete(entry.evidenceId);
  }
}

/** @throws {@link EvidenceLogCorrupt} when its id is held already. */
export function holdNeeded(state: EvidenceState, evidence: BoundEvidence): void {
  hold(state, evidence);
  const needed = state.needed.get(evidence.operationId);
  if (needed === undefined) state.needed.set(evidence.operationId, [evidence]);
  else needed.push(evidence);
}

/** @throws {@link EvidenceLogCorrupt} when its id is held already. */
export function holdEvictable(state: EvidenceState, evidence: BoundEvidence): void {
  hold(state, evidence);
  state.evictable.set(evidence.evidenceId, evidence);
}

function hold({ held }: EvidenceState, evidence: BoundEvidence): void {
  if (held.has(evidence.evidenceId)) throw new EvidenceLogCorrupt(evidence.evidenceId, 'recorded twice');
  held.set(evidence.evidenceId, evidence);
}
