import type { Disk } from '../runtime/disk.js';
import type { Ports } from '../runtime/ports.js';
import { sameBytes } from './bytes.js';
import { LogDamaged, LogFailed, LogNewer, LogUnreadable } from './errors.js';
import { parseFileName, snapshotName } from './file-names.js';
import { readFully, writeFully } from './file-transfer.js';
import { scanSegment } from './scan.js';
import { type Segment, readFrames, recordsAfter } from './segment.js';
import { logIdBytes, segmentForm, type SegmentHeader } from './segment-header.js';
import { findSnapshot, type FoundSnapshot } from './snapshots.js';

/**
 * Told what the log holds while it is opened. An error that a call throws ends the opening, before anything on the disk was changed.
 * So what is told counts only when the opening has succeeded: a crash may take back the end of it until then.
 */
export interface Recovered {
  /**
   * Called at most once, before any record.
   *
   * @param path - The file that holds it.
   */
  snapshot(lsn: number, payload: Uint8Array, path: string): void;
  /** Called for each record behind the snapshot, in order. */
  record(lsn: number, bytes: Uint8Array, path: string): void;
}

/** What the disk was found to hold. */
export interface RecoveredLog {
  readonly logId: Uint8Array;
  /** The highest writer epoch seen, 0 in a new log. */
  readonly epoch: number;
  /** 0 when there is no snapshot. */
  readonly snapshotLsn: number;
  readonly lastLsn: number;
  readonly segments: readonly Segment[];
}

/** A segment file that was read and may be used, together with what must be done to it first. */
interface FoundSegment {
  readonly path: string;
  readonly baseLsn: number;
  readonly lastLsn: number;
  /** Undefined when not even the header is there. */
  readonly header: SegmentHeader | undefined;
  /** The last accepted flush. Without one, the file holds nothing. */
  readonly lastFlush: { readonly offset: number; readonly bytes: Uint8Array } | undefined;
  /** Where a write begins that nobody was promised. Undefined when there is none. */
  readonly tornAt: number | undefined;
}

/**
 * Finds out what the log in `directory` holds, tells it, and then makes it durable. Nothing is told before all
 * of it was checked, and nothing is changed before all of it was understood.
 *
 * @throws {@link LogDamaged}, {@link LogNewer}, {@link LogUnreadable} or what a callback threw, having changed
 *   nothing; {@link LogFailed} when the repair failed.
 */
export async function recoverLog(
  ports: Ports,
  disk: Disk,
  directory: string,
  recovered: Recovered,
): Promise<RecoveredLog> {
  const names = await listNames(disk, directory);
  const found = await findSnapshot(disk, directory, names);
  const snapshotLsn = found.snapshot?.lsn ?? 0;
  const { files, epoch, logId } = await findSegments(disk, directory, names, found);
  const segments = files.flatMap(toSegment);
  if (found.snapshot !== undefined) {
    recovered.snapshot(snapshotLsn, found.snapshot.payload, `${directory}/${snapshotName(snapshotLsn)}`);
  }
  for (const segment of segments) {
    if (segment.lastLsn <= snapshotLsn) continue;
    const frames = await readFrames(disk, segment);
    for (const { lsn, bytes } of recordsAfter(frames, snapshotLsn))
      recovered.record(lsn, bytes, segment.path);
  }

  try {
    await repair(ports, disk, directory, names, files.at(-1));
  } catch (error) {
    throw new LogFailed(error);
  }
  const lastLsn = Math.max(snapshotLsn, segments.at(-1)?.lastLsn ?? 0);
  ports.probe.event('log.recovered', { snapshotLsn, lastLsn, segments: segments.length, epoch });
  return { logId: logId ?? ports.entropy.bytes(logIdBytes), epoch, snapshotLsn, lastLsn, segments };
}

async function listNames(disk: Disk, directory: string): Promise<readonly string[]> {
  try {
    return await disk.list(directory);
  } catch (error) {
    throw new LogUnreadable(directory, 0, error);
  }
}

interface FoundSegments {
  readonly files: readonly FoundSegment[];
  readonly epoch: number;
  readonly logId: Uint8Array | undefined;
}

/**
 * Reads all segments, oldest first, one at a time, and checks each by itself and as the successor of the one
 * before.
 */
async function findSegments(
  disk: Disk,
  directory: string,
  names: readonly string[],
  { snapshot, damaged }: FoundSnapshot,
): Promise<FoundSegments> {
  const bases = names.map(parseFileName).flatMap((file) => (file.kind === 'segment' ? [file] : []));
  const files: FoundSegment[] = [];
  let epoch = 0;
  let logId = snapshot?.logId;
  // The first segment may begin anywhere up to here; each later one exactly behind the one before it.
  let nextLsn = (snapshot?.lsn ?? 0) + 1;
  for (const { name, baseLsn } of bases) {
    const path = `${directory}/${name}`;
    const isFirst = files.length === 0;
    if (baseLsn > nextLsn || (!isFirst && baseLsn !== nextLsn)) {
      const gap = new LogDamaged(path, 0, `begins at LSN ${baseLsn} where ${nextLsn} is next`);
      throw isFirst && damaged !== undefined ? damaged.error : (notWhole(files.at(-1)) ?? gap);
    }
    const file = await readSegment(disk, path, baseLsn, name === bases.at(-1)?.name);
    const { header } = file;
    if (header !== undefined) {
      if (!sameBytes(header.logId, logId ?? header.logId)) {
        throw new LogDamaged(path, 8, 'a segment of another log');
      }
      if (header.epoch < epoch) {
        throw new LogDamaged(path, 28, `epoch ${header.epoch} behind epoch ${epoch}`);
      }
      ({ epoch, logId } = header);
    }
    nextLsn = file.lastLsn + 1;
    files.push(file);
  }
  requireCovered(directory, files, { snapshot, damaged });
  return { files, epoch, logId };
}

/**
 * Where the records of a segment are not all there, since the next one does not go on where it ends. A torn end by itself is none: when the
 * sync that was to cut it off failed, the cache shows it cut off, and the disk keeps it for good. log-crash-storm 6000174.
 */
function notWhole(file: FoundSegment | undefined): LogDamaged | undefined {
  if (file?.tornAt === undefined) return undefined;
  return new LogDamaged(file.path, file.tornAt, 'a segment before the last is not whole');
}

/** One segment. Only the last may end in a write that was never acknowledged, or hold no flush. */
async function readSegment(
  disk: Disk,
  path: string,
  baseLsn: number,
  isLast: boolean,
): Promise<FoundSegment> {
  const bytes = await readFully(disk, path);
  const scan = scanSegment(bytes);
  if (scan.kind === 'newer') throw new LogNewer(path, scan.version, segmentForm.version);
  if (scan.kind === 'damaged') throw new LogDamaged(path, scan.offset, scan.reason);
  if (scan.kind === 'headless') {
    if (!isLast) throw new LogDamaged(path, 0, 'a segment before the last has no header');
    return {
      path,
      baseLsn,
      lastLsn: baseLsn - 1,
      header: undefined,
      lastFlush: undefined,
      tornAt: undefined,
    };
  }
  if (scan.header.baseLsn !== baseLsn) {
    throw new LogDamaged(path, 32, `the header of the segment at LSN ${scan.header.baseLsn}`);
  }
  if (!isLast && scan.lastFlush === undefined) {
    throw new LogDamaged(path, scan.tornAt ?? bytes.length, 'a segment before the last is not whole');
  }
  const { header, lastLsn, lastFlush: range, tornAt } = scan;
  const lastFlush = range && {
    offset: range.offset,
    bytes: bytes.slice(range.offset, range.offset + range.length),
  };
  return { path, baseLsn, lastLsn, header, lastFlush, tornAt };
}

/** A snapshot is taken of durable records only: segments that end before it have lost some of them. */
function requireCovered(
  directory: string,
  files: readonly FoundSegment[],
  { snapshot, damaged }: FoundSnapshot,
): void {
  const snapshotLsn = snapshot?.lsn ?? 0;
  const lastLsn = files.at(-1)?.lastLsn ?? 0;
  if (damaged !== undefined && lastLsn < damaged.lsn) throw damaged.error;
  if (lastLsn < snapshotLsn) {
    const path = files.at(-1)?.path ?? directory;
    throw new LogDamaged(path, 0, `the records end at LSN ${lastLsn}, before the snapshot at ${snapshotLsn}`);
  }
}

/**
 * Makes what was accepted durable. The process before this one may have died between a failed sync and
 * telling it, when the cache still shows bytes that the disk does not have and will never be given: so the
 * last flush, the only one that nothing proves, is written again.
 */
async function repair(
  ports: Ports,
  disk: Disk,
  directory: string,
  names: readonly string[],
  last: FoundSegment | undefined,
): Promise<void> {
  if (last?.lastFlush === undefined) {
    if (last !== undefined) await disk.remove(last.path);
  } else await repairTail(ports, disk, last);
  for (const name of names) {
    if (parseFileName(name).kind === 'temporary') await disk.remove(`${directory}/${name}`);
  }
  await disk.syncDirectory(directory);
}

async function repairTail(
  ports: Ports,
  disk: Disk,
  { path, lastFlush, tornAt }: FoundSegment,
): Promise<void> {
  const file = await disk.open(path, 'existing');
  try {
    if (tornAt !== undefined) {
      await file.truncate(tornAt);
      ports.probe.event('log.truncated', { path, offset: tornAt });
    }
    if (lastFlush !== undefined) await writeFully(file, lastFlush.offset, lastFlush.bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function toSegment({ path, baseLsn, lastLsn, header, lastFlush }: FoundSegment): readonly Segment[] {
  if (header === undefined || lastFlush === undefined) return [];
  const bytes = lastFlush.offset + lastFlush.bytes.length;
  return [{ path, segmentId: header.segmentId, baseLsn, lastLsn, bytes }];
}
