import type { Clock, Milliseconds } from '../../runtime/clock.js';
import type { Entropy } from '../../runtime/entropy.js';
import { RequestTimedOut } from '../../requests/ask.js';

const firstMs = 100;
const longestMs = 4000;

/**
 * How long to wait before something is tried again: ever longer, up to four seconds, and never as long as others wait who began at the
 * same time.
 *
 * @param tries - How often it was tried: 1 at least.
 */
export function pauseMs(entropy: Entropy, tries: number): Milliseconds {
  const longest = Math.min(longestMs, firstMs * 2 ** Math.min(tries - 1, 10));
  return longest - entropy.below(Math.ceil(longest / 2));
}

/**
 * Asks until there is an answer. What is asked bears to be asked again.
 *
 * @param signal - When it aborts, nothing is asked any more: rejects with SleepAborted.
 * @throws what was thrown, unless it says that no answer came.
 */
export async function persist<Answer>(
  { clock, entropy }: { readonly clock: Clock; readonly entropy: Entropy },
  signal: AbortSignal,
  question: () => Promise<Answer>,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof RequestTimedOut)) throw error;
    }
    await clock.sleep(pauseMs(entropy, tries), signal);
  }
}

/** The answer, or undefined when none came. */
export async function unlessUnanswered<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RequestTimedOut) return undefined;
    throw error;
  }
}
