import type { Disk, DiskFile } from '../runtime/disk.js';
import type { Entropy } from '../runtime/entropy.js';
import { viewOf } from './bytes.js';
import { segmentName } from './file-names.js';
import { appendSectors, createSynced } from './file-transfer.js';
import { encodeFlush, flushBytes } from './flush.js';
import type { Frame } from './frame.js';
import type { Segment } from './segment.js';
import { encodeSegmentHeader, sectorBytes } from './segment-header.js';

/** What a {@link SegmentWriter} writes, and where. */
export interface SegmentWriterOptions {
  readonly disk: Disk;
  readonly entropy: Entropy;
  readonly directory: string;
  readonly segmentBytes: number;
  readonly logId: Uint8Array;
  readonly epoch: number;
  /** The segments of earlier epochs, oldest first. They are never appended to. */
  readonly segments: readonly Segment[];
}

/** The segment that flushes go to. */
interface ActiveSegment {
  readonly file: DiskFile;
  readonly path: string;
  readonly segmentId: number;
  readonly baseLsn: number;
  flush: number;
  bytes: number;
}

/**
 * Writes flushes to segments, one at a time. A segment is begun when the first flush needs it, so that a log
 * on a full disk can still be opened and read; and only when all flushes before are synced, so that its mere
 * name proves them.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  readonly #segments: Segment[];
  #active: ActiveSegment | undefined;
  #isRotationDue = false;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#segments = [...options.segments];
  }

  /** All segments that hold durable records, oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** The next flush begins a new segment, unless nothing was flushed to this one. */
  rotate(): void {
    this.#isRotationDue = true;
  }

  /**
   * Makes one frame durable. Returns the bytes that it took. Rejects with the disk's error, after which the
   * writer is not to be used.
   */
  async flush(frame: Frame): Promise<number> {
    const bytesNeeded = flushBytes(frame.payload.length);
    const active = await this.#segmentFor(frame.firstLsn, bytesNeeded);
    active.flush += 1;
    const { segmentId, flush } = active;
    const stamp = { segmentId, epoch: this.#options.epoch, flush };
    const bytes = encodeFlush(stamp, active.bytes / sectorBytes, frame);
    await appendSectors(active.file, active.bytes, bytes);
    await active.file.sync();
    active.bytes += bytes.length;
    this.#accept(active, frame.firstLsn + frame.recordCount - 1);
    return bytes.length;
  }

  /** Forgets the oldest segment: its file is gone. */
  dropOldest(): void {
    this.#segments.shift();
  }

  async close(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    await active?.file.close();
  }

  async #segmentFor(firstLsn: number, bytesNeeded: number): Promise<ActiveSegment> {
    const active = this.#active;
    const fits = active !== undefined && active.bytes + bytesNeeded <= this.#options.segmentBytes;
    if (fits && !this.#isRotationDue) return active;
    this.#isRotationDue = false;
    await this.close();
    this.#active = await this.#begin(firstLsn);
    return this.#active;
  }

  async #begin(baseLsn: number): Promise<ActiveSegment> {
    const { disk, entropy, directory, logId, epoch } = this.#options;
    const path = `${directory}/${segmentName(baseLsn)}`;
    const segmentId = Math.max(1, viewOf(entropy.bytes(4)).getUint32(0, true));
    const header = encodeSegmentHeader({ logId, segmentId, epoch, baseLsn });
    const file = await createSynced(disk, path, (created) => appendSectors(created, 0, header));
    await disk.syncDirectory(directory);
    return { file, path, segmentId, baseLsn, flush: 0, bytes: sectorBytes };
  }

  #accept(active: ActiveSegment, lastLsn: number): void {
    const { path, segmentId, baseLsn, bytes } = active;
    if (this.#segments.at(-1)?.baseLsn === baseLsn) this.#segments.pop();
    this.#segments.push({ path, segmentId, baseLsn, lastLsn, bytes });
  }
}
