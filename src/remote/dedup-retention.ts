import type { Milliseconds } from '../runtime/clock.js';
import type { DedupLimits } from './dedup-limits.js';
import type { DedupRecord } from './dedup-record.js';
import type { DedupState } from './dedup-state.js';
import type { IdempotencyKey } from './idempotency-key.js';

/** Whether its time is over: at exactly the end of its retention it is. What is in flight is never forgotten. Flaw F6. */
export function isForgettable(
  { progress }: DedupRecord,
  nowMs: Milliseconds,
  { retentionMs }: DedupLimits,
): boolean {
  return progress.kind !== 'in_flight' && nowMs - progress.atMs >= retentionMs;
}

/** What may be forgotten by now, what settled first at the head. */
export function* forgettable(
  { settled }: DedupState,
  nowMs: Milliseconds,
  limits: DedupLimits,
): Generator<IdempotencyKey> {
  for (const [key, record] of settled) {
    // They settled in this order, so that what follows is younger.
    if (!isForgettable(record, nowMs, limits)) return;
    yield key;
  }
}

/** The sessions whose fence need not stand any more: nothing is known of them, and nobody came for as long as that would be. */
export function* unguarded(
  { inFlight, settled, fences }: DedupState,
  nowMs: Milliseconds,
  { retentionMs }: DedupLimits,
): Generator<string> {
  const known = new Set([...inFlight.values(), ...settled.values()].map(({ sessionId }) => sessionId));
  for (const [sessionId, { usedMs }] of fences) {
    if (nowMs - usedMs < retentionMs) return;
    if (!known.has(sessionId)) yield sessionId;
  }
}
