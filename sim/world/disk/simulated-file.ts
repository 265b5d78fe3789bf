import { FileImage } from './file-image.js';
import { sectorBytes, sectorsTouched } from './sector.js';

/** Something that struck once and is to be counted as effective at most once. */
export interface Strike {
  counted: boolean;
}

/**
 * A write that is in the cache and not yet on the medium. It holds whole sectors as the cache showed them
 * after it: a page cache writes pages, so a later version of a sector contains the earlier ones.
 */
export interface PendingWrite {
  readonly kind: 'write';
  /** Its place among all changes of the disk. */
  readonly order: number;
  readonly firstSector: number;
  readonly sectors: Uint8Array;
  /** The size of the file after it. */
  readonly sizeAfter: number;
  /** Set when a sync has claimed that this is durable. */
  lie: Strike | undefined;
}

/** A change of size that is in the cache and not yet on the medium. */
export interface PendingResize {
  readonly kind: 'resize';
  readonly order: number;
  readonly size: number;
  lie: Strike | undefined;
}

export type PendingChange = PendingWrite | PendingResize;

/** The sectors that a write touches, in order. A resize stands for sector 0. */
export function sectorsOf(change: PendingChange): readonly number[] {
  if (change.kind === 'resize') return [0];
  const count = change.sectors.length / sectorBytes;
  return Array.from({ length: count }, (_, index) => change.firstSector + index);
}

/** A byte of the medium that is not what was written. */
interface RottenByte {
  readonly offset: number;
  readonly value: number;
  readonly strike: Strike;
}

/**
 * One file, whatever its name.
 *
 * Models: what reads see (`cached`), what the medium holds (`durable`), what it would hold had nothing been
 * damaged and no sync lied (`promised`), and the changes in between, in order.
 * Does not model: eviction of dirty pages before a sync (that is what survives at a power loss), or time
 * stamps and permissions. That is safe because an engine sees content and names only, and early write-back
 * can only be observed after a power loss.
 */
export class SimulatedFile {
  /** The newest name. Only for reports. */
  path: string;
  readonly cached = new FileImage();
  readonly durable = new FileImage();
  readonly promised = new FileImage();
  pending: PendingChange[] = [];
  /** Sectors that cannot be read until they are written again. */
  readonly unreadable = new Map<number, Strike>();
  /** Sectors that a failed sync left clean: readable, not durable, and no longer to be written. */
  readonly markedClean = new Map<number, Strike>();
  #rotten: RottenByte[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /** A file with durable content. */
  static of(path: string, content: Uint8Array): SimulatedFile {
    const file = new SimulatedFile(path);
    for (const image of [file.cached, file.durable, file.promised]) image.write(0, content);
    return file;
  }

  write(offset: number, bytes: Uint8Array, order: number): void {
    this.cached.write(offset, bytes);
    const { first, count } = sectorsTouched(offset, bytes.length);
    this.pending.push({
      kind: 'write',
      order,
      firstSector: first,
      sectors: this.cached.readSectors(first, count),
      sizeAfter: this.cached.size,
      lie: undefined,
    });
    for (let sector = first; this.markedClean.size > 0 && sector < first + count; sector += 1) {
      this.markedClean.delete(sector);
    }
    if (this.#rotten.length > 0) this.#forgetRot(offset, bytes.length);
  }

  resize(size: number, order: number): void {
    this.cached.resize(size);
    this.pending.push({ kind: 'resize', order, size, lie: undefined });
  }

  /**
   * Puts a pending change, or only some of a write's sectors, on the medium. Heals unreadable sectors that it
   * covers.
   */
  writeOut(change: PendingChange, reaches: (sector: number) => boolean = () => true): void {
    const images = change.lie === undefined ? [this.durable, this.promised] : [this.durable];
    if (change.kind === 'resize') {
      if (reaches(0)) for (const image of images) image.resize(change.size);
      return;
    }
    const count = change.sectors.length / sectorBytes;
    for (let index = 0; index < count; index += 1) {
      const sector = change.firstSector + index;
      if (!reaches(sector)) continue;
      const content = change.sectors.subarray(index * sectorBytes, (index + 1) * sectorBytes);
      for (const image of images) image.writeSectors(sector, content, change.sizeAfter);
      this.unreadable.delete(sector);
    }
  }

  /** Puts a write's size on the medium without its content: what did not reach it reads as zero. */
  keepSize(change: PendingChange): void {
    if (change.kind === 'resize') return;
    const images = change.lie === undefined ? [this.durable, this.promised] : [this.durable];
    for (const image of images) if (image.size < change.sizeAfter) image.resize(change.sizeAfter);
  }

  /** Makes all that is pending durable. */
  sync(): void {
    for (const change of this.pending) this.writeOut(change);
    this.pending = [];
  }

  /** Lets a sync claim that all is durable, and keeps it pending. */
  pretendSync(lie: Strike): void {
    for (const change of this.pending) {
      if (change.lie !== undefined) continue;
      if (change.kind === 'resize') this.promised.resize(change.size);
      else this.promised.writeSectors(change.firstSector, change.sectors, change.sizeAfter);
      change.lie = lie;
    }
  }

  isDirty(sector: number): boolean {
    return this.pending.some(
      (change) =>
        change.kind === 'write' &&
        sector >= change.firstSector &&
        sector < change.firstSector + change.sectors.length / sectorBytes,
    );
  }

  /**
   * The strike that makes a read of `[offset, offset + length)` fail, if any. What is dirty is read from the
   * cache.
   */
  unreadableIn(offset: number, length: number): Strike | undefined {
    if (this.unreadable.size === 0) return undefined;
    const { first, count } = sectorsTouched(offset, length);
    for (let sector = first; sector < first + count; sector += 1) {
      const strike = this.unreadable.get(sector);
      if (strike !== undefined && !this.isDirty(sector)) return strike;
    }
    return undefined;
  }

  /**
   * Inverts a bit of the medium. Reads show it at once unless the sector is dirty: a clean page may leave the
   * cache anytime.
   */
  rot(offset: number, bit: number, strike: Strike): void {
    const value = this.durable.flipBit(offset, bit);
    if (!this.isDirty(Math.floor(offset / sectorBytes)) && offset < this.cached.size) {
      this.cached.flipBit(offset, bit);
    }
    this.#rotten.push({ offset, value, strike });
  }

  /** The strikes whose rotten byte is among the `bytes` that were read from `offset`. */
  rotIn(offset: number, bytes: Uint8Array): readonly Strike[] {
    if (this.#rotten.length === 0) return [];
    return this.#rotten
      .filter(
        (rot) =>
          rot.offset >= offset &&
          rot.offset < offset + bytes.length &&
          bytes[rot.offset - offset] === rot.value,
      )
      .map((rot) => rot.strike);
  }

  /** The end of a power loss: what the medium holds is all that there is. */
  forgetCache(): void {
    this.pending = [];
    this.markedClean.clear();
    this.cached.become(this.durable);
  }

  #forgetRot(offset: number, length: number): void {
    this.#rotten = this.#rotten.filter((rot) => rot.offset < offset || rot.offset >= offset + length);
  }
}
