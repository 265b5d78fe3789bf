import type { Tape } from '../kernel/tape.js';
import type { Ratio } from './ratio.js';

/** Whether a fault strikes now: never when it is off, which draws nothing. What is certain is not drawn either. */
export function strikes(tape: Tape, kind: string, ratio: Ratio | undefined): boolean {
  if (ratio === undefined) return false;
  const { numerator, denominator } = ratio;
  return numerator >= denominator || tape.chance(kind, numerator, denominator);
}
