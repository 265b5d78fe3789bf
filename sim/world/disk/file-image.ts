import { sectorBytes } from './sector.js';

/** Of every file that holds nothing yet: many never do. */
const nothing = new Uint8Array();
const leastBytes = 8 * sectorBytes;

/**
 * The bytes of one file, as somebody sees them. Bytes at and after `size` are kept zero, so that growing
 * shows zeros.
 */
export class FileImage {
  #bytes = nothing;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The content, without a copy: good until the next change, and not to be written to. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  /** A copy of what is in `[offset, offset + length)`, fewer bytes at the end of the file. */
  read(offset: number, length: number): Uint8Array {
    return this.#bytes.slice(Math.min(offset, this.#size), Math.min(offset + length, this.#size));
  }

  /** A copy of whole sectors; zeros after the end of the file. */
  readSectors(first: number, count: number): Uint8Array {
    this.#reserve((first + count) * sectorBytes);
    return this.#bytes.slice(first * sectorBytes, (first + count) * sectorBytes);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#reserve(offset + bytes.length);
    this.#bytes.set(bytes, offset);
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  /** Puts whole sectors down; the file then reaches their end, but by them no further than `sizeAtMost`. */
  writeSectors(first: number, sectors: Uint8Array, sizeAtMost: number): void {
    const start = first * sectorBytes;
    this.#reserve(start + sectors.length);
    this.#bytes.set(sectors, start);
    this.#size = Math.max(this.#size, Math.min(start + sectors.length, sizeAtMost));
  }

  /** Sets the size: cuts, or grows with zeros. */
  resize(size: number): void {
    this.#reserve(size);
    if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#size = size;
  }

  /**
   * Inverts one bit, 0 to 7, of the byte at `offset`, which is inside the file. Returns what the byte is now.
   */
  flipBit(offset: number, bit: number): number {
    const value = (this.#bytes[offset] ?? 0) ^ (1 << bit);
    this.#bytes[offset] = value;
    return value;
  }

  /** Becomes a copy of `other`. */
  become(other: FileImage): void {
    this.resize(0);
    this.write(0, other.view());
  }

  /** Whether both show the same bytes in these sectors. */
  sameSectors(other: FileImage, first: number, count: number): boolean {
    const end = (first + count) * sectorBytes;
    this.#reserve(end);
    other.#reserve(end);
    for (let index = first * sectorBytes; index < end; index += 1) {
      if (this.#bytes[index] !== other.#bytes[index]) return false;
    }
    return true;
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    let capacity = Math.max(this.#bytes.length, leastBytes);
    while (capacity < length) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}
