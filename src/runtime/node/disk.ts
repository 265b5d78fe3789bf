import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk, DiskFile, DiskLock, OpenMode } from '../disk.js';
import { asDiskCall, diskFailure } from './disk-failure.js';
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
      await this.#makeWithParents(directory);
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

  /** Not by a recursive mkdir, which never returns where the system answers ENOENT below an existing directory. */
  async #makeWithParents(directory: string): Promise<void> {
    if (directory === '' || (await isDirectory(this.#absolute(directory)))) return;
    try {
      await mkdir(this.#absolute(directory));
    } catch (error) {
      if (diskFailure('makeDirectory', directory, error).code !== 'ENOENT') throw error;
      await this.#makeWithParents(directory.slice(0, Math.max(0, directory.lastIndexOf('/'))));
      await mkdir(this.#absolute(directory));
    }
  }

  #absolute(path: string): string {
    return join(this.#rootFolder, path);
  }
}

async function isDirectory(absolutePath: string): Promise<boolean> {
  try {
    return (await stat(absolutePath)).isDirectory();
  } catch {
    // What is wrong with it, the mkdir that follows will tell.
    return false;
  }
}
