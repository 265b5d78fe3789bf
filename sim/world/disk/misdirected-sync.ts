import { type Medium, record } from './damage.js';
import { sectorBytes } from './sector.js';
import { type PendingWrite, sectorsOf, type SimulatedFile } from './simulated-file.js';

/**
 * Makes all that is pending durable, but for one sector, which may land in another's place, as drawn. Reads
 * show that at once: a clean page may leave the cache anytime.
 *
 * Models: one sector in the wrong place of the same file, and its own place as it was before.
 * Does not model: sectors that land in another file. That is safe because a log tells its files' sectors
 * apart the same way as its own: by what they say they are.
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

function drawWrittenSector({ simulation: { tape } }: Medium, written: readonly PendingWrite[]): number {
  const sectors = written.flatMap(sectorsOf);
  return sectors[tape.draw('disk.misdirected.from', sectors.length)] ?? 0;
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.every((byte, index) => byte === right[index]);
}
