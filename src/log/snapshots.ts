import type { Disk } from '../runtime/disk.js';
import { isNoSpace, LogDamaged, LogNewer, SnapshotFailed } from './errors.js';
import { parseFileName, snapshotName, temporaryName } from './file-names.js';
import { createSynced, readFully, writeFully } from './file-transfer.js';
import { newerVersionIn } from './format-version.js';
import { decodeSnapshot, encodeSnapshot, type Snapshot, snapshotForm } from './snapshot-format.js';

/** The newest valid snapshot, if there is one, and the newest that is damaged and was passed over for it. */
export interface FoundSnapshot {
  readonly snapshot: Snapshot | undefined;
  readonly damaged: { readonly lsn: number; readonly error: LogDamaged } | undefined;
}

/**
 * Looks through the snapshots among `names`, newest first, until one is wholly valid.
 *
 * @throws {@link LogNewer} when a later version has written one, even if older files tell the same: they may have been left over.
 */
export async function findSnapshot(
  disk: Disk,
  directory: string,
  names: readonly string[],
): Promise<FoundSnapshot> {
  let damaged: FoundSnapshot['damaged'];
  for (const lsn of snapshotLsns(names).toReversed()) {
    const path = `${directory}/${snapshotName(lsn)}`;
    const bytes = await readFully(disk, path);
    const newer = newerVersionIn(bytes, snapshotForm);
    if (newer !== undefined) throw new LogNewer(path, newer, snapshotForm.version);
    const snapshot = decodeSnapshot(bytes);
    if (snapshot?.lsn === lsn) return { snapshot, damaged };
    damaged ??= { lsn, error: new LogDamaged(path, 0, 'not the valid snapshot that its name tells of') };
  }
  return { snapshot: undefined, damaged };
}

/**
 * Makes a snapshot durable: content first, then its name, so that a name never stands for less than all of
 * it. Mutant W11.
 *
 * @throws {@link SnapshotFailed} when there was no room for the content: nothing is left of it, and nothing
 *   else was touched. Any other error is the disk's, and means that the directory cannot be trusted any more.
 */
export async function writeSnapshot(disk: Disk, directory: string, snapshot: Snapshot): Promise<void> {
  const temporary = `${directory}/${temporaryName(snapshot.lsn)}`;
  try {
    const content = encodeSnapshot(snapshot);
    const file = await createSynced(disk, temporary, (created) => writeFully(created, 0, content));
    await file.close();
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    if (error.operation !== 'open') await disk.remove(temporary);
    throw new SnapshotFailed(snapshot.lsn, error);
  }
  await disk.rename(temporary, `${directory}/${snapshotName(snapshot.lsn)}`);
  await disk.syncDirectory(directory);
}

/** The LSNs of the snapshots among `names`, oldest first. */
export function snapshotLsns(names: readonly string[]): readonly number[] {
  return names
    .map(parseFileName)
    .flatMap((file) => (file.kind === 'snapshot' ? [file.lsn] : []))
    .sort((left, right) => left - right);
}
