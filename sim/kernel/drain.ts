/**
 * Calls `step` until it returns false; after each call, every promise reaction runs to its end before the next.
 * (setImmediate: documented, complete, slow.)
 */
export async function drainAfterEach(step: () => boolean): Promise<void> {
  const hop = setImmediate;
  while (step()) await new Promise<void>((resolve) => hop(resolve));
}
