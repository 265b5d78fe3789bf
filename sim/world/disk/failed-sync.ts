import type { Medium } from './damage.js';
import { judgeLie } from './lost-promise.js';
import { type PendingChange, sectorsOf, type SimulatedFile } from './simulated-file.js';

/**
 * A sync that fails. By itself it leaves all dirty, for a later sync to write. When `disk.marked-clean`
 * strikes too, what was dirty is on the medium in part or not at all, and all of it is clean from now on:
 * still readable, and no later sync will write it (Rebello et al., "Can Applications Recover from fsync
 * Failures?", USENIX ATC 2020).
 */
export function failSync(medium: Medium, file: SimulatedFile): void {
  const { faults, simulation } = medium;
  faults.bit('disk.eio-sync', file.path);
  const { pending } = file;
  if (pending.length === 0 || !faults.strikes('disk.marked-clean')) return;
  const inPart = simulation.tape.draw('disk.marked-clean.in-part', 2) === 1;
  const isLost = (): boolean => !inPart || simulation.tape.draw('disk.marked-clean.sector', 2) === 1;
  const lost = pending.map((change) => new Set(sectorsOf(change).filter(isLost)));
  for (const [index, change] of pending.entries()) {
    file.writeOut(change, (sector) => lost[index]?.has(sector) !== true);
  }
  file.pending = [];
  markClean(medium, file, pending);
  for (const [index, change] of pending.entries()) judgeLie(medium, file, change, lost[index] ?? new Set());
}

function markClean({ faults }: Medium, file: SimulatedFile, changes: readonly PendingChange[]): void {
  const strike = faults.fired('disk.marked-clean', file.path);
  const sectors = changes.flatMap((change) => (change.kind === 'write' ? sectorsOf(change) : []));
  for (const sector of sectors) {
    if (!file.cached.sameSectors(file.durable, sector, 1)) file.markedClean.set(sector, strike);
  }
}
