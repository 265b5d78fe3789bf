import type { Tape } from '../../kernel/tape.js';
import type { Medium } from './damage.js';
import { judgeLie } from './lost-promise.js';
import type { NameSpace } from './name-space.js';
import { sectorBytes } from './sector.js';
import { type PendingChange, sectorsOf, type SimulatedFile } from './simulated-file.js';

/** A way in which a power loss takes unsynced content. */
type Loss = 'disk.lost-unsynced' | 'disk.torn' | 'disk.reordered';

/** A change that is not yet durable, and what becomes of it. */
interface Unsynced {
  readonly file: SimulatedFile;
  readonly change: PendingChange;
  /** The sectors of a write. A resize is lost or not as sector 0 of its own. */
  readonly sectors: readonly number[];
}

/** Per change, the sectors that do not reach the medium. */
type LostSectors = readonly ReadonlySet<number>[];

/**
 * What a loss of power leaves: names first, then content.
 *
 * Models: nothing lost; the last changes lost, in order over all files, cut between two changes or inside of
 * a write, with or without the new size of its file; any subset of all unsynced sectors lost; the last
 * directory changes lost.
 * Does not model: half a sector, or garbage in a sector that was being written. That is safe because devices
 * promise sectors to be atomic, and garbage is what bit rot and misdirected writes are for.
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
  const unsynced = files
    .flatMap((file) => file.pending.map((change) => ({ file, change, sectors: sectorsOf(change) })))
    .toSorted((left, right) => left.change.order - right.change.order);
  const loss = drawLoss(medium, unsynced);
  if (loss === undefined) {
    for (const { file, change } of unsynced) file.writeOut(change);
    return;
  }
  const { faults, simulation } = medium;
  const strike = faults.fired(loss, '');
  const lost = drawLostSectors(simulation.tape, loss, unsynced);
  for (const [index, { file, change }] of unsynced.entries()) {
    file.writeOut(change, (sector) => lost[index]?.has(sector) !== true);
  }
  if (loss === 'disk.torn') perhapsKeepSize(simulation.tape, unsynced, lost);
  if (hasBitten(loss, unsynced, lost)) faults.effective(loss, strike);
  for (const [index, { file, change }] of unsynced.entries()) {
    judgeLie(medium, file, change, lost[index] ?? new Set());
  }
}

/** One of the losses that strike, and that have something to take. */
function drawLoss({ faults, simulation }: Medium, unsynced: readonly Unsynced[]): Loss | undefined {
  if (unsynced.length === 0) return undefined;
  const struck: Loss[] = [];
  if (faults.strikes('disk.lost-unsynced')) struck.push('disk.lost-unsynced');
  if (unsynced.some(canTear) && faults.strikes('disk.torn')) struck.push('disk.torn');
  if (unsynced.length > 1 || unsynced.some(canTear)) {
    if (faults.strikes('disk.reordered')) struck.push('disk.reordered');
  }
  if (struck.length < 2) return struck[0];
  return struck[simulation.tape.draw('disk.crash.loss', struck.length)];
}

function drawLostSectors(tape: Tape, loss: Loss, unsynced: readonly Unsynced[]): LostSectors {
  if (loss === 'disk.torn') return drawTorn(tape, unsynced);
  if (loss === 'disk.reordered') return drawReordered(tape, unsynced);
  const kept = unsynced.length - tape.between('disk.lost-unsynced.count', 1, unsynced.length);
  return unsynced.map(({ sectors }, index) => new Set(index < kept ? [] : sectors));
}

/** Any sectors; often the last one is kept, and one before it is not. */
function drawReordered(tape: Tape, unsynced: readonly Unsynced[]): LostSectors {
  const count = unsynced.reduce((sum, { sectors }) => sum + sectors.length, 0);
  const hole = tape.draw('disk.reordered.hole', count);
  let place = 0;
  return unsynced.map(({ sectors }) => {
    const isLost = (): boolean => {
      place += 1;
      const isDrawn = tape.draw('disk.reordered.lost', 2) === 1;
      return hole === 0 ? isDrawn : place === hole || (isDrawn && place < count);
    };
    return new Set(sectors.filter(isLost));
  });
}

function drawTorn(tape: Tape, unsynced: readonly Unsynced[]): LostSectors {
  const candidates = unsynced.filter(canTear);
  const torn = candidates.at(-1 - tape.draw('disk.torn.write', candidates.length));
  if (torn === undefined) return [];
  const lostCount = tape.between('disk.torn.count', 1, torn.sectors.length - 1);
  return unsynced.map(({ change, sectors }) => {
    if (change === torn.change) return new Set(sectors.slice(-lostCount));
    return new Set(change.order < torn.change.order ? [] : sectors);
  });
}

function perhapsKeepSize(tape: Tape, unsynced: readonly Unsynced[], lost: LostSectors): void {
  for (const [index, { file, change, sectors }] of unsynced.entries()) {
    const lostCount = lost[index]?.size ?? 0;
    const isTorn = lostCount > 0 && lostCount < sectors.length;
    if (isTorn && tape.draw('disk.torn.size', 2) === 1) file.keepSize(change);
  }
}

/** Whether the loss has left what only it can leave. */
function hasBitten(loss: Loss, unsynced: readonly Unsynced[], lost: LostSectors): boolean {
  let isEarlierMissing = false;
  for (const [index, { file, change, sectors }] of unsynced.entries()) {
    const lostHere = lost[index] ?? new Set<number>();
    const isTorn = lostHere.size > 0 && lostHere.size < sectors.length;
    for (const sector of sectors) {
      const isMissing = lostHere.has(sector) && hasLost(file, change, sector);
      if (isMissing && loss === 'disk.lost-unsynced') return true;
      if (isMissing && loss === 'disk.torn' && isTorn) return true;
      if (!lostHere.has(sector) && isEarlierMissing && loss === 'disk.reordered') return true;
      isEarlierMissing ||= isMissing;
    }
  }
  return false;
}

/** Whether the medium differs, in a sector that did not reach it, from what reads have shown. */
function hasLost(file: SimulatedFile, change: PendingChange, sector: number): boolean {
  const { cached, durable } = file;
  if (change.kind === 'resize') return durable.size !== cached.size;
  const end = Math.min((sector + 1) * sectorBytes, change.sizeAfter, cached.size);
  return !durable.sameSectors(cached, sector, 1) || durable.size < end;
}

function canTear({ sectors }: Unsynced): boolean {
  return sectors.length > 1;
}
