const longestMs = 32_000;

/**
 * How long a node waits before it runs a workflow again of which an effect is in doubt: a provider that fails is not asked again at once, nor
 * ever more often. From an eighth of a second to 32 seconds.
 */
export const retryDelaysMs = [125, 250, 500, 1000, 2000, 4000, 8000, 16_000, longestMs] as const;

/** @param failures - One after the other, 1 at least. */
export function retryDelayMs(failures: number): number {
  return retryDelaysMs[failures - 1] ?? longestMs;
}
