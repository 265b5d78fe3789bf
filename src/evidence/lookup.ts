import type { BoundEvidence } from './evidence.js';
import type { LastingOutcome } from './outcome.js';
import type { RequestFingerprint } from './request-fingerprint.js';
import type { EvidenceState } from './state.js';

/** What the cache knows of a request that is about to be made. */
export type Lookup =
  /** It was made before, and this is what came of it: do not act. */
  | { readonly kind: 'hit'; readonly outcome: LastingOutcome }
  /** Nothing is held. Whether the effect was begun is for the journal of steps to say. */
  | { readonly kind: 'miss' }
  /** The id stands for another request: neither act nor answer with it. Flaw D20. */
  | { readonly kind: 'conflict'; readonly held: BoundEvidence };

/**
 * Looks for the evidence of a request. Whoever shows the answer waits until the state that it was made from is durable, as
 * the shell's `read` does. Mutant E1.
 */
export function lookup(state: EvidenceState, evidenceId: string, fingerprint: RequestFingerprint): Lookup {
  const held = state.held.get(evidenceId);
  if (held === undefined) return { kind: 'miss' };
  return held.fingerprint === fingerprint
    ? { kind: 'hit', outcome: held.outcome }
    : { kind: 'conflict', held };
}

/**
 * How many more outcomes the cache takes for sure, in a cache of `entriesMax`. Whoever acts keeps its effects in flight
 * below that, so that none is done whose outcome has no place. Flaw D18.
 */
export function vacancies(state: EvidenceState, entriesMax: number): number {
  return Math.max(0, entriesMax - state.held.size + state.evictable.size);
}

/**
 * The ids of evidence that an operation can go on from after a crash: that of effects that succeeded. What the recovery plan
 * asks for. A permanent failure is held as well, but nothing can be resumed from it.
 */
export function resumableEvidenceIds(state: EvidenceState): ReadonlySet<string> {
  const succeeded = [...state.held.values()].filter(({ outcome }) => outcome.status === 'success');
  return new Set(succeeded.map(({ evidenceId }) => evidenceId).sort());
}
