import type { Simulation } from '../../kernel/simulation.js';
import type { FaultSwitch } from './fault-switch.js';
import { sectorBytes } from './sector.js';
import { type PendingChange, type PendingWrite, sectorsOf, type SimulatedFile } from './simulated-file.js';

/** What the medium no longer holds as written, although it should. Never taken back, not even when overwritten later. */
export interface DiskDamage {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly kind: 'bit-rot' | 'latent-sector' | 'misdirected' | 'lost-lied';
  /** Whether the disk owed these bytes to the engine: they were durable, or a sync had claimed so. */
  readonly wasPromised: boolean;
}

/** A damage with the file that it is in: the file may be renamed later. */
export interface FileDamage {
  readonly file: SimulatedFile;
  readonly damage: Omit<DiskDamage, 'path'>;
}

/** What damage needs to know of a disk. */
export interface Medium {
  readonly simulation: Simulation;
  readonly faults: FaultSwitch;
  readonly damages: FileDamage[];
}

/** Lets the medium of one of `files` rot, or lose a sector, as drawn. */
export function decay(medium: Medium, files: readonly SimulatedFile[]): void {
  const { faults, simulation } = medium;
  const { tape } = simulation;
  const targets = files.filter((file) => file.durable.size > 0);
  if (targets.length === 0) return;
  if (faults.strikes('disk.bit-rot')) {
    const file = targets[tape.draw('disk.bit-rot.file', targets.length)];
    if (file !== undefined) {
      const offset = tape.draw('disk.bit-rot.offset', file.durable.size);
      file.rot(offset, tape.draw('disk.bit-rot.bit', 8), faults.fired('disk.bit-rot', file.path, offset));
      record(medium, file, { offset, length: 1, kind: 'bit-rot' });
    }
  }
  if (faults.strikes('disk.latent-sector')) {
    const file = targets[tape.draw('disk.latent-sector.file', targets.length)];
    if (file !== undefined) {
      const sector = tape.draw('disk.latent-sector.sector', Math.ceil(file.durable.size / sectorBytes));
      const offset = sector * sectorBytes;
      file.unreadable.set(sector, faults.fired('disk.latent-sector', file.path, offset));
      record(medium, file, { offset, length: sectorBytes, kind: 'latent-sector' });
    }
  }
}

/**
 * Makes all that is pending durable, but for one sector, which may land in another's place, as drawn. Reads show that at once: a
 * clean page may leave the cache anytime.
 */
export function syncPerhapsMisdirected(medium: Medium, file: SimulatedFile): void {
  const { faults, simulation } = medium;
  const { tape } = simulation;
  const written = file.pending.filter((change) => change.kind === 'write');
  if (written.length === 0 || file.cached.size <= sectorBytes || !faults.strikes('disk.misdirected')) {
    file.sync();
    return;
  }
  const intended = drawWrittenSector(medium, written);
  const sectorCount = Math.ceil(file.cached.size / sectorBytes);
  const actual = (intended + 1 + tape.draw('disk.misdirected.to', sectorCount - 1)) % sectorCount;
  const before = file.durable.readSectors(intended, 1);
  file.sync();
  const content = file.durable.readSectors(intended, 1);
  const displaced = file.durable.readSectors(actual, 1);
  const strike = faults.fired('disk.misdirected', file.path, intended * sectorBytes);
  if (sameBytes(before, content) && sameBytes(displaced, content)) return;
  faults.effective('disk.misdirected', strike);
  for (const image of [file.durable, file.cached]) {
    image.writeSectors(intended, before, image.size);
    image.writeSectors(actual, content, image.size);
  }
  for (const sector of [intended, actual]) {
    record(medium, file, { offset: sector * sectorBytes, length: sectorBytes, kind: 'misdirected' });
  }
}

/** Notes damage, and whether the damaged bytes were owed. */
export function record(
  medium: Medium,
  file: SimulatedFile,
  damage: Omit<DiskDamage, 'path' | 'wasPromised'>,
): void {
  const wasPromised = damage.kind === 'lost-lied' || damage.offset < file.promised.size;
  medium.damages.push({ file, damage: { ...damage, wasPromised } });
}

/** Notes what a sync had claimed to be durable and the medium does not hold. */
export function judgeLie(medium: Medium, file: SimulatedFile, change: PendingChange): void {
  const { durable, promised } = file;
  if (change.lie === undefined) return;
  if (change.kind === 'resize') {
    if (durable.size === promised.size) return;
    const offset = Math.min(durable.size, promised.size);
    const length = Math.max(durable.size, promised.size) - offset;
    record(medium, file, { offset, length, kind: 'lost-lied' });
    medium.faults.effective('disk.lying-sync', change.lie);
    return;
  }
  for (const sector of sectorsOf(change)) {
    const offset = sector * sectorBytes;
    const end = Math.min(offset + sectorBytes, change.sizeAfter, promised.size);
    if (promised.sameSectors(durable, sector, 1) && durable.size >= end) continue;
    record(medium, file, { offset, length: sectorBytes, kind: 'lost-lied' });
    medium.faults.effective('disk.lying-sync', change.lie);
  }
}

function drawWrittenSector({ simulation: { tape } }: Medium, written: readonly PendingWrite[]): number {
  const sectors = written.flatMap(sectorsOf);
  return sectors[tape.draw('disk.misdirected.from', sectors.length)] ?? 0;
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.every((byte, index) => byte === right[index]);
}
