import type { DiskFaultKind } from '../world/disk/disk-faults.js';

/** What takes from a disk what was synced. There is no second copy of it anywhere. */
type DestroyingDiskFaultKind = 'disk.latent-sector' | 'disk.bit-rot' | 'disk.misdirected' | 'disk.lying-sync';

/** What a disk may do to a machine that has to come back with all that it had synced. */
export type SparingDiskFaultKind = Exclude<DiskFaultKind, DestroyingDiskFaultKind>;

/**
 * How much a storm may take from a world that is to come back from it, and how one knows that it took more.
 *
 * All machines may be down at once: each of them starts again, and what it had synced is on its disk. No second copy of a record exists, so
 * a world that must come back allows its disks nothing but {@link SparingDiskFaultKind}. A machine alone may lose more: then it has to say so
 * and to refuse its disk, and whoever still waits for it is stuck with good reason. After the storm nothing strikes any more.
 */
export interface Budget {
  /** So many starts in a row may fail before nobody tries again. */
  readonly failedStartsMax: number;
}

/** A fleet always comes back. */
export const fleetBudget: Budget = { failedStartsMax: Infinity };

/** One machine may be lost: whoever asks it is told. */
export const oneMachineBudget: Budget = { failedStartsMax: 40 };

/** After the storm, everything in a fleet has to come to its end within so long. */
export const convergenceMs = 60_000;

/** Whether a machine is lost for good, and nobody has to be served by it any more. */
export function isLost(
  { failedStartsMax }: Budget,
  start: { readonly damaged: boolean; readonly failed: number },
): boolean {
  return start.damaged || start.failed >= failedStartsMax;
}
