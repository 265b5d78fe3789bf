import type { Violation } from '../kernel/simulation.js';

/** The same invariant, about the same subject: what a smaller run must show to stand for a larger one. */
export function isSameFailure(
  found: Violation | undefined,
  sought: Pick<Violation, 'invariant' | 'subject'> | undefined,
): boolean {
  return found?.invariant === sought?.invariant && found?.subject === sought?.subject;
}
