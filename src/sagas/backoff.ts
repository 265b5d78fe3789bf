import type { Milliseconds } from '../runtime/clock.js';
import type { Entropy } from '../runtime/entropy.js';

const firstMs = 125;
const longestMs = 32_000;

/**
 * How long to wait before something that failed is tried again: from an eighth of a second, doubled each time, to 32 seconds; of it at
 * least half, so that those who failed together do not come back together.
 *
 * @param failures - One after the other, 1 at least.
 */
export function backoffMs(failures: number, entropy: Entropy): Milliseconds {
  const mostMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 16));
  const leastMs = Math.floor(mostMs / 2);
  return leastMs + entropy.below(mostMs - leastMs + 1);
}
