import type { Tape } from '../kernel/tape.js';
import type { DiskFaultKind, DiskFaults } from '../world/disk/disk-faults.js';
import type { Ratio } from '../world/ratio.js';
import { drawSwarm, type Strength } from './swarm.js';

const perCall: Strength = { light: ratio(1, 200), heavy: ratio(1, 30) };
const perCrash: Strength = { light: ratio(1, 2), heavy: ratio(7, 8) };
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
  'disk.marked-clean': { light: ratio(3, 4), heavy: ratio(15, 16) },
  'disk.no-space': perCall,
  'disk.latent-sector': perSync,
  'disk.bit-rot': perSync,
  'disk.misdirected': perSync,
  'disk.lying-sync': perSync,
  'disk.stall': perCall,
  'disk.blocked': perCall,
};

/** Which faults the disk of a run has. See {@link drawSwarm}. */
export function drawDiskFaults(tape: Tape, kinds: readonly DiskFaultKind[]): DiskFaults {
  return drawSwarm(tape, kinds, strengths);
}

function ratio(numerator: number, denominator: number): Ratio {
  return { numerator, denominator };
}
