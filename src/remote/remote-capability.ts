import type { Milliseconds } from '../runtime/clock.js';

/**
 * The right to remote work for one session in one generation, as the authority gave it. Flaw F25: it is bound to its scope, and nobody can
 * make one without the fleet's secret.
 */
export interface RemoteCapability {
  readonly sessionId: string;
  readonly generation: number;
  /** The labels of the computations that it reaches, sorted; see `labelOf` of `computation.ts`. */
  readonly computations: readonly string[];
  /** For how long, from when it was asked for: the holder stops by its own monotonic clock, and the store fences by generation. */
  readonly grantedForMs: Milliseconds;
  /** Keyed BLAKE3 over all of the above, as 64 lowercase hex digits. */
  readonly seal: string;
}
