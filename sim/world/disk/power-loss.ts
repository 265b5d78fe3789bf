import { judgeLie, type Medium } from './damage.js';
import type { NameSpace } from './name-space.js';
import { sectorBytes } from './sector.js';
import { type PendingChange, sectorsOf, type SimulatedFile, type Strike } from './simulated-file.js';

/** A change that was not yet durable, and what becomes of it. */
interface Fate {
  readonly file: SimulatedFile;
  readonly change: PendingChange;
  /** Which sectors of a write reach the medium. A resize reaches it when any would. */
  readonly reaches: (sector: number) => boolean;
  readonly cause: 'survives' | 'lost' | 'reordered' | 'torn';
}

/** The strikes of one power loss. */
interface Losses {
  readonly lost: Strike | undefined;
  readonly reordered: Strike | undefined;
  readonly torn: Strike | undefined;
}

/**
 * What a loss of power leaves: names first, then content.
 *
 * Models: nothing lost; the last changes lost, in order over all files; any subset lost; single sectors of a write lost, with or
 * without the file's new size; the last directory changes lost.
 * Does not model: half a sector, or garbage in a sector that was being written. That is safe because devices promise sectors
 * to be atomic, and garbage is what bit rot and misdirected writes are for.
 */
export function losePower(medium: Medium, names: NameSpace): void {
  loseNames(medium, names);
  const files = [...names.cached.files.values()];
  loseContent(medium, files);
  for (const file of files) {
    for (const [sector, strike] of file.markedClean) {
      if (!file.cached.sameSectors(file.durable, sector, 1)) {
        medium.faults.effective('disk.marked-clean', strike);
      }
    }
    file.forgetCache();
  }
}

function loseNames(medium: Medium, names: NameSpace): void {
  const { faults, simulation } = medium;
  const count = names.pendingCount;
  if (count === 0 || !faults.strikes('disk.lost-directory-entry')) {
    names.losePower(0);
    return;
  }
  const lostCount = simulation.tape.between('disk.lost-directory-entry.count', 1, count);
  const strike = faults.fired('disk.lost-directory-entry', '');
  if (names.losePower(lostCount)) faults.effective('disk.lost-directory-entry', strike);
}

function loseContent(medium: Medium, files: readonly SimulatedFile[]): void {
  const pending = files
    .flatMap((file) => file.pending.map((change) => ({ file, change })))
    .toSorted((left, right) => left.change.order - right.change.order);
  if (pending.length === 0) return;
  const { faults } = medium;
  const losses: Losses = {
    lost: faults.strikes('disk.lost-unsynced') ? faults.fired('disk.lost-unsynced', '') : undefined,
    reordered: faults.strikes('disk.reordered') ? faults.fired('disk.reordered', '') : undefined,
    torn: faults.strikes('disk.torn') ? faults.fired('disk.torn', '') : undefined,
  };
  const fates = drawFates(medium, pending, losses);
  for (const { file, change, reaches, cause } of fates) {
    file.writeOut(change, reaches);
    if (cause === 'torn' && medium.simulation.tape.draw('disk.torn.size', 2) === 1) file.keepSize(change);
  }
  judgeLosses(medium, fates, losses);
  for (const { file, change } of fates) if (change.lie !== undefined) judgeLie(medium, file, change);
}

function drawFates(
  medium: Medium,
  pending: readonly { readonly file: SimulatedFile; readonly change: PendingChange }[],
  losses: Losses,
): readonly Fate[] {
  const { tape } = medium.simulation;
  const count = pending.length;
  const kept = losses.lost === undefined ? count : count - tape.between('disk.lost-unsynced.count', 1, count);
  return pending.map(({ file, change }, index): Fate => {
    if (index >= kept) return { file, change, reaches: () => false, cause: 'lost' };
    if (losses.reordered !== undefined && tape.draw('disk.reordered.lost', 2) === 1) {
      return { file, change, reaches: () => false, cause: 'reordered' };
    }
    const tears = losses.torn !== undefined && change.kind === 'write' && sectorsOf(change).length > 1;
    if (!tears || tape.draw('disk.torn.write', 2) === 0) {
      return { file, change, reaches: () => true, cause: 'survives' };
    }
    const lost = new Set(sectorsOf(change).filter(() => tape.draw('disk.torn.sector', 2) === 1));
    return { file, change, reaches: (sector) => !lost.has(sector), cause: 'torn' };
  });
}

function judgeLosses({ faults }: Medium, fates: readonly Fate[], losses: Losses): void {
  const missing = fates.map((fate) => isMissing(fate));
  const effective = (cause: Fate['cause']): boolean =>
    fates.some((fate, index) => fate.cause === cause && missing[index] === true);
  if (losses.lost !== undefined && effective('lost')) faults.effective('disk.lost-unsynced', losses.lost);
  const lastSurvivor = fates.findLastIndex((fate) => fate.cause === 'survives' || fate.cause === 'torn');
  const overtaken = fates.some(
    ({ cause }, index) => cause === 'reordered' && missing[index] === true && index < lastSurvivor,
  );
  if (losses.reordered !== undefined && overtaken) faults.effective('disk.reordered', losses.reordered);
  const tornInPart = fates.some(
    (fate, index) => fate.cause === 'torn' && missing[index] === true && reachesInPart(fate),
  );
  if (losses.torn !== undefined && tornInPart) faults.effective('disk.torn', losses.torn);
}

/** Whether a part of the change did not reach the medium, and the medium differs for it from what reads showed. */
function isMissing({ file, change, reaches }: Fate): boolean {
  if (change.kind === 'resize') return !reaches(0) && file.durable.size !== file.cached.size;
  return sectorsOf(change).some((sector) => {
    const end = Math.min((sector + 1) * sectorBytes, change.sizeAfter, file.cached.size);
    const isThere = file.durable.sameSectors(file.cached, sector, 1) && file.durable.size >= end;
    return !reaches(sector) && !isThere;
  });
}

function reachesInPart({ change, reaches }: Fate): boolean {
  return change.kind === 'write' && sectorsOf(change).some(reaches);
}
