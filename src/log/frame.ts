import { crc32c } from '../codec/crc32c.js';
import { isBlank, readU64, viewOf, writeU64 } from './bytes.js';

/** The bytes of a frame before its payload. */
export const frameHeaderBytes = 32;

const lengthBytes = 4;

/**
 * What every frame of one flush repeats, so that a frame in the wrong place is known for what it is. Mutant
 * W19.
 */
export interface FlushStamp {
  readonly segmentId: number;
  readonly epoch: number;
  /** Counts the flushes of the segment, from 1. */
  readonly flush: number;
}

/** Records that become durable together or not at all. */
export interface Frame {
  readonly firstLsn: number;
  readonly recordCount: number;
  /** Each record with its length before it. See {@link encodeRecords}. */
  readonly payload: Uint8Array;
}

/** What the bodies of one flush hold. `offset` counts in the concatenated bodies. */
export type DecodedFrames =
  | { readonly kind: 'frames'; readonly frames: readonly Frame[] }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'damaged'; readonly offset: number; readonly reason: string };

/** How many bytes `records` take in a payload. */
export function recordsBytes(records: readonly Uint8Array[]): number {
  return records.reduce((bytes, record) => bytes + lengthBytes + record.length, 0);
}

/** The records, each with its length before it, in bytes that the caller owns. */
export function encodeRecords(records: readonly Uint8Array[]): Uint8Array {
  const payload = new Uint8Array(recordsBytes(records));
  const view = viewOf(payload);
  let offset = 0;
  for (const record of records) {
    view.setUint32(offset, record.length, true);
    payload.set(record, offset + lengthBytes);
    offset += lengthBytes + record.length;
  }
  return payload;
}

/** The records of a frame, copied out of it. */
export function* decodeRecords(frame: Frame): Generator<Uint8Array> {
  const view = viewOf(frame.payload);
  let offset = 0;
  for (let index = 0; index < frame.recordCount; index += 1) {
    const start = offset + lengthBytes;
    offset = start + view.getUint32(offset, true);
    yield frame.payload.slice(start, offset);
  }
}

/** One frame: header and payload. */
export function encodeFrame(stamp: FlushStamp, frame: Frame): Uint8Array {
  const bytes = new Uint8Array(frameHeaderBytes + frame.payload.length);
  const view = viewOf(bytes);
  view.setUint32(0, frame.payload.length, true);
  writeU64(view, 8, frame.firstLsn);
  view.setUint32(16, frame.recordCount, true);
  view.setUint32(20, stamp.segmentId, true);
  view.setUint32(24, stamp.epoch, true);
  view.setUint32(28, stamp.flush, true);
  bytes.set(frame.payload, frameHeaderBytes);
  view.setUint32(4, checksum(bytes), true);
  return bytes;
}

/**
 * Reads the frames of one flush from the concatenated bodies of its sectors, all of which are there and
 * rightly stamped.
 *
 * `incomplete` means that the last frame goes on behind these bodies, and that nothing in them speaks against
 * it. A damaged length must not pass for that, or bytes that were acknowledged would be taken for a torn
 * write: when all records of a frame are there, the frame is there, whatever its length says.
 *
 * @param firstLsn - The LSN that the first frame must begin with.
 */
export function decodeFrames(bodies: Uint8Array, stamp: FlushStamp, firstLsn: number): DecodedFrames {
  const frames: Frame[] = [];
  let offset = 0;
  let lsn = firstLsn;
  for (;;) {
    const rest = bodies.subarray(offset);
    if (rest.length < lengthBytes || viewOf(rest).getUint32(0, true) === 0) {
      return frames.length > 0 && isBlank(rest)
        ? { kind: 'frames', frames }
        : { kind: 'damaged', offset, reason: 'bytes that belong to no frame' };
    }
    // The writer puts one frame in a flush, at its start: its header is never split.
    if (rest.length < frameHeaderBytes) {
      return { kind: 'damaged', offset, reason: 'bytes that belong to no frame' };
    }
    const misplaced = misplacement(rest, stamp, lsn);
    if (misplaced !== undefined) return { kind: 'damaged', offset, reason: misplaced };
    const view = viewOf(rest);
    const end = frameHeaderBytes + view.getUint32(0, true);
    const recordCount = view.getUint32(16, true);
    const recordsEnd = frameHeaderBytes + recordsLength(rest.subarray(frameHeaderBytes), recordCount);
    if (end > rest.length) {
      return recordsEnd > rest.length
        ? { kind: 'incomplete' }
        : { kind: 'damaged', offset, reason: 'the length of the frame does not fit its records' };
    }
    const frame = rest.subarray(0, end);
    if (view.getUint32(4, true) !== checksum(frame)) {
      return { kind: 'damaged', offset, reason: 'the checksum of the frame does not hold' };
    }
    if (recordsEnd !== end) {
      return { kind: 'damaged', offset, reason: 'the length of the frame does not fit its records' };
    }
    frames.push({ firstLsn: lsn, recordCount, payload: frame.subarray(frameHeaderBytes) });
    offset += end;
    lsn += recordCount;
  }
}

/** CRC-32C over the whole frame without the checksum itself. */
function checksum(frame: Uint8Array): number {
  return crc32c(frame.subarray(8), crc32c(frame.subarray(0, 4)));
}

/** Why the frame that begins `bytes` does not belong where it was found, or undefined when it does. */
function misplacement(bytes: Uint8Array, stamp: FlushStamp, firstLsn: number): string | undefined {
  const view = viewOf(bytes);
  const found = readU64(view, 8);
  if (found !== firstLsn) return `the frame begins with LSN ${found} where ${firstLsn} is next`;
  if (view.getUint32(16, true) === 0) return 'a frame without records';
  if (view.getUint32(20, true) !== stamp.segmentId) return 'a frame of another segment';
  if (view.getUint32(24, true) !== stamp.epoch) return 'a frame of another epoch';
  if (view.getUint32(28, true) !== stamp.flush) return 'a frame of another flush';
  return undefined;
}

/**
 * The length of `recordCount` records as their own lengths tell, or Infinity when they go on behind
 * `payload`.
 */
function recordsLength(payload: Uint8Array, recordCount: number): number {
  const view = viewOf(payload);
  let offset = 0;
  for (let index = 0; index < recordCount; index += 1) {
    if (offset + lengthBytes > payload.length) return Number.POSITIVE_INFINITY;
    offset += lengthBytes + view.getUint32(offset, true);
    if (offset > payload.length) return Number.POSITIVE_INFINITY;
  }
  return offset;
}
