import type { Violation } from '../kernel/simulation.js';

/**
 * The same invariant, about the same subject but for what numbers it: what a smaller run must show to stand for a larger one. In a smaller
 * run the sixth operation of the second client is the first of the only one.
 */
export function isSameFailure(
  found: Violation | undefined,
  sought: Pick<Violation, 'invariant' | 'subject'> | undefined,
): boolean {
  if (found === undefined || sought === undefined) return found === sought;
  return found.invariant === sought.invariant && unnumbered(found.subject) === unnumbered(sought.subject);
}

/** Of `client-1.op-5/pay#0`, `client-#.op-#/pay##`; of a key, which is a digest in hexadecimal, `#`. */
function unnumbered(subject: string): string {
  return subject.replaceAll(/[0-9a-f]{16,}|[0-9]+/g, '#');
}
