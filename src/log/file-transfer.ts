import type { Disk, DiskFile } from '../runtime/disk.js';
import { LogUnreadable } from './errors.js';

const readChunkBytes = 64 * 1024;

/** Writes all of `bytes` at `offset`: a short write is continued where it stopped. */
export async function writeFully(file: DiskFile, offset: number, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await file.writeAt(offset + written, bytes.subarray(written));
  }
}

/**
 * The content of a file that is known to be there.
 *
 * @param length - How much of it, in bytes from its start; all of it by default.
 * @throws {@link LogUnreadable} when the disk fails, or when the file is gone: neither is told as an empty file.
 */
export async function readFully(disk: Disk, path: string, length?: number): Promise<Uint8Array> {
  let offset = 0;
  try {
    const file = await disk.open(path, 'existing');
    try {
      const bytes = new Uint8Array(length ?? (await file.size()));
      while (offset < bytes.length) {
        const chunk = await file.read(offset, Math.min(readChunkBytes, bytes.length - offset));
        if (chunk.length === 0) return bytes.subarray(0, offset);
        bytes.set(chunk, offset);
        offset += chunk.length;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new LogUnreadable(path, offset, error);
  }
}

/** Creates a file with this content and syncs it. Its name is not durable yet. The caller closes it. */
export async function createSynced(disk: Disk, path: string, bytes: Uint8Array): Promise<DiskFile> {
  const file = await disk.open(path, 'create');
  try {
    await writeFully(file, 0, bytes);
    await file.sync();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
