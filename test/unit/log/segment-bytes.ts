import { encodeFlush } from '../../../src/log/flush.js';
import { encodeRecords } from '../../../src/log/frame.js';
import { encodeSegmentHeader, type SegmentHeader } from '../../../src/log/segment-header.js';

/** A header like any other. */
export const header: SegmentHeader = {
  logId: Uint8Array.from({ length: 16 }, (_, index) => index + 1),
  segmentId: 0x5ea50001,
  epoch: 3,
  baseLsn: 10,
};

/** A record of `length` bytes that differs by `fill`. */
export function record(fill: number, length = 20): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

/** The sectors of one flush that begins at `firstSector` of the segment, with `firstLsn`. */
export function flushOf(
  flush: number,
  firstSector: number,
  firstLsn: number,
  records: readonly Uint8Array[],
): Uint8Array {
  const stamp = { segmentId: header.segmentId, epoch: header.epoch, flush };
  return encodeFlush(stamp, firstSector, {
    firstLsn,
    recordCount: records.length,
    payload: encodeRecords(records),
  });
}

/** A segment with these flushes, each a list of records, from {@link header}'s base LSN on. */
export function segmentOf(...flushes: (readonly Uint8Array[])[]): Uint8Array {
  let lsn = header.baseLsn;
  let sector = 1;
  const parts = flushes.map((records, index) => {
    const sectors = flushOf(index + 1, sector, lsn, records);
    lsn += records.length;
    sector += sectors.length / 512;
    return sectors;
  });
  return join(encodeSegmentHeader(header), ...parts);
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** The same bytes with sector `index` of the file set to zeros. */
export function withBlankSector(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.slice().fill(0, index * 512, (index + 1) * 512);
}

/** The same bytes with one bit turned. */
export function withFlippedBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  const index = Math.floor(bit / 8);
  copy[index] = (copy[index] ?? 0) ^ (1 << (bit % 8));
  return copy;
}
