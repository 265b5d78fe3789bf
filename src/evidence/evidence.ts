import type { EffectOutcome, LastingOutcome } from './outcome.js';
import type { RequestFingerprint } from './request-fingerprint.js';

/** What came of one effect, as the reference's cache tells it (2.2): all that an artifact holds. */
export interface EffectEvidence<Outcome extends EffectOutcome = EffectOutcome> {
  readonly evidenceId: string;
  /** Such as `Guard`, of which `operationName` is one operation, such as `acquire`. */
  readonly interfaceName: string;
  readonly operationName: string;
  readonly outcome: Outcome;
}

/** Evidence that is bound to the request that it answers and to the operation that needs it. */
export interface BoundEvidence<
  Outcome extends EffectOutcome = LastingOutcome,
> extends EffectEvidence<Outcome> {
  readonly fingerprint: RequestFingerprint;
  /** The durable operation that would have to act again without this evidence. */
  readonly operationId: string;
  /**
   * True when the fingerprinted request names the lease (or the generation) that a success grants, so that whoever holds
   * another one meets a conflict and never a hit. Without it no success that grants authority is held. Flaw D21.
   */
  readonly leaseInRequest: boolean;
}
