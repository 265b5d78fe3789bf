import { type Medium, record } from './damage.js';
import { sectorBytes } from './sector.js';
import type { SimulatedFile } from './simulated-file.js';

/**
 * Lets the medium of one of `files` rot, or lose a sector, as drawn.
 *
 * Models: one bit that flips, and one sector that cannot be read, in what is durable; both stay until written
 * over.
 * Does not model: whole devices that fail, or damage to names. That is safe because an engine on one machine
 * can only refuse to start in both cases, which damage to content makes it do as well.
 */
export function decay(medium: Medium, files: readonly SimulatedFile[]): void {
  const targets = files.filter((file) => file.durable.size > 0);
  if (targets.length === 0) return;
  if (medium.faults.strikes('disk.bit-rot')) flipBit(medium, targets);
  if (medium.faults.strikes('disk.latent-sector')) loseSector(medium, targets);
}

function flipBit(medium: Medium, targets: readonly SimulatedFile[]): void {
  const { faults, simulation } = medium;
  const { tape } = simulation;
  const file = targets[tape.draw('disk.bit-rot.file', targets.length)];
  if (file === undefined) return;
  const offset = tape.draw('disk.bit-rot.offset', file.durable.size);
  file.rot(offset, tape.draw('disk.bit-rot.bit', 8), faults.fired('disk.bit-rot', file.path, offset));
  record(medium, file, { offset, length: 1, kind: 'bit-rot' });
}

function loseSector(medium: Medium, targets: readonly SimulatedFile[]): void {
  const { faults, simulation } = medium;
  const { tape } = simulation;
  const file = targets[tape.draw('disk.latent-sector.file', targets.length)];
  if (file === undefined) return;
  const sector = tape.draw('disk.latent-sector.sector', Math.ceil(file.durable.size / sectorBytes));
  const offset = sector * sectorBytes;
  file.unreadable.set(sector, faults.fired('disk.latent-sector', file.path, offset));
  record(medium, file, { offset, length: sectorBytes, kind: 'latent-sector' });
}
