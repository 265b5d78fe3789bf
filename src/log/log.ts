import { type Disk, DiskError, type DiskErrorCode, type DiskLock } from '../runtime/disk.js';
import type { Ports } from '../runtime/ports.js';
import { compactLog } from './compaction.js';
import {
  LogClosed,
  LogCompacted,
  LogFailed,
  LogFolderUnusable,
  LogLocked,
  LogMisuse,
  LogUnreadable,
  RecordTooLarge,
  SnapshotFailed,
} from './errors.js';
import { FailureLatch } from './failure-latch.js';
import { lockName } from './file-names.js';
import { Flusher } from './flusher.js';
import { patientDisk } from './patient-disk.js';
import { type Recovered, type RecoveredLog, recoverLog } from './recover.js';
import { type LogRecord, readFrames, recordsAfter, type Segment } from './segment.js';
import { SegmentWriter } from './segment-writer.js';
import { snapshotBytesMax } from './snapshot-format.js';
import { writeSnapshot } from './snapshots.js';

/** Where a log lives and how much it holds at once. */
export interface LogOptions {
  /** A path on the disk. Made when it is not there; nothing else may live in it. */
  readonly directory: string;
  /** A flush that would make a segment longer than this begins the next one. Bytes, 1024 or more. */
  readonly segmentBytes: number;
  /**
   * The most bytes that may wait to become durable, and so the most that one batch may have. 16 MiB by
   * default.
   */
  readonly pendingBytesMax?: number;
}

/**
 * A durable sequence of records. Design section 2; README.md has the format and the rules.
 *
 * An LSN is the number of a record, from 1. Any error of the disk in writing is final for the handle: see
 * {@link LogFailed}.
 */
export interface Log {
  /** The LSN of the last appended record, 0 when there is none. */
  readonly lastLsn: number;
  /** The LSN of the last record that no crash can take back. */
  readonly durableLsn: number;
  /** Which opening of this log it is: higher than that of every record that was there. */
  readonly epoch: number;
  /** The LSN of the newest durable snapshot, 0 when there is none. */
  readonly snapshotLsn: number;
  /**
   * Appends records that become durable together or not at all, in the order of the calls. Takes a copy.
   *
   * @throws {@link LogFailed}, {@link LogClosed}, {@link RecordTooLarge}, {@link LogBusy}, or
   *   {@link LogMisuse} for an empty batch.
   */
  append(batch: readonly Uint8Array[]): { firstLsn: number; lastLsn: number };
  /**
   * Resolves when the record is durable. Waiters are told in the order of their LSNs.
   *
   * Rejects with {@link LogFailed}, or with {@link LogMisuse} when nothing was appended under this LSN.
   */
  durable(lsn: number): Promise<void>;
  /**
   * Makes a snapshot of the state after the record `lsn` durable.
   *
   * Rejects with {@link SnapshotFailed} when there is no room for it, {@link RecordTooLarge} above 64 MiB,
   * {@link LogMisuse} when `lsn` is not durable or older than the last snapshot, {@link LogFailed},
   * {@link LogClosed}.
   */
  snapshot(lsn: number, payload: Uint8Array): Promise<void>;
  /**
   * Removes whole segments and older snapshots that the newest snapshot makes superfluous. Rejects with
   * {@link LogFailed}, {@link LogClosed}.
   */
  compact(): Promise<void>;
  /** From now on, the next flush begins a new segment. Rejects with {@link LogFailed}, {@link LogClosed}. */
  rotate(): Promise<void>;
  /**
   * The records behind `lsn` that are durable when reading begins, in order. By position, never by what is in
   * them: flaw D30. Works on a failed log too.
   *
   * Throws {@link LogCompacted}, {@link LogDamaged}, {@link LogUnreadable}, {@link LogClosed}.
   */
  readSince(lsn: number): AsyncIterable<LogRecord>;
  /**
   * Flushes what was appended and gives up the lock. Rejects with {@link LogFailed} when even that fails; the
   * lock is released still.
   */
  close(): Promise<void>;
  /** Resolves when the handle has failed. */
  readonly failure: Promise<LogFailed>;
}

/** What a probe is told of a log. */
export const logStates = ['recovering', 'idle', 'flushing', 'failed', 'closed'] as const;

const segmentBytesMin = 1024;
const pendingBytesDefault = 16 * 1024 * 1024;
const pendingBytesLimit = 1024 * 1024 * 1024;

/**
 * Opens the log in a directory, alone: recovers what it holds, tells it through `recovered`, and is then
 * ready to append.
 *
 * Rejects with {@link LogLocked}, {@link LogFolderUnusable}, {@link LogDamaged}, {@link LogNewer},
 * {@link LogUnreadable}, {@link LogMisuse}, or what a callback threw, having changed nothing but the lock; with
 * {@link LogFailed} when what it found could not be made durable. It then holds no lock.
 */
export async function openLog(ports: Ports, options: LogOptions, recovered: Recovered): Promise<Log> {
  requireSound(options);
  const disk = patientDisk(ports.disk, ports.clock, ports.probe);
  ports.probe.label('log', 'recovering');
  const lock = await lockDirectory(disk, options.directory);
  try {
    const found = await recoverLog(ports, disk, options.directory, recovered);
    ports.probe.label('log', 'idle');
    return new DurableLog(ports, disk, lock, options, found);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class DurableLog implements Log {
  readonly epoch: number;
  readonly #probe: Ports['probe'];
  readonly #disk: Disk;
  readonly #lock: DiskLock;
  readonly #directory: string;
  readonly #logId: Uint8Array;
  readonly #latch = new FailureLatch();
  readonly #writer: SegmentWriter;
  readonly #flusher: Flusher;
  #snapshotLsn: number;
  /** The last of the snapshots and compactions, which follow one another. */
  #maintenance: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(ports: Ports, disk: Disk, lock: DiskLock, options: LogOptions, found: RecoveredLog) {
    const { directory, segmentBytes, pendingBytesMax = pendingBytesDefault } = options;
    const { logId, segments, lastLsn } = found;
    this.epoch = found.epoch + 1;
    this.#probe = ports.probe;
    this.#disk = disk;
    this.#lock = lock;
    this.#directory = directory;
    this.#logId = logId;
    this.#snapshotLsn = found.snapshotLsn;
    const { entropy, probe } = ports;
    const { epoch } = this;
    this.#writer = new SegmentWriter({ disk, entropy, directory, segmentBytes, logId, epoch, segments });
    this.#flusher = new Flusher({
      writer: this.#writer,
      latch: this.#latch,
      probe,
      lastLsn,
      pendingBytesMax,
    });
    void this.failure.then(({ kind, message }) => {
      probe.event('log.failed', { kind, message });
      probe.label('log', 'failed');
    });
  }

  get lastLsn(): number {
    return this.#flusher.lastLsn;
  }

  get durableLsn(): number {
    return this.#flusher.durableLsn;
  }

  get snapshotLsn(): number {
    return this.#snapshotLsn;
  }

  get failure(): Promise<LogFailed> {
    return this.#latch.failure;
  }

  append(batch: readonly Uint8Array[]): { firstLsn: number; lastLsn: number } {
    this.#requireUsable();
    return this.#flusher.append(batch);
  }

  durable(lsn: number): Promise<void> {
    return this.#flusher.durable(lsn);
  }

  snapshot(lsn: number, payload: Uint8Array): Promise<void> {
    return this.#maintain(async () => {
      if (payload.length > snapshotBytesMax) throw new RecordTooLarge(payload.length, snapshotBytesMax);
      if (lsn > this.durableLsn || lsn < this.#snapshotLsn) {
        throw new LogMisuse(`a snapshot at LSN ${lsn} is not in [${this.#snapshotLsn}, ${this.durableLsn}]`);
      }
      await writeSnapshot(this.#disk, this.#directory, { logId: this.#logId, lsn, payload });
      this.#snapshotLsn = lsn;
    });
  }

  compact(): Promise<void> {
    return this.#maintain(() => compactLog(this.#disk, this.#directory, this.#writer, this.#snapshotLsn));
  }

  async rotate(): Promise<void> {
    this.#requireUsable();
    this.#writer.rotate();
  }

  async *readSince(lsn: number): AsyncGenerator<LogRecord> {
    const endLsn = this.durableLsn;
    let afterLsn = lsn;
    while (afterLsn < endLsn) {
      if (this.#closing !== undefined) throw new LogClosed();
      const segment = this.#segmentWith(afterLsn + 1);
      for (const record of recordsAfter(await this.#read(segment), afterLsn)) {
        if (record.lsn > endLsn) return;
        yield record;
      }
      afterLsn = segment.lastLsn;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#flusher.idle();
      await this.#maintenance;
      await this.#writer.close();
    } catch (error) {
      throw this.#latch.fail(error);
    } finally {
      this.#probe.label('log', 'closed');
      await this.#lock.release();
    }
  }

  /** Runs a job behind the earlier ones. */
  #maintain(job: () => Promise<void>): Promise<void> {
    const isClosed = this.#closing !== undefined;
    const told = this.#maintenance.then(async () => {
      if (isClosed) throw new LogClosed();
      if (this.#latch.failed !== undefined) throw this.#latch.failed;
      try {
        await job();
      } catch (error) {
        throw isRefusal(error) ? error : this.#latch.fail(error);
      }
    });
    // How it ended is for the caller; the next job only waits for the end.
    this.#maintenance = told.catch(() => {});
    return told;
  }

  #requireUsable(): void {
    if (this.#closing !== undefined) throw new LogClosed();
    if (this.#latch.failed !== undefined) throw this.#latch.failed;
  }

  #segmentWith(lsn: number): Segment {
    const segment = this.#writer.segments.find(({ lastLsn }) => lastLsn >= lsn);
    if (segment === undefined || segment.baseLsn > lsn) throw this.#compacted();
    return segment;
  }

  async #read(segment: Segment): ReturnType<typeof readFrames> {
    try {
      return await readFrames(this.#disk, segment);
    } catch (error) {
      const isGone = error instanceof LogUnreadable && isNoEntry(error.cause);
      const isKept = this.#writer.segments.some(({ baseLsn }) => baseLsn === segment.baseLsn);
      throw isGone && !isKept ? this.#compacted() : error;
    }
  }

  #compacted(): LogCompacted {
    return new LogCompacted(this.#writer.segments[0]?.baseLsn ?? this.durableLsn + 1);
  }
}

function requireSound({ segmentBytes, pendingBytesMax = pendingBytesDefault }: LogOptions): void {
  if (!Number.isSafeInteger(segmentBytes) || segmentBytes < segmentBytesMin) {
    throw new LogMisuse(`segmentBytes is ${segmentBytes}, not an integer from ${segmentBytesMin}`);
  }
  if (!Number.isSafeInteger(pendingBytesMax) || pendingBytesMax < 1 || pendingBytesMax > pendingBytesLimit) {
    throw new LogMisuse(`pendingBytesMax is ${pendingBytesMax}, not an integer in [1, ${pendingBytesLimit}]`);
  }
}

/** What the disk says of a folder that is none, and not of a disk that fails. */
const unusable: ReadonlySet<DiskErrorCode> = new Set(['ENOENT', 'EEXIST', 'EOTHER']);

async function lockDirectory(disk: Disk, directory: string): Promise<DiskLock> {
  const path = `${directory}/${lockName}`;
  try {
    await disk.makeDirectory(directory);
    // The directory may be new, and so may those above it: what is synced in it is lost with any of their
    // names.
    for (const parent of parentsOf(directory)) await disk.syncDirectory(parent);
    return await disk.lock(path);
  } catch (error) {
    if (!(error instanceof DiskError)) throw new LogFailed(error);
    if (error.code === 'ELOCKED') throw new LogLocked(path, error);
    throw unusable.has(error.code) ? new LogFolderUnusable(directory, error) : new LogFailed(error);
  }
}

/** The directories above `directory`, from the root, which is the empty path. */
function parentsOf(directory: string): readonly string[] {
  const parts = directory.split('/');
  return parts.map((_, index) => parts.slice(0, index).join('/'));
}

/** The job was refused or had no room, and left the log as it was. */
function isRefusal(error: unknown): boolean {
  return error instanceof SnapshotFailed || error instanceof RecordTooLarge || error instanceof LogMisuse;
}

function isNoEntry(error: unknown): boolean {
  return error instanceof DiskError && error.code === 'ENOENT';
}
