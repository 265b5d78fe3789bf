import type { Milliseconds } from '../runtime/clock.js';
import type { RemoteRequest } from './canonical-request.js';
import type { IdempotencyKey, RequestIdentity } from './idempotency-key.js';
import type { RemoteOutcome } from './remote-outcome.js';

/** What may be asked of the dedup room. Each brings the time of the room, see `dedup-clock.ts`. */
export type DedupCommand = ClaimCommand | FenceCommand | SettleCommand | AbandonCommand | SweepCommand;

/**
 * Asks for a request to be carried out. `answerTo` of the projection says what comes of it: its first claim begins a run, and so does one after its run was
 * abandoned; any other attaches to the run that is on, or is answered from the record. Only once the claim is durable may a
 * run begin. Flaws F1 and F2; mutants K3 and K6.
 */
export interface ClaimCommand {
  readonly kind: 'claim';
  readonly sessionId: string;
  /** Of the session's owner. Whoever comes with a lower one than was accepted before is fenced off. */
  readonly generation: number;
  readonly identity: RequestIdentity;
  readonly request: RemoteRequest;
  readonly nowMs: Milliseconds;
}

/** Somebody comes who only wants to know something: under which generation is remembered, and who is too late is fenced off. */
export interface FenceCommand {
  readonly kind: 'fence';
  readonly sessionId: string;
  readonly generation: number;
  readonly nowMs: Milliseconds;
}

/** A run has come to an outcome. The first one stands. Flaw F4. */
export interface SettleCommand {
  readonly kind: 'settle';
  readonly key: IdempotencyKey;
  readonly run: number;
  readonly outcome: RemoteOutcome;
  readonly nowMs: Milliseconds;
}

/**
 * A run has ended without an outcome: it may be tried again under the same key, or it died with its process. Of each that is in flight
 * when a node starts, to be given before anything else. Flaws F1 and F7.
 */
export interface AbandonCommand {
  readonly kind: 'abandon';
  readonly key: IdempotencyKey;
  readonly run: number;
  readonly nowMs: Milliseconds;
}

/** Forgets all that need not be known any more. A claim that finds no room forgets as much as it needs by itself. */
export interface SweepCommand {
  readonly kind: 'sweep';
  readonly nowMs: Milliseconds;
}
