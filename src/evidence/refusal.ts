import type { BoundEvidence } from './evidence.js';
import type { EffectFailure } from './outcome.js';

/**
 * Why an outcome was not held. Nothing was recorded, and the cache is as it was.
 *
 * | code | meaning |
 * |---|---|
 * | `EVIDENCE_NOT_LASTING` | the outcome is blocked, or a failure that may pass: ask again |
 * | `EVIDENCE_AUTHORITY_UNBOUND` | a success grants authority, and the request does not say under which lease |
 * | `EVIDENCE_CONFLICT` | the id stands for other evidence already: use that, or another id |
 * | `EVIDENCE_CACHE_FULL` | the cache is full of evidence that is needed: release an operation, then record again |
 * | `EVIDENCE_TOO_LARGE` | the outcome is too large to be held: keep it elsewhere, and record its digest |
 * | `EVIDENCE_INVALID` | what was given is no evidence that could be read again |
 */
export type EvidenceRefusal =
  OutcomeNotLasting | AuthorityUnbound | EvidenceConflict | CacheFull | EvidenceTooLarge | InvalidEvidence;

/** Flaw D19. */
export class OutcomeNotLasting extends Error {
  readonly code = 'EVIDENCE_NOT_LASTING';
  override readonly name = 'OutcomeNotLasting';
  readonly evidenceId: string;
  readonly outcome: { readonly status: 'blocked' } | EffectFailure;
  constructor(evidenceId: string, outcome: { readonly status: 'blocked' } | EffectFailure) {
    const what = outcome.status === 'blocked' ? 'blocked' : `the failure ${outcome.kind}`;
    super(`the outcome of evidence \`${evidenceId}\` is ${what}, which may pass`);
    this.evidenceId = evidenceId;
    this.outcome = outcome;
  }
}

/** Flaw D21. */
export class AuthorityUnbound extends Error {
  readonly code = 'EVIDENCE_AUTHORITY_UNBOUND';
  override readonly name = 'AuthorityUnbound';
  readonly evidenceId: string;
  constructor(evidenceId: string) {
    super(`evidence \`${evidenceId}\` grants authority, but its request names no lease`);
    this.evidenceId = evidenceId;
  }
}

/** What two pieces of evidence of one id may differ in, in the order in which they are compared. */
export type ConflictingField = Exclude<keyof BoundEvidence, 'evidenceId'>;

/** One id stands for one request and one outcome. Flaws D17, D20 and D22. */
export class EvidenceConflict extends Error {
  readonly code = 'EVIDENCE_CONFLICT';
  override readonly name = 'EvidenceConflict';
  readonly evidenceId: string;
  /** The first one that differs. */
  readonly field: ConflictingField;
  /** What is held under the id, and stays. */
  readonly held: BoundEvidence;
  constructor(field: ConflictingField, held: BoundEvidence) {
    super(`evidence \`${held.evidenceId}\` is held with another ${field}`);
    this.evidenceId = held.evidenceId;
    this.field = field;
    this.held = held;
  }
}

/** Nothing held may be evicted. Mutant E3: what is needed never is. */
export class CacheFull extends Error {
  readonly code = 'EVIDENCE_CACHE_FULL';
  override readonly name = 'CacheFull';
  readonly evidenceId: string;
  readonly entriesMax: number;
  constructor(evidenceId: string, entriesMax: number) {
    super(`no room for evidence \`${evidenceId}\`: the cache takes ${entriesMax}, and too many are needed`);
    this.evidenceId = evidenceId;
    this.entriesMax = entriesMax;
  }
}

/** Flaw D26. */
export class EvidenceTooLarge extends Error {
  readonly code = 'EVIDENCE_TOO_LARGE';
  override readonly name = 'EvidenceTooLarge';
  readonly evidenceId: string;
  readonly bytes: number;
  readonly bytesMax: number;
  constructor(evidenceId: string, bytes: number, bytesMax: number) {
    super(`evidence \`${evidenceId}\` takes ${bytes} bytes, max is ${bytesMax}`);
    this.evidenceId = evidenceId;
    this.bytes = bytes;
    this.bytesMax = bytesMax;
  }
}

export class InvalidEvidence extends Error {
  readonly code = 'EVIDENCE_INVALID';
  override readonly name = 'InvalidEvidence';
  readonly evidenceId: string;
  constructor(evidenceId: string, cause: Error) {
    super(`evidence \`${evidenceId}\` could not be read again: ${cause.message}`, { cause });
    this.evidenceId = evidenceId;
  }
}
