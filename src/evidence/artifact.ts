import {
  ArtifactError,
  decodeArtifact,
  encodeArtifact,
  evidenceOutcomeCacheOf,
} from '../agreement/artifact.js';
import { ShapeError } from '../codec/codec-error.js';
import type { EffectEvidence } from './evidence.js';
import { decodeEffectEvidence, encodeEffectEvidence } from './evidence-codec.js';
import { grantsAuthority, type LastingOutcome, lastingOutcomeOf } from './outcome.js';
import type { EvidenceState } from './state.js';

/**
 * What an artifact of another cache is good for. Its evidence is bound to no request: whoever knows the request and the
 * operation binds it, and records it as any other.
 */
export interface ImportedEvidence {
  readonly usable: readonly EffectEvidence<LastingOutcome>[];
  readonly dropped: readonly DroppedEvidence[];
}

export interface DroppedEvidence {
  readonly evidence: EffectEvidence;
  readonly reason: DropReason;
}

/**
 * - `blocked`, `transient_failure`: it may end otherwise when it is asked again. Flaw D19.
 * - `authority`: what it grants may have lapsed, and the artifact does not name the lease. Flaw D21.
 * - `repeated_id`: of two that could be used, the first stands, as in the reference.
 */
export type DropReason = 'blocked' | 'transient_failure' | 'authority' | 'repeated_id';

/** Everything held, in the order of evidence ids: equal caches give equal bytes. What binds it to requests is not exported. */
export function exportEvidence(state: EvidenceState): Uint8Array {
  const held = [...state.held.values()];
  return encodeEvidenceArtifact(held.sort((one, other) => (one.evidenceId < other.evidenceId ? -1 : 1)));
}

/** Reads an artifact and says what of it may be used. @throws ArtifactError as {@link decodeEvidenceArtifact}. */
export function importEvidence(bytes: Uint8Array): ImportedEvidence {
  const usable = new Map<string, EffectEvidence<LastingOutcome>>();
  const dropped: DroppedEvidence[] = [];
  for (const evidence of decodeEvidenceArtifact(bytes)) {
    const outcome = lastingOutcomeOf(evidence.outcome);
    if (outcome === undefined) {
      const reason = evidence.outcome.status === 'blocked' ? 'blocked' : 'transient_failure';
      dropped.push({ evidence, reason });
    } else if (grantsAuthority(outcome)) dropped.push({ evidence, reason: 'authority' });
    else if (usable.has(evidence.evidenceId)) dropped.push({ evidence, reason: 'repeated_id' });
    else usable.set(evidence.evidenceId, { ...evidence, outcome });
  }
  return { usable: [...usable.values()], dropped };
}

/**
 * The artifact of these entries, in their order, byte for byte as the reference writes it (2.6). For artifacts only: unlike the
 * cache it takes any outcome.
 *
 * @throws ArtifactError when it would be larger than anybody could read again.
 */
export function encodeEvidenceArtifact(entries: readonly EffectEvidence[]): Uint8Array {
  return encodeArtifact({ kind: 'evidence_outcome_cache', entries: entries.map(encodeEffectEvidence) });
}

/** Every entry of an artifact, whatever its outcome. @throws ArtifactError when it is no artifact of an evidence cache. */
export function decodeEvidenceArtifact(bytes: Uint8Array): readonly EffectEvidence[] {
  const entries = evidenceOutcomeCacheOf(decodeArtifact(bytes));
  try {
    return entries.map((entry, index) => decodeEffectEvidence(entry, `payload.payload.entries[${index}]`));
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const text = `decode persisted durability artifact: ${error.message}`;
    throw new ArtifactError('AGREEMENT_ARTIFACT_DECODE', text, { cause: error });
  }
}
