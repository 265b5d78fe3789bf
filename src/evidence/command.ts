import type { BoundEvidence } from './evidence.js';
import type { EffectOutcome } from './outcome.js';

/** What may be asked of the evidence cache. Each may be given again: what is so already is accepted with nothing to record. */
export type EvidenceCommand = RecordCommand | ReleaseCommand | ForgetCommand;

/**
 * Holds the outcome of an effect that was carried out. To make room, evidence that nobody needs is evicted in the same batch.
 *
 * A refusal leaves the effect done and its outcome untold. Those that depend on the room left are prevented by whoever
 * acts: it starts no more effects than there are `vacancies` for. Flaw D18.
 */
export interface RecordCommand {
  readonly kind: 'record';
  readonly evidence: BoundEvidence<EffectOutcome>;
  /**
   * A place was kept for it before its effect began. The bound may have become lower since, and does not count then: whatever has begun has
   * to be able to end.
   */
  readonly hasPlace?: true;
}

/**
 * An operation will not act again: whatever is held for it by now may be evicted, and answers until it is. What is recorded
 * for it later is needed until it is released once more.
 */
export interface ReleaseCommand {
  readonly kind: 'release';
  readonly operationId: string;
}

/** An operation will not act again, and its id may come to stand for another one: what it needed answers nobody any more. */
export interface ForgetCommand {
  readonly kind: 'forget';
  readonly operationId: string;
}
