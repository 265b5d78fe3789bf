import type { SeedRange } from './tally.js';

/** Whether some seed is in both ranges. */
export function seedsMeet(one: SeedRange, other: SeedRange): boolean {
  const from = Math.max(one.from, other.from);
  const to = Math.min(one.to, other.to);
  // Where both are, each comes back to the same place after so many seeds at most.
  const last = Math.min(to, from + one.step * other.step);
  for (
    let seed = from + ((one.step - ((from - one.from) % one.step)) % one.step);
    seed <= last;
    seed += one.step
  ) {
    if ((seed - other.from) % other.step === 0) return true;
  }
  return false;
}
