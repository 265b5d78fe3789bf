import type { Ratio } from '../ratio.js';

/**
 * Ids of all that can go wrong with a simulated disk. README.md says when each one strikes and when it counts
 * as effective.
 */
export const diskFaultKinds = [
  'disk.lost-unsynced',
  'disk.reordered',
  'disk.torn',
  'disk.lost-directory-entry',
  'disk.short-write',
  'disk.eio-read',
  'disk.eio-write',
  'disk.eio-sync',
  'disk.marked-clean',
  'disk.no-space',
  'disk.latent-sector',
  'disk.bit-rot',
  'disk.misdirected',
  'disk.lying-sync',
  'disk.stall',
  'disk.blocked',
] as const;

export type DiskFaultKind = (typeof diskFaultKinds)[number];

/** How often each kind strikes, each time that it could. Absent kinds are off and draw nothing. */
export type DiskFaults = Readonly<Partial<Record<DiskFaultKind, Ratio>>>;
