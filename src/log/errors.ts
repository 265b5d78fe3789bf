import { DiskError } from '../runtime/disk.js';

/** What made a log fail: the disk is full, or it cannot be trusted any more. */
export type LogFailureKind = 'no-space' | 'io';

/**
 * A write or a sync failed, which is final for this handle: what was not durable then may or may not be on
 * the disk. Open the log again to see. Reading what is durable still works. ATC'20, "Can Applications Recover
 * from fsync Failures?"
 */
export class LogFailed extends Error {
  readonly code = 'LOG_FAILED';
  override readonly name = 'LogFailed';
  readonly kind: LogFailureKind;
  constructor(cause: unknown) {
    const kind = isNoSpace(cause) ? 'no-space' : 'io';
    const remedy = kind === 'no-space' ? 'make room on the disk, then' : 'see to the disk, then';
    super(`the log has failed (${kind}): ${messageOf(cause)}: ${remedy} open the log again`, { cause });
    this.kind = kind;
  }
}

/** The handle was closed. */
export class LogClosed extends Error {
  readonly code = 'LOG_CLOSED';
  override readonly name = 'LogClosed';
  constructor() {
    super('the log is closed');
  }
}

/** Another live process, or another handle of this one, writes to the log. Design section 2; flaw D28. */
export class LogLocked extends Error {
  readonly code = 'LOG_LOCKED';
  override readonly name = 'LogLocked';
  readonly path: string;
  constructor(path: string, cause: DiskError) {
    const holder = cause.cause instanceof Error ? cause.cause.message : 'a live process has it';
    super(`${path} is locked (${holder}): only one may have the log open; close that one first`, { cause });
    this.path = path;
  }
}

/** A batch, or a snapshot, is larger than the log could ever take. Nothing was appended. Flaw D26. */
export class RecordTooLarge extends Error {
  readonly code = 'RECORD_TOO_LARGE';
  override readonly name = 'RecordTooLarge';
  readonly bytes: number;
  readonly bytesMax: number;
  constructor(bytes: number, bytesMax: number) {
    super(`${bytes} bytes are more than the log takes at once (${bytesMax})`);
    this.bytes = bytes;
    this.bytesMax = bytesMax;
  }
}

/** Too many bytes wait to become durable. Nothing was appended; try again when some of them are. */
export class LogBusy extends Error {
  readonly code = 'LOG_BUSY';
  override readonly name = 'LogBusy';
  readonly pendingBytes: number;
  readonly pendingBytesMax: number;
  constructor(pendingBytes: number, pendingBytesMax: number) {
    super(`${pendingBytes} of at most ${pendingBytesMax} bytes wait to become durable`);
    this.pendingBytes = pendingBytes;
    this.pendingBytesMax = pendingBytesMax;
  }
}

/**
 * Bytes that were once acknowledged are not what they were. Nothing was changed on the disk.
 * Protocol-Aware Recovery, FAST'18: refuse, never truncate.
 */
export class LogDamaged extends Error {
  readonly code = 'LOG_DAMAGED';
  override readonly name = 'LogDamaged';
  readonly path: string;
  /** Where in the file, in bytes from its start. */
  readonly offset: number;
  readonly reason: string;
  constructor(path: string, offset: number, reason: string) {
    super(
      `${path} is damaged at byte ${offset}: ${reason}: nothing was changed; put back a copy of the folder`,
    );
    this.path = path;
    this.offset = offset;
    this.reason = reason;
  }
}

/** A later version of the log's format, which this build cannot read. Nothing was changed on the disk. */
export class LogNewer extends Error {
  readonly code = 'LOG_NEWER';
  override readonly name = 'LogNewer';
  readonly path: string;
  readonly version: number;
  /** The newest version that this build reads. */
  readonly versionMax: number;
  constructor(path: string, version: number, versionMax: number) {
    super(
      `${path} has format ${version}, and this build reads up to ${versionMax}: nothing was changed; start the newer build that wrote it`,
    );
    this.path = path;
    this.version = version;
    this.versionMax = versionMax;
  }
}

/** A log cannot be kept there: the folder above is missing, is a file, or may not be written to. */
export class LogFolderUnusable extends Error {
  readonly code = 'LOG_FOLDER_UNUSABLE';
  override readonly name = 'LogFolderUnusable';
  readonly path: string;
  constructor(path: string, cause: DiskError) {
    const reason = messageOf(cause.cause instanceof Error ? cause.cause : cause);
    super(
      `no log can be kept in "${path}": ${reason}: give it an existing folder that this process may write to`,
      {
        cause,
      },
    );
    this.path = path;
  }
}

/**
 * The disk would not say what it holds, which is not the same as holding nothing. Flaw D27. `cause` has the
 * disk's error.
 */
export class LogUnreadable extends Error {
  readonly code = 'LOG_UNREADABLE';
  override readonly name = 'LogUnreadable';
  readonly path: string;
  /** The start of the range that was being read, in bytes from the start of the file. */
  readonly offset: number;
  constructor(path: string, offset: number, cause: unknown) {
    super(
      `${path} cannot be read at byte ${offset}: ${messageOf(cause)}: see to the disk, then open the log again`,
      { cause },
    );
    this.path = path;
    this.offset = offset;
  }
}

/** The records asked for were compacted away. */
export class LogCompacted extends Error {
  readonly code = 'LOG_COMPACTED';
  override readonly name = 'LogCompacted';
  /** The first LSN that can still be read. */
  readonly firstLsn: number;
  constructor(firstLsn: number) {
    super(`the log begins at LSN ${firstLsn}`);
    this.firstLsn = firstLsn;
  }
}

/** There was no room for a snapshot. The log itself goes on. */
export class SnapshotFailed extends Error {
  readonly code = 'SNAPSHOT_FAILED';
  override readonly name = 'SnapshotFailed';
  readonly lsn: number;
  constructor(lsn: number, cause: DiskError) {
    super(`no room for the snapshot at LSN ${lsn}: ${cause.message}`, { cause });
    this.lsn = lsn;
  }
}

/** The caller asked for what the contract of the log forbids. Nothing was done. */
export class LogMisuse extends Error {
  readonly code = 'LOG_MISUSE';
  override readonly name = 'LogMisuse';
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** True when the disk was full. */
export function isNoSpace(error: unknown): error is DiskError {
  return error instanceof DiskError && error.code === 'ENOSPC';
}
