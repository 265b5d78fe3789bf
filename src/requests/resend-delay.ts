import type { Milliseconds } from '../runtime/clock.js';
import type { Entropy } from '../runtime/entropy.js';

const shortestMs = 50;
const longestMs = 3200;

/**
 * How long to wait for an answer before a request is sent again: from 50 ms, twice as long each time, to 3.2 s; and half as long again
 * at most, by chance, so that those who ask at the same time do not do so for ever.
 *
 * @param sends - How often it was sent, 1 at least.
 */
export function resendDelayMs(sends: number, entropy: Entropy): Milliseconds {
  const leastMs = Math.min(longestMs, shortestMs * 2 ** (sends - 1));
  return leastMs + entropy.below(leastMs / 2 + 1);
}
