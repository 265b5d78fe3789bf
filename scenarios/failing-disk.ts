/** Everything that a disk may do to a node that has to survive it: what was not synced may be lost, what was synced stays as it is. */
export const failingDisk = [
  'disk.lost-unsynced',
  'disk.reordered',
  'disk.torn',
  'disk.lost-directory-entry',
  'disk.short-write',
  'disk.eio-write',
  'disk.eio-sync',
  'disk.no-space',
  'disk.stall',
  'disk.blocked',
] as const;
