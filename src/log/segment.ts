import type { Disk } from '../runtime/disk.js';
import { LogDamaged, LogNewer } from './errors.js';
import { readFully } from './file-transfer.js';
import { decodeRecords, type Frame } from './frame.js';
import { scanSegment } from './scan.js';
import { segmentForm } from './segment-header.js';

/** A segment that holds durable records, and how far. */
export interface Segment {
  readonly path: string;
  readonly segmentId: number;
  readonly baseLsn: number;
  /** The LSN of its last durable record. */
  readonly lastLsn: number;
  /** The length of its durable part, in bytes. */
  readonly bytes: number;
}

/** A record with its place in the log. */
export interface LogRecord {
  readonly lsn: number;
  readonly bytes: Uint8Array;
}

/**
 * The durable frames of a segment, checked again.
 *
 * @throws {@link LogDamaged} when they are not what they were. {@link LogNewer} when this build is too old for
 *   them. {@link LogUnreadable} when the disk fails.
 */
export async function readFrames(disk: Disk, segment: Segment): Promise<readonly Frame[]> {
  const scan = scanSegment(await readFully(disk, segment.path, segment.bytes));
  if (scan.kind === 'newer') throw new LogNewer(segment.path, scan.version, segmentForm.version);
  if (scan.kind === 'damaged') throw new LogDamaged(segment.path, scan.offset, scan.reason);
  if (scan.kind === 'headless') throw new LogDamaged(segment.path, 0, 'the segment is blank');
  if (scan.header.segmentId !== segment.segmentId || scan.header.baseLsn !== segment.baseLsn) {
    throw new LogDamaged(segment.path, 0, 'the header of another segment');
  }
  if (scan.lastLsn !== segment.lastLsn) {
    const offset = scan.tornAt ?? segment.bytes;
    throw new LogDamaged(segment.path, offset, `the records end at LSN ${scan.lastLsn}`);
  }
  return scan.frames;
}

/** The records of `frames` with an LSN above `afterLsn`, in order. */
export function* recordsAfter(frames: readonly Frame[], afterLsn: number): Generator<LogRecord> {
  for (const frame of frames) {
    let lsn = frame.firstLsn;
    for (const bytes of decodeRecords(frame)) {
      if (lsn > afterLsn) yield { lsn, bytes };
      lsn += 1;
    }
  }
}
