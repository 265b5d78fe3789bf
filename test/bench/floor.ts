import { type FileHandle, open } from 'node:fs/promises';
import { ratePerSecond } from './rounds.js';

/** What a disk gives at most to one who waits for each write: a sector written, an fsync, and again. */
export class Floor {
  static readonly title = 'floor: write a sector, fsync';
  readonly #file: FileHandle;
  readonly #sector = new Uint8Array(512);
  /** Like a log, it makes one file longer and longer. */
  #offset = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @param path - A file that is made, in the folder of whatever it is the floor of. */
  static async at(path: string): Promise<Floor> {
    return new Floor(await open(path, 'wx'));
  }

  /** Fsyncs per second. */
  measure(syncs: number): Promise<number> {
    return ratePerSecond(syncs, async () => {
      for (let index = 0; index < syncs; index += 1) {
        await this.#file.write(this.#sector, 0, this.#sector.length, this.#offset);
        await this.#file.sync();
        this.#offset += this.#sector.length;
      }
    });
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
