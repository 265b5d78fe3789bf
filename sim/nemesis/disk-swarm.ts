import type { Tape } from '../kernel/tape.js';
import type { DiskFaultKind, DiskFaults } from '../world/disk/disk-faults.js';
import type { Ratio } from '../world/ratio.js';

/** How likely a fault is, each time that it could strike, when it is on lightly and when it is on heavily. */
interface Strength {
  readonly light: Ratio;
  readonly heavy: Ratio;
}

const perCall: Strength = { light: ratio(1, 200), heavy: ratio(1, 30) };
const perCrash: Strength = { light: ratio(1, 3), heavy: ratio(3, 4) };
const perSync: Strength = { light: ratio(1, 100), heavy: ratio(1, 20) };

const strengths: Readonly<Record<DiskFaultKind, Strength>> = {
  'disk.lost-unsynced': perCrash,
  'disk.reordered': perCrash,
  'disk.torn': perCrash,
  'disk.lost-directory-entry': perCrash,
  'disk.short-write': perCall,
  'disk.eio-read': perCall,
  'disk.eio-write': perCall,
  'disk.eio-sync': perSync,
  'disk.marked-clean': perCrash,
  'disk.no-space': perCall,
  'disk.latent-sector': perSync,
  'disk.bit-rot': perSync,
  'disk.misdirected': perSync,
  'disk.lying-sync': perSync,
  'disk.stall': perCall,
  'disk.blocked': perCall,
};

/**
 * Swarm: each run draws which of `kinds` are on, and how hard. Leaving some off lets the others do what they would mask.
 * Source: swarm testing (Groce et al., ISSTA 2012).
 */
export function drawDiskFaults(tape: Tape, kinds: readonly DiskFaultKind[]): DiskFaults {
  const faults: Partial<Record<DiskFaultKind, Ratio>> = {};
  for (const kind of kinds) {
    const strength = tape.draw(`swarm.${kind}`, 3);
    if (strength === 1) faults[kind] = strengths[kind].light;
    if (strength === 2) faults[kind] = strengths[kind].heavy;
  }
  return faults;
}

function ratio(numerator: number, denominator: number): Ratio {
  return { numerator, denominator };
}
