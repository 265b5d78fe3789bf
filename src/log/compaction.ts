import type { Disk } from '../runtime/disk.js';
import { snapshotName } from './file-names.js';
import type { Segment } from './segment.js';
import type { SegmentWriter } from './segment-writer.js';
import { snapshotLsns } from './snapshots.js';

/**
 * Removes what the durable snapshot at `snapshotLsn` makes superfluous: whole segments, oldest first, so that
 * after any crash the rest has no gap; then older snapshots.
 */
export async function compactLog(
  disk: Disk,
  directory: string,
  writer: SegmentWriter,
  snapshotLsn: number,
): Promise<void> {
  const superfluous = coveredSegments(writer.segments, snapshotLsn);
  for (const segment of superfluous) {
    writer.dropOldest();
    await disk.remove(segment.path);
  }
  const older = snapshotLsns(await disk.list(directory)).filter((lsn) => lsn < snapshotLsn);
  for (const lsn of older) await disk.remove(`${directory}/${snapshotName(lsn)}`);
  if (superfluous.length + older.length > 0) await disk.syncDirectory(directory);
}

/**
 * The segments of which `snapshotLsn` covers every record. The newest segment with records always stays: it
 * keeps the epoch, which must never be given out again. Mutant W12.
 */
export function coveredSegments(segments: readonly Segment[], snapshotLsn: number): readonly Segment[] {
  return segments.slice(0, -1).filter((segment) => segment.lastLsn <= snapshotLsn);
}
