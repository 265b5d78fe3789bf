import type { Milliseconds } from '../runtime/clock.js';
import type { RemoteRequest } from './canonical-request.js';
import type { RequestIdentity } from './idempotency-key.js';
import type { RemoteOutcome } from './remote-outcome.js';

/** What a remote call is part of: on every request and every event of it. It changes nothing. */
export interface TraceContext {
  readonly traceId: string;
  readonly sagaId: string | null;
  /** From 1, of this call. */
  readonly attempt: number;
  /** The generation of the session that it is done for. */
  readonly epoch: number;
  /** In a simulation: of the run, and of the schedule up to now. */
  readonly simulation: { readonly seed: string; readonly scheduleFingerprint: string } | null;
}

/** One piece of remote work. */
export interface RemoteCall {
  readonly sessionId: string;
  readonly identity: RequestIdentity;
  readonly request: RemoteRequest;
  readonly traceId: string;
  readonly sagaId: string | null;
  readonly signal?: AbortSignal;
  /** Whether anybody still waits for it. Asked right before it is sent, each time: what nobody wants is cancelled. */
  readonly isWanted?: () => boolean;
  /** From the call on, all attempts together. */
  readonly deadlineMs: Milliseconds;
}

/**
 * Does remote work: capability, registry, cancellation, admission, cancellation, dispatch, in that order. Design 3, point 5.
 *
 * Resolves with how the work ended for good. Rejects with one of the errors of `executor-refusal.ts`, which callers tell apart by `code`:
 * `REMOTE_NO_CAPABILITY`, `REMOTE_UNKNOWN_COMPUTATION`, `REMOTE_BUSY`, `REMOTE_TIMED_OUT`, `REMOTE_CANCELLED`, `REMOTE_FENCED`,
 * `REMOTE_CONFLICT`, `REMOTE_UNAVAILABLE`; and when its lease ends, by policy `REMOTE_LEASE_CANCELLED`, `REMOTE_LEASE_RETRIES_SPENT` or
 * `REMOTE_LEASE_FAILED`.
 */
export interface RemoteExecutor {
  execute(call: RemoteCall): Promise<RemoteOutcome>;
}
