import { crc32c } from '../codec/crc32c.js';
import { readU64, viewOf, writeAscii, writeU64 } from './bytes.js';
import { type HeaderForm, versionIn } from './format-version.js';

/** What a disk writes whole or not at all, in bytes. Sector 0 of a segment is its header. */
export const sectorBytes = 512;

/** The length of a log's id, in bytes. */
export const logIdBytes = 16;

const checksumOffset = 508;

export const segmentForm: HeaderForm = { magic: 'SWLG', checksumOffset, version: 1 };

/** Sector 0 of a segment: which log it belongs to, and where in it. See README.md, "On disk". */
export interface SegmentHeader {
  readonly logId: Uint8Array;
  /** Random, not zero: a sector of another segment cannot pass for one of this. */
  readonly segmentId: number;
  /** Which opening of the log wrote it, from 1. */
  readonly epoch: number;
  /** The LSN of the first record. */
  readonly baseLsn: number;
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const sector = new Uint8Array(sectorBytes);
  const view = viewOf(sector);
  writeAscii(sector, segmentForm.magic);
  view.setUint32(4, segmentForm.version, true);
  sector.set(header.logId, 8);
  view.setUint32(24, header.segmentId, true);
  view.setUint32(28, header.epoch, true);
  writeU64(view, 32, header.baseLsn);
  view.setUint32(checksumOffset, crc32c(sector.subarray(0, checksumOffset)), true);
  return sector;
}

/** The header in `sector`, or undefined when there is no valid one of this version. */
export function decodeSegmentHeader(sector: Uint8Array): SegmentHeader | undefined {
  if (versionIn(sector, segmentForm) !== segmentForm.version) return undefined;
  const view = viewOf(sector);
  const header = {
    logId: sector.slice(8, 8 + logIdBytes),
    segmentId: view.getUint32(24, true),
    epoch: view.getUint32(28, true),
    baseLsn: readU64(view, 32),
  };
  return header.segmentId > 0 && header.epoch > 0 && header.baseLsn > 0 ? header : undefined;
}
