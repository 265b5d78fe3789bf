import { type Disk, DiskError, type DiskFile } from '../../../src/runtime/disk.js';

/** A disk that keeps everything at once, for tests of who uses it. `reach` is called before and after each change and look. */
export function memoryDisk(files: Map<string, Uint8Array>, reach: <T>(act: () => T) => Promise<T>): Disk {
  const file = (path: string): DiskFile => ({
    path,
    size: () => reach(() => files.get(path)?.length ?? 0),
    append: () => Promise.reject(new DiskError('EOTHER', 'append', path)),
    writeAt: (offset, bytes) =>
      reach(() => {
        const before = files.get(path) ?? new Uint8Array();
        const after = new Uint8Array(Math.max(before.length, offset + bytes.length));
        after.set(before);
        after.set(bytes, offset);
        files.set(path, after);
        return bytes.length;
      }),
    read: (offset, length) =>
      reach(() => new Uint8Array(files.get(path)?.subarray(offset, offset + length) ?? [])),
    sync: () => reach(() => {}),
    truncate: () => Promise.reject(new DiskError('EOTHER', 'truncate', path)),
    close: async () => {},
  });
  return {
    open: (path, mode) =>
      reach(() => {
        if (mode === 'create' && files.has(path)) throw new DiskError('EEXIST', 'open', path);
        if (mode === 'create') files.set(path, new Uint8Array());
        return file(path);
      }),
    list: (directory) =>
      reach(() => {
        const inside = [...files.keys()].filter((path) => path.startsWith(`${directory}/`));
        return inside.map((path) => path.slice(directory.length + 1)).sort();
      }),
    rename: (from, to) =>
      reach(() => {
        const bytes = files.get(from);
        if (bytes === undefined) throw new DiskError('ENOENT', 'rename', from);
        files.delete(from);
        files.set(to, bytes);
      }),
    remove: (path) =>
      reach(() => {
        if (!files.delete(path)) throw new DiskError('ENOENT', 'remove', path);
      }),
    makeDirectory: async () => {},
    syncDirectory: () => reach(() => {}),
    lock: (path) => Promise.reject(new DiskError('EOTHER', 'lock', path)),
  };
}
