/**
 * Why a disk call failed.
 *
 * | code | meaning | may it be called again on this handle? |
 * |---|---|---|
 * | `EAGAIN` | refused before anything was done | yes, after a pause |
 * | `EIO` | the device failed; after a failed sync, what was dirty may be gone although reads still show it | no: give up the handle |
 * | `ENOSPC` | no room; a part may have been written | reads only |
 * | `ENOENT` | no such file or directory | yes |
 * | `EEXIST` | the file is there already | yes |
 * | `ELOCKED` | another live process holds the lock | yes, later |
 * | `ECLOSED` | the handle was closed | no |
 * | `EOTHER` | anything else; `cause` has it | no |
 */
export type DiskErrorCode =
  'EAGAIN' | 'EIO' | 'ENOSPC' | 'ENOENT' | 'EEXIST' | 'ELOCKED' | 'ECLOSED' | 'EOTHER';

/** The port calls of {@link Disk} and {@link DiskFile}, by name. */
export type DiskOperation =
  | 'open'
  | 'list'
  | 'rename'
  | 'remove'
  | 'makeDirectory'
  | 'syncDirectory'
  | 'lock'
  | 'size'
  | 'append'
  | 'writeAt'
  | 'read'
  | 'sync'
  | 'truncate'
  | 'close';

/** A disk call failed. Says which call, on which path, and why. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly code: DiskErrorCode;
  readonly operation: DiskOperation;
  readonly path: string;
  constructor(code: DiskErrorCode, operation: DiskOperation, path: string, options?: ErrorOptions) {
    super(`${operation} ${path}: ${code}`, options);
    this.code = code;
    this.operation = operation;
    this.path = path;
  }
}

/**
 * How {@link Disk.open} treats what is there: `create` wants a new, empty file and fails with `EEXIST` otherwise;
 * `existing` wants a file that is there and fails with `ENOENT` otherwise.
 */
export type OpenMode = 'create' | 'existing';

/**
 * One open file. Calls on one handle are answered in the order of their submission.
 *
 * Contract:
 * - What `append`, `writeAt` and `truncate` did is visible to `read` and `size` at once, and survives the death of the
 *   process, but survives a loss of power only after a later `sync` of the same file succeeded. Until then any sector
 *   (512 bytes) of it may or may not have reached the disk, in any order.
 * - A sector is written whole or not at all. Bytes never written read as zero.
 * - Bytes that are given to `append` and `writeAt` are not changed by the caller until the call is answered.
 * - At most one handle changes a file at a time.
 * - A failed `sync` (`EIO`) is final for what was dirty: a later `sync` that succeeds promises nothing about it.
 */
export interface DiskFile {
  readonly path: string;
  size(): Promise<number>;
  /** Writes at the end. Returns how many bytes were written: at least 1, perhaps fewer than given (a short write). */
  append(bytes: Uint8Array): Promise<number>;
  /** Writes at `offset`, growing the file when needed. Returns as `append`. */
  writeAt(offset: number, bytes: Uint8Array): Promise<number>;
  /** The bytes in `[offset, offset + length)`, fewer at the end of the file. The caller owns them. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Resolves when all that was written to this file is durable. The file's name is not: see {@link Disk.syncDirectory}. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** A lock held on a path. It is gone when its process is; an entry of that name may stay in its directory. */
export interface DiskLock {
  release(): Promise<void>;
}

/**
 * Files in directories. Design section 2. Paths use `/`, are relative to the root that the adapter was made for, and have no
 * `.` or `..` parts; the root itself is the empty path, and is always there.
 *
 * Contract: creation, rename and removal are visible at once, and survive a loss of power only after `syncDirectory` of the
 * parent succeeded. Unsynced directory operations reach the disk in order: a prefix of them survives. Every call that fails
 * rejects with a {@link DiskError}.
 */
export interface Disk {
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  /** Names (not paths) in a directory, sorted by code unit. `ENOENT` when there is none; other failures are never told as absence. */
  list(directory: string): Promise<readonly string[]>;
  /** Moves a file, which replaces the file `to` when that is there. Durable after `syncDirectory` of both parents. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Creates the directory and its parents; no error when it is there. */
  makeDirectory(directory: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
  /** Takes the lock file at `path`, or fails with `ELOCKED` while another live process has it. A dead process's lock is taken over. */
  lock(path: string): Promise<DiskLock>;
}
