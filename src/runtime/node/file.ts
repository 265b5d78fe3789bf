import type { FileHandle } from 'node:fs/promises';
import { DiskError, type DiskFile, type DiskOperation } from '../disk.js';
import { asDiskCall } from './disk-failure.js';

/** An open file of the machine. Calls are carried out one after the other. */
export class NodeFile implements DiskFile {
  readonly path: string;
  readonly #handle: FileHandle;
  #last: Promise<unknown> = Promise.resolve();
  #isOpen = true;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  size(): Promise<number> {
    return this.#inOrder('size', async () => (await this.#handle.stat()).size);
  }

  append(bytes: Uint8Array): Promise<number> {
    return this.#inOrder('append', async () => {
      const { size } = await this.#handle.stat();
      return this.#write('append', size, bytes);
    });
  }

  writeAt(offset: number, bytes: Uint8Array): Promise<number> {
    return this.#inOrder('writeAt', () => this.#write('writeAt', offset, bytes));
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#inOrder('read', async () => {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled === length ? bytes : bytes.slice(0, filled);
    });
  }

  sync(): Promise<void> {
    return this.#inOrder('sync', () => this.#handle.sync());
  }

  truncate(length: number): Promise<void> {
    return this.#inOrder('truncate', () => this.#handle.truncate(length));
  }

  close(): Promise<void> {
    return this.#inOrder('close', async () => {
      this.#isOpen = false;
      await this.#handle.close();
    });
  }

  async #write(operation: DiskOperation, offset: number, bytes: Uint8Array): Promise<number> {
    if (bytes.length === 0) return 0;
    const { bytesWritten } = await this.#handle.write(bytes, 0, bytes.length, offset);
    if (bytesWritten === 0) throw new DiskError('EOTHER', operation, this.path);
    return bytesWritten;
  }

  #inOrder<T>(operation: DiskOperation, work: () => Promise<T>): Promise<T> {
    const carryOut = (): Promise<T> =>
      asDiskCall(operation, this.path, () => {
        if (!this.#isOpen) throw new DiskError('ECLOSED', operation, this.path);
        return work();
      });
    // A failed call is its own caller's; the next one is carried out all the same.
    const answer = this.#last.then(carryOut, carryOut);
    this.#last = answer;
    return answer;
  }
}
