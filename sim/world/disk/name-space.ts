import type { SimulatedFile } from './simulated-file.js';

/** The directory that holds `path`. The root is the empty path. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** A change of names. */
export type DirectoryChange =
  | { readonly kind: 'create'; readonly path: string; readonly file: SimulatedFile }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'makeDirectory'; readonly path: string };

/** Files and directories by path. */
export class Names {
  readonly files = new Map<string, SimulatedFile>();
  readonly directories = new Set<string>(['']);

  apply(change: DirectoryChange): void {
    switch (change.kind) {
      case 'create':
        this.files.set(change.path, change.file);
        return;
      case 'rename': {
        const file = this.files.get(change.from);
        if (file === undefined) return;
        this.files.delete(change.from);
        this.files.set(change.to, file);
        return;
      }
      case 'remove':
        this.files.delete(change.path);
        return;
      case 'makeDirectory':
        this.directories.add(change.path);
    }
  }

  /** Drops what hangs below a directory that is not there. */
  prune(): void {
    for (const directory of [...this.directories].toSorted()) {
      if (directory !== '' && !this.directories.has(parentOf(directory))) this.directories.delete(directory);
    }
    for (const path of this.files.keys()) {
      if (!this.directories.has(parentOf(path))) this.files.delete(path);
    }
  }

  become(other: Names): void {
    this.files.clear();
    for (const [path, file] of other.files) this.files.set(path, file);
    this.directories.clear();
    for (const directory of other.directories) this.directories.add(directory);
  }

  equals(other: Names): boolean {
    if (this.files.size !== other.files.size || this.directories.size !== other.directories.size)
      return false;
    for (const [path, file] of this.files) if (other.files.get(path) !== file) return false;
    for (const directory of this.directories) if (!other.directories.has(directory)) return false;
    return true;
  }
}

/**
 * The names of one disk, and the changes that are not yet durable.
 *
 * Models: directory changes reach the medium in order; syncing a directory makes its own changes durable,
 * together with earlier ones of the same paths; a directory is only there after a power loss when its own
 * entry was synced in its parent.
 * Does not model: hard links, symbolic links, removal of directories, or a file sync that makes a new name
 * durable as some file systems do. That is safe because POSIX promises none of it, so an engine that relies
 * on it is wrong somewhere.
 */
export class NameSpace {
  readonly cached = new Names();
  readonly durable = new Names();
  #pending: DirectoryChange[] = [];

  /** The changes that are not yet durable, in order. */
  get pending(): readonly DirectoryChange[] {
    return this.#pending;
  }

  get pendingCount(): number {
    return this.#pending.length;
  }

  /** Makes the change visible. */
  change(change: DirectoryChange): void {
    this.cached.apply(change);
    if (change.kind === 'rename') {
      const file = this.cached.files.get(change.to);
      if (file !== undefined) file.path = change.to;
    }
    this.#pending.push(change);
  }

  /** Makes the changes in `directory` durable. */
  syncDirectory(directory: string): void {
    const paths = new Set<string>();
    const reached = new Set<DirectoryChange>();
    for (const change of this.#pending.toReversed()) {
      const touched = change.kind === 'rename' ? [change.from, change.to] : [change.path];
      if (!touched.some((path) => paths.has(path) || parentOf(path) === directory)) continue;
      reached.add(change);
      for (const path of touched) paths.add(path);
    }
    for (const change of this.#pending) if (reached.has(change)) this.durable.apply(change);
    this.#pending = this.#pending.filter((change) => !reached.has(change));
  }

  /** The names that would be left if all pending changes were lost. */
  afterPowerLoss(): Names {
    const names = new Names();
    names.become(this.durable);
    names.prune();
    return names;
  }

  /**
   * A power loss: the last `lostCount` pending changes never happened. Returns whether that made a
   * difference.
   */
  losePower(lostCount: number): boolean {
    const survivors = this.#pending.slice(0, this.#pending.length - lostCount);
    for (const change of survivors) this.durable.apply(change);
    this.durable.prune();
    this.#pending = [];
    const changed = !this.cached.equals(this.durable);
    this.cached.become(this.durable);
    for (const [path, file] of this.cached.files) file.path = path;
    return changed;
  }
}
