import type { Clock } from '../runtime/clock.js';
import { type Disk, DiskError, type DiskFile, type DiskOperation } from '../runtime/disk.js';
import type { Probe } from '../runtime/probe.js';

const pauseFirstMs = 1;
const pauseMostMs = 1000;

/**
 * The same disk, but a call that was refused with `EAGAIN`, before anything was done, is made again after a
 * pause that doubles from 1 ms to 1 s, until it is taken. All other failures pass.
 */
export function patientDisk(disk: Disk, clock: Clock, probe: Probe): Disk {
  const patiently = async <T>(operation: DiskOperation, call: () => Promise<T>): Promise<T> => {
    for (let pauseMs = pauseFirstMs; ; pauseMs = Math.min(2 * pauseMs, pauseMostMs)) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof DiskError) || error.code !== 'EAGAIN') throw error;
        probe.event('log.blocked', { operation, pauseMs });
        await clock.sleep(pauseMs);
      }
    }
  };

  const patientFile = (file: DiskFile): DiskFile => ({
    path: file.path,
    size: () => patiently('size', () => file.size()),
    append: (bytes) => patiently('append', () => file.append(bytes)),
    writeAt: (offset, bytes) => patiently('writeAt', () => file.writeAt(offset, bytes)),
    read: (offset, length) => patiently('read', () => file.read(offset, length)),
    sync: () => patiently('sync', () => file.sync()),
    truncate: (length) => patiently('truncate', () => file.truncate(length)),
    close: () => patiently('close', () => file.close()),
  });

  return {
    open: async (path, mode) => patientFile(await patiently('open', () => disk.open(path, mode))),
    list: (directory) => patiently('list', () => disk.list(directory)),
    rename: (from, to) => patiently('rename', () => disk.rename(from, to)),
    remove: (path) => patiently('remove', () => disk.remove(path)),
    makeDirectory: (directory) => patiently('makeDirectory', () => disk.makeDirectory(directory)),
    syncDirectory: (directory) => patiently('syncDirectory', () => disk.syncDirectory(directory)),
    lock: async (path) => {
      const lock = await patiently('lock', () => disk.lock(path));
      return { release: () => patiently('lock', () => lock.release()) };
    },
  };
}
