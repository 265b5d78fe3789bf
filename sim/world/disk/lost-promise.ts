import { type Medium, record } from './damage.js';
import { sectorBytes } from './sector.js';
import type { PendingChange, SimulatedFile } from './simulated-file.js';

/**
 * Notes what a sync had claimed to be durable, and the medium does not hold since these sectors did not reach
 * it.
 */
export function judgeLie(
  medium: Medium,
  file: SimulatedFile,
  change: PendingChange,
  lost: ReadonlySet<number>,
): void {
  if (change.lie === undefined || lost.size === 0) return;
  for (const damage of lostOfLie(file, change, lost)) {
    record(medium, file, { ...damage, kind: 'lost-lied' });
    medium.faults.effective('disk.lying-sync', change.lie);
  }
}

function lostOfLie(
  { durable, promised }: SimulatedFile,
  change: PendingChange,
  lost: ReadonlySet<number>,
): readonly { readonly offset: number; readonly length: number }[] {
  if (change.kind === 'resize') {
    const offset = Math.min(durable.size, promised.size);
    const length = Math.max(durable.size, promised.size) - offset;
    return length === 0 ? [] : [{ offset, length }];
  }
  return [...lost]
    .map((sector) => ({ sector, offset: sector * sectorBytes }))
    .filter(({ sector, offset }) => {
      const end = Math.min(offset + sectorBytes, change.sizeAfter, promised.size);
      return !promised.sameSectors(durable, sector, 1) || durable.size < end;
    })
    .map(({ offset }) => ({ offset, length: sectorBytes }));
}
