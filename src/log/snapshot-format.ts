import { crc32c } from '../codec/crc32c.js';
import { readU64, startsWith, viewOf, writeAscii, writeU64 } from './bytes.js';
import { logIdBytes } from './segment-header.js';

/** The largest payload of a snapshot, in bytes. Checked when writing and when reading. Flaw D26. */
export const snapshotBytesMax = 64 * 1024 * 1024;

const magic = 'SWSN';
const version = 1;
const headerBytes = 64;
const checksumOffset = 60;

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
  writeAscii(bytes, magic);
  view.setUint32(4, version, true);
  bytes.set(snapshot.logId, 8);
  writeU64(view, 24, snapshot.lsn);
  writeU64(view, 32, snapshot.payload.length);
  view.setUint32(40, crc32c(snapshot.payload), true);
  view.setUint32(checksumOffset, crc32c(bytes.subarray(0, checksumOffset)), true);
  bytes.set(snapshot.payload, headerBytes);
  return bytes;
}

/** The snapshot in `bytes`, or undefined when it is not wholly valid. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot | undefined {
  if (bytes.length < headerBytes || !startsWith(bytes, magic)) return undefined;
  const view = viewOf(bytes);
  const header = bytes.subarray(0, checksumOffset);
  if (view.getUint32(checksumOffset, true) !== crc32c(header)) return undefined;
  const payload = bytes.slice(headerBytes);
  const lsn = readU64(view, 24);
  const valid =
    view.getUint32(4, true) === version &&
    lsn >= 0 &&
    readU64(view, 32) === payload.length &&
    view.getUint32(40, true) === crc32c(payload);
  return valid ? { logId: bytes.slice(8, 8 + logIdBytes), lsn, payload } : undefined;
}
