import {
  type Disk,
  DiskError,
  type DiskFile,
  type DiskLock,
  type DiskOperation,
  type OpenMode,
} from '../../../src/runtime/disk.js';
import type { Life } from '../../kernel/process.js';
import { BoundFile } from './bound-file.js';
import { DiskCaller } from './disk-caller.js';
import type { DiskState } from './disk-state.js';
import type { DiskFaultKind } from './disk-faults.js';
import { type DirectoryChange, parentOf } from './name-space.js';
import { SimulatedFile } from './simulated-file.js';

/** The disk port of one life. */
export class BoundDisk implements Disk {
  readonly #caller: DiskCaller;
  readonly #state: DiskState;

  constructor(state: DiskState, life: Life) {
    this.#caller = new DiskCaller(state, life);
    this.#state = state;
  }

  open(path: string, mode: OpenMode): Promise<DiskFile> {
    if (mode === 'existing') {
      return this.#call('open', path, 'disk.eio-read', () => {
        const file = this.#requireFile('open', path);
        return new BoundFile(this.#caller, path, file);
      });
    }
    const create = (): SimulatedFile => {
      const { files, directories } = this.#state.names.cached;
      if (files.has(path) || directories.has(path)) throw new DiskError('EEXIST', 'open', path);
      this.#requireParent('open', path);
      const file = new SimulatedFile(path);
      this.#change({ kind: 'create', path, file });
      return file;
    };
    const effect = (): DiskFile => {
      if (this.#state.space.isFull(path)) throw new DiskError('ENOSPC', 'open', path);
      return new BoundFile(this.#caller, path, create());
    };
    return this.#call('open', path, 'disk.eio-write', effect, create);
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#call('list', directory, 'disk.eio-read', () => {
      const { files, directories } = this.#state.names.cached;
      this.#requireDirectory('list', directory);
      const paths = [...files.keys(), ...directories, ...this.#state.locks.keys()];
      return paths
        .filter((path) => path !== '' && parentOf(path) === directory)
        .map((path) => path.slice(directory === '' ? 0 : directory.length + 1))
        .toSorted();
    });
  }

  rename(from: string, to: string): Promise<void> {
    const rename = (): void => {
      this.#requireFile('rename', from);
      this.#requireParent('rename', to);
      if (this.#state.names.cached.directories.has(to)) throw new DiskError('EOTHER', 'rename', from);
      if (from !== to) this.#change({ kind: 'rename', from, to });
    };
    return this.#call('rename', from, 'disk.eio-write', rename, rename);
  }

  remove(path: string): Promise<void> {
    const remove = (): void => {
      this.#requireFile('remove', path);
      this.#change({ kind: 'remove', path });
    };
    return this.#call('remove', path, 'disk.eio-write', remove, remove);
  }

  makeDirectory(directory: string): Promise<void> {
    const make = (): void => this.#makeDirectory(directory);
    return this.#call('makeDirectory', directory, 'disk.eio-write', make, make);
  }

  syncDirectory(directory: string): Promise<void> {
    const sync = (): void => {
      this.#requireDirectory('syncDirectory', directory);
      this.#state.names.syncDirectory(directory);
    };
    const syncAndTell = (): void => {
      sync();
      this.#state.tellSynced(directory);
    };
    return this.#call('syncDirectory', directory, 'disk.eio-sync', syncAndTell, sync);
  }

  lock(path: string): Promise<DiskLock> {
    return this.#call('lock', path, undefined, () => {
      const { locks, names } = this.#state;
      this.#requireParent('lock', path);
      if (names.cached.files.has(path)) throw new DiskError('EOTHER', 'lock', path);
      if (locks.get(path)?.alive === true) throw new DiskError('ELOCKED', 'lock', path);
      locks.set(path, this.#caller.life);
      return this.#lockHandle(path);
    });
  }

  #lockHandle(path: string): DiskLock {
    let isHeld = true;
    return {
      release: () =>
        this.#call('lock', path, undefined, () => {
          if (!isHeld) throw new DiskError('ECLOSED', 'lock', path);
          isHeld = false;
          this.#state.locks.set(path, undefined);
        }),
    };
  }

  #makeDirectory(directory: string): void {
    const { files, directories } = this.#state.names.cached;
    if (directories.has(directory)) return;
    if (files.has(directory)) throw new DiskError('EEXIST', 'makeDirectory', directory);
    const parent = parentOf(directory);
    if (files.has(parent)) throw new DiskError('EOTHER', 'makeDirectory', directory);
    this.#makeDirectory(parent);
    this.#change({ kind: 'makeDirectory', path: directory });
  }

  /** A call of its own: calls on the disk, unlike those on one handle, may overtake each other. */
  #call<T>(
    operation: DiskOperation,
    path: string,
    failsBy: DiskFaultKind | undefined,
    effect: () => T,
    happen?: () => void,
  ): Promise<T> {
    const call = { operation, path, offset: -1, length: 0, ...(failsBy === undefined ? {} : { failsBy }) };
    return this.#caller.call(call, { busyUntilMs: 0 }, effect, happen);
  }

  #change(change: DirectoryChange): void {
    this.#state.names.change(change);
  }

  #requireFile(operation: DiskOperation, path: string): SimulatedFile {
    const { files, directories } = this.#state.names.cached;
    const file = files.get(path);
    if (file !== undefined) return file;
    if (directories.has(path)) throw new DiskError('EOTHER', operation, path);
    this.#requireParent(operation, path);
    throw new DiskError('ENOENT', operation, path);
  }

  #requireParent(operation: DiskOperation, path: string): void {
    this.#requireDirectory(operation, parentOf(path), path);
  }

  /**
   * Fails as a real disk does: `ENOENT` when nothing is there, `EOTHER` when it, or a part of the way to it,
   * is a file.
   */
  #requireDirectory(operation: DiskOperation, directory: string, path = directory): void {
    const { files, directories } = this.#state.names.cached;
    for (let part = directory; !directories.has(part); part = parentOf(part)) {
      if (files.has(part)) throw new DiskError('EOTHER', operation, path);
    }
    if (!directories.has(directory)) throw new DiskError('ENOENT', operation, path);
  }
}
