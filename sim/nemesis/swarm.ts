import type { Tape } from '../kernel/tape.js';
import type { Ratio } from '../world/ratio.js';

/** How likely a fault is, each time that it could strike, when it is on lightly and when it is on heavily. */
export interface Strength {
  readonly light: Ratio;
  readonly heavy: Ratio;
}

/**
 * Swarm: each run draws which of `kinds` are on, and how hard. Leaving some off lets the others do what they would mask.
 * Source: swarm testing (Groce et al., ISSTA 2012).
 */
export function drawSwarm<Kind extends string>(
  tape: Tape,
  kinds: readonly Kind[],
  strengths: Readonly<Record<Kind, Strength>>,
): Partial<Record<Kind, Ratio>> {
  const faults: Partial<Record<Kind, Ratio>> = {};
  for (const kind of kinds) {
    const strength = tape.draw(`swarm.${kind}`, 3);
    if (strength === 1) faults[kind] = strengths[kind].light;
    if (strength === 2) faults[kind] = strengths[kind].heavy;
  }
  return faults;
}
