import { crc32c } from '../codec/crc32c.js';
import { readU64, viewOf, writeAscii, writeU64 } from './bytes.js';
import { type HeaderForm, versionIn } from './format-version.js';
import { logIdBytes } from './segment-header.js';

/** The largest payload of a snapshot, in bytes. Checked when writing and when reading. Flaw D26. */
export const snapshotBytesMax = 64 * 1024 * 1024;

const headerBytes = 64;
const checksumOffset = 60;

export const snapshotForm: HeaderForm = { magic: 'SWSN', checksumOffset, version: 1 };

/** The state of a projection after the record with this LSN. */
export interface Snapshot {
  readonly logId: Uint8Array;
  readonly lsn: number;
  readonly payload: Uint8Array;
}

/** A whole snapshot file. See README.md, "On disk". */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const bytes = new Uint8Array(headerBytes + snapshot.payload.length);
  const view = viewOf(bytes);
  writeAscii(bytes, snapshotForm.magic);
  view.setUint32(4, snapshotForm.version, true);
  bytes.set(snapshot.logId, 8);
  writeU64(view, 24, snapshot.lsn);
  writeU64(view, 32, snapshot.payload.length);
  view.setUint32(40, crc32c(snapshot.payload), true);
  view.setUint32(checksumOffset, crc32c(bytes.subarray(0, checksumOffset)), true);
  bytes.set(snapshot.payload, headerBytes);
  return bytes;
}

/** The snapshot in `bytes`, or undefined when it is not wholly valid, or not of this version. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot | undefined {
  if (versionIn(bytes, snapshotForm) !== snapshotForm.version) return undefined;
  const view = viewOf(bytes);
  const payload = bytes.slice(headerBytes);
  const lsn = readU64(view, 24);
  const valid =
    lsn >= 0 && readU64(view, 32) === payload.length && view.getUint32(40, true) === crc32c(payload);
  return valid ? { logId: bytes.slice(8, 8 + logIdBytes), lsn, payload } : undefined;
}
