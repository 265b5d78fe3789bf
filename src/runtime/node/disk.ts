import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk, DiskFile, DiskLock, OpenMode } from '../disk.js';
import { asDiskCall } from './disk-failure.js';
import { NodeFile } from './file.js';
import { takeLock } from './lock.js';

/**
 * Files of the machine under a root folder, on a system where directories can be synced (POSIX). Caches
 * nothing.
 */
export class NodeDisk implements Disk {
  readonly #rootFolder: string;

  /** @param rootFolder - Must exist. */
  constructor(rootFolder: string) {
    this.#rootFolder = rootFolder;
  }

  open(path: string, mode: OpenMode): Promise<DiskFile> {
    return asDiskCall('open', path, async () => {
      const handle = await open(this.#absolute(path), mode === 'create' ? 'wx+' : 'r+');
      return new NodeFile(path, handle);
    });
  }

  list(directory: string): Promise<readonly string[]> {
    return asDiskCall('list', directory, async () => (await readdir(this.#absolute(directory))).toSorted());
  }

  rename(from: string, to: string): Promise<void> {
    return asDiskCall('rename', from, () => rename(this.#absolute(from), this.#absolute(to)));
  }

  remove(path: string): Promise<void> {
    return asDiskCall('remove', path, () => unlink(this.#absolute(path)));
  }

  makeDirectory(directory: string): Promise<void> {
    return asDiskCall('makeDirectory', directory, async () => {
      await mkdir(this.#absolute(directory), { recursive: true });
    });
  }

  syncDirectory(directory: string): Promise<void> {
    return asDiskCall('syncDirectory', directory, async () => {
      const handle = await open(this.#absolute(directory), 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }

  lock(path: string): Promise<DiskLock> {
    return takeLock(this.#absolute(path), path);
  }

  #absolute(path: string): string {
    return join(this.#rootFolder, path);
  }
}
