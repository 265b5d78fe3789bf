import { digestHex } from '../codec/digest.js';
import { createSynced, readFully, writeFully } from '../log/file-transfer.js';
import type { StoredObject } from '../remote/remote-segments.js';
import { type Disk, DiskError } from '../runtime/disk.js';

const idPattern = /^[0-9a-f]{32}$/u;

/** What is no id of a segment: it has 32 lowercase hex digits. */
export class InvalidSegmentId extends Error {
  readonly code = 'SEGMENT_INVALID_ID';
  override readonly name = 'InvalidSegmentId';
  constructor(segmentId: string) {
    super(`${JSON.stringify(segmentId.slice(0, 80))} is not 32 lowercase hex digits`);
  }
}

/**
 * Segments as files of one directory. What is answered is durable: a segment is there wholly or not at all, and one that was removed
 * does not come back. One call at a time; each rejects with the disk's error, and may then be given again.
 */
export class LocalSegments {
  readonly #disk: Disk;
  readonly #directory: string;
  /** The last call. Never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  /** Makes the directory when it is not there, and clears away what a crash has left half-written. */
  static async open(disk: Disk, directory: string): Promise<LocalSegments> {
    await disk.makeDirectory(directory);
    const parts = directory.split('/');
    for (const [index] of parts.entries()) await disk.syncDirectory(parts.slice(0, index).join('/'));
    for (const name of await disk.list(directory)) {
      if (name.endsWith('.new')) await disk.remove(`${directory}/${name}`);
    }
    return new LocalSegments(disk, directory);
  }

  /** Writes a segment. Whatever was there under the id is replaced, in one go. */
  put(segmentId: string, bytes: Uint8Array): Promise<StoredObject> {
    const path = this.#path(segmentId);
    return this.#inTurn(async () => {
      const temporary = `${path}.new`;
      await this.#removeIfThere(temporary);
      const file = await createSynced(this.#disk, temporary, (created) => writeFully(created, 0, bytes));
      await file.close();
      await this.#disk.rename(temporary, path);
      await this.#disk.syncDirectory(this.#directory);
      return objectOf(bytes);
    });
  }

  /** The bytes as they are on the disk. Whether they are the right ones is for the caller to see. */
  read(segmentId: string): Promise<Uint8Array | undefined> {
    const path = this.#path(segmentId);
    return this.#inTurn(async () => {
      const names = await this.#disk.list(this.#directory);
      return names.includes(fileName(segmentId)) ? readFully(this.#disk, path) : undefined;
    });
  }

  /** What is there now, by its bytes. */
  async digest(segmentId: string): Promise<StoredObject | undefined> {
    const bytes = await this.read(segmentId);
    return bytes === undefined ? undefined : objectOf(bytes);
  }

  /** No error when it is not there: then it is made sure that it stays so. */
  remove(segmentId: string): Promise<void> {
    const path = this.#path(segmentId);
    return this.#inTurn(async () => {
      await this.#removeIfThere(path);
      await this.#disk.syncDirectory(this.#directory);
    });
  }

  async #removeIfThere(path: string): Promise<void> {
    try {
      await this.#disk.remove(path);
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== 'ENOENT') throw error;
    }
  }

  #path(segmentId: string): string {
    if (!idPattern.test(segmentId)) throw new InvalidSegmentId(segmentId);
    return `${this.#directory}/${fileName(segmentId)}`;
  }

  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(call);
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }
}

/** Bytes as they are known by. */
export function objectOf(bytes: Uint8Array): StoredObject {
  return { digest: digestHex(bytes), length: bytes.length };
}

function fileName(segmentId: string): string {
  return `${segmentId}.segment`;
}
