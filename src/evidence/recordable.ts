import { type CborValue, decode, encodeCanonical } from '../codec/cbor.js';
import { CodecError } from '../codec/codec-error.js';
import { readArray } from '../codec/shape.js';
import type { BoundEvidence } from './evidence.js';
import { decodeBoundEvidence, encodeBoundEvidence } from './evidence-codec.js';
import { type EffectOutcome, grantsAuthority, lastingOutcomeOf } from './outcome.js';
import {
  AuthorityUnbound,
  type EvidenceRefusal,
  EvidenceTooLarge,
  InvalidEvidence,
  OutcomeNotLasting,
} from './refusal.js';

/** The most bytes that one piece of evidence may have, encoded: the result of a workflow, of up to 1 MiB, and 64 KiB for what it is bound to. */
export const evidenceBytesMax = 1_114_112;

/** How deep an artifact nests its entries. The log nests them less. */
const artifactNesting = 4;

export type Recordable =
  | { readonly kind: 'recordable'; readonly evidence: BoundEvidence }
  | { readonly kind: 'refused'; readonly refusal: EvidenceRefusal };

/**
 * The evidence as it will be read from the log again, or why it must not be written. The copy shares nothing with what the
 * caller has, and its records list their keys in canonical order: the live cache is what a replay makes of it.
 */
export function recordable(evidence: BoundEvidence<EffectOutcome>): Recordable {
  const { evidenceId, outcome, leaseInRequest } = evidence;
  if (outcome.status !== 'success' && lastingOutcomeOf(outcome) === undefined) {
    return refused(new OutcomeNotLasting(evidenceId, outcome));
  }
  if (grantsAuthority(outcome) && !leaseInRequest) return refused(new AuthorityUnbound(evidenceId));
  try {
    const bytes = encodeCanonical(wrap(encodeBoundEvidence(evidence), artifactNesting));
    const size = bytes.length - artifactNesting;
    if (size > evidenceBytesMax) return refused(new EvidenceTooLarge(evidenceId, size, evidenceBytesMax));
    const read = unwrap(decode(bytes), artifactNesting);
    return { kind: 'recordable', evidence: decodeBoundEvidence(read, 'evidence') };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return refused(new InvalidEvidence(evidenceId, error));
  }
}

function refused(refusal: EvidenceRefusal): Recordable {
  return { kind: 'refused', refusal };
}

function wrap(value: CborValue, times: number): CborValue {
  return times === 0 ? value : wrap([value], times - 1);
}

function unwrap(value: CborValue, times: number): CborValue {
  return times === 0 ? value : unwrap(readArray(value, 'evidence')[0] ?? null, times - 1);
}
