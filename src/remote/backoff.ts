import type { Milliseconds } from '../runtime/clock.js';
import type { Entropy } from '../runtime/entropy.js';

/** How often, and after how long, something is tried again. */
export interface Backoff {
  /** So many more times after the first one. */
  readonly retriesMax: number;
  /** Before the first retry, up to; each next one up to twice as long. */
  readonly firstDelayMs: Milliseconds;
  readonly delayMaxMs: Milliseconds;
}

/** How long to wait before a retry: at least half of what it may be, so that many who failed together do not come back together. */
export function backoffMs(
  { firstDelayMs, delayMaxMs }: Backoff,
  retry: number,
  entropy: Entropy,
): Milliseconds {
  const wholeMs = Math.min(delayMaxMs, firstDelayMs * 2 ** Math.min(retry - 1, 30));
  const halfMs = Math.floor(wholeMs / 2);
  return wholeMs - halfMs + entropy.below(halfMs + 1);
}
