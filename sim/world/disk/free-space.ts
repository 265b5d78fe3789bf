import type { Simulation } from '../../kernel/simulation.js';
import type { FaultSwitch } from './fault-switch.js';
import type { SimulatedFile } from './simulated-file.js';
import { sectorBytes, sectorsTouched } from './sector.js';

const fullMsLeast = 100;
const fullMsMost = 5000;

/**
 * Room on the disk: a fixed capacity, and spans of time in which there is none.
 *
 * Models: growing a file, or making one, fails while there is no room; overwriting, truncating and removing
 * never do.
 * Does not model: room taken by names and metadata, or a sync that finds no room (delayed allocation). That
 * is safe for engines that end a handle after any failed sync, as the contract wants.
 */
export class FreeSpace {
  readonly #simulation: Simulation;
  readonly #faults: FaultSwitch;
  #capacityBytes: number;
  #fullUntilMs = 0;

  constructor(simulation: Simulation, faults: FaultSwitch, capacityBytes: number) {
    this.#simulation = simulation;
    this.#faults = faults;
    this.#capacityBytes = capacityBytes;
  }

  /** How many of `length` bytes at `offset` fit. Asked when a file would grow; counts its refusal. */
  fitting(
    file: SimulatedFile,
    offset: number,
    length: number,
    all: ReadonlyMap<string, SimulatedFile>,
  ): number {
    if (offset + length <= file.cached.size) return length;
    if (this.isFull(file.path)) {
      return this.#simulation.tape.draw('disk.no-space.part', length);
    }
    if (this.#capacityBytes === Number.POSITIVE_INFINITY) return length;
    const free = this.#capacityBytes - usedBytes(all);
    const owned = roundUp(file.cached.size);
    const fits = Math.min(length, Math.max(0, owned + Math.max(0, free) - offset));
    if (fits < length) this.#faults.bit('disk.no-space', file.path, offset);
    return fits;
  }

  /** Whether there is no room at all now. Counts its refusal. */
  isFull(path: string): boolean {
    const { nowMs, tape } = this.#simulation;
    if (nowMs >= this.#fullUntilMs) {
      if (!this.#faults.strikes('disk.no-space')) return false;
      this.#fullUntilMs = nowMs + tape.between('disk.no-space.ms', fullMsLeast, fullMsMost);
    }
    this.#faults.bit('disk.no-space', path);
    return true;
  }

  /** There is room from now on. */
  free(): void {
    this.#fullUntilMs = 0;
    this.#capacityBytes = Number.POSITIVE_INFINITY;
  }
}

function usedBytes(files: ReadonlyMap<string, SimulatedFile>): number {
  let used = 0;
  for (const file of files.values()) used += roundUp(file.cached.size);
  return used;
}

function roundUp(size: number): number {
  return sectorsTouched(0, size).count * sectorBytes;
}
