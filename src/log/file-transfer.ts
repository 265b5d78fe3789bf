import { type Disk, DiskError, type DiskFile } from '../runtime/disk.js';
import { LogUnreadable } from './errors.js';
import { sectorBytes } from './segment-header.js';

const readChunkBytes = 64 * 1024;
const fruitlessWritesMax = 8;

/**
 * Writes all of `bytes` at `offset`: a short write is continued where it stopped, whatever a crash makes of
 * it.
 */
export async function writeFully(file: DiskFile, offset: number, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await file.writeAt(offset + written, bytes.subarray(written));
  }
}

/**
 * Writes whole sectors at the end of a file, at `offset`. No crash leaves a sector of them half-written in
 * front of others: recovery could not tell that from damage. So when a short write ends inside a sector, that
 * sector is cut off, durably, and written again.
 *
 * @throws {@link DiskError} `ENOSPC` also when the disk takes less than a sector again and again: this is how
 *   a full disk begins.
 */
export async function appendSectors(file: DiskFile, offset: number, sectors: Uint8Array): Promise<void> {
  let written = 0;
  let fruitlessWrites = 0;
  while (written < sectors.length) {
    const count = await file.writeAt(offset + written, sectors.subarray(written));
    const rest = count % sectorBytes;
    written += count - rest;
    if (rest === 0) continue;
    fruitlessWrites = count === rest ? fruitlessWrites + 1 : 0;
    if (fruitlessWrites === fruitlessWritesMax) throw new DiskError('ENOSPC', 'writeAt', file.path);
    await file.truncate(offset + written);
    await file.sync();
  }
}

/**
 * The content of a file that is known to be there.
 *
 * @param length - How much of it, in bytes from its start; all of it by default.
 * @throws {@link LogUnreadable} when the disk fails, or when the file is gone: neither is told as an empty
 *   file.
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

/** Creates a file, has `write` fill it, and syncs it. Its name is not durable yet. The caller closes it. */
export async function createSynced(
  disk: Disk,
  path: string,
  write: (file: DiskFile) => Promise<void>,
): Promise<DiskFile> {
  const file = await disk.open(path, 'create');
  try {
    await write(file);
    await file.sync();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
