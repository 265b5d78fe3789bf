import { describe, expect, test } from 'vitest';
import { encodeSegmentHeader } from '../../../src/log/segment-header.js';
import { decodeRecords } from '../../../src/log/frame.js';
import { scanSegment, type SegmentScan } from '../../../src/log/scan.js';
import {
  flushOf,
  header,
  join,
  record,
  segmentOf,
  withBlankSector,
  withFlippedBit,
} from './segment-bytes.js';

const small = [record(1), record(2)];
/** Takes three sectors. */
const large = [record(3, 1200)];

function sound(scan: SegmentScan) {
  if (scan.kind !== 'sound') throw new Error(`expected a sound segment, got ${JSON.stringify(scan)}`);
  return {
    fills: scan.frames.flatMap((frame) => [...decodeRecords(frame)]).map((bytes) => bytes[0]),
    lastLsn: scan.lastLsn,
    tornAt: scan.tornAt,
    lastFlush: scan.lastFlush,
  };
}

describe('a whole segment', () => {
  test('gives all its records in order', () => {
    const scan = scanSegment(segmentOf(small, large, small));
    expect(sound(scan)).toEqual({
      fills: [1, 2, 3, 1, 2],
      lastLsn: 14,
      tornAt: undefined,
      lastFlush: { offset: 512 * 5, length: 512 },
    });
  });

  test('with a header only holds nothing', () => {
    expect(sound(scanSegment(segmentOf()))).toMatchObject({ fills: [], lastLsn: 9, tornAt: undefined });
  });

  test('may hold empty records', () => {
    const scan = scanSegment(segmentOf([record(0, 0), record(0, 0)]));
    expect(sound(scan).fills).toEqual([undefined, undefined]);
  });

  test('may end exactly at the end of a sector', () => {
    const scan = scanSegment(segmentOf([record(7, 500 - 32 - 4)], small));
    expect(sound(scan)).toMatchObject({ fills: [7, 1, 2], lastFlush: { offset: 1024, length: 512 } });
  });
});

describe('a torn tail', () => {
  const whole = segmentOf(small, large);
  const tornAt = 1024;

  test.each([
    ['the file ends before the last flush does', whole.subarray(0, 2048)],
    ['the file ends inside a sector', whole.subarray(0, 2048 + 100)],
    ['the file ends inside a stamp', whole.subarray(0, 2048 + 5)],
    ['the first sector is missing', withBlankSector(whole, 2)],
    ['a middle sector is missing', withBlankSector(whole, 3)],
    ['the last sector is missing', withBlankSector(whole, 4)],
    ['all sectors are missing', withBlankSector(withBlankSector(withBlankSector(whole, 2), 3), 4)],
    ['only the size grew', join(segmentOf(small), new Uint8Array(700))],
  ])('%s', (_, bytes) => {
    expect(sound(scanSegment(bytes))).toMatchObject({
      fills: [1, 2],
      lastLsn: 11,
      tornAt,
      lastFlush: { offset: 512, length: 512 },
    });
  });

  test('of the first flush leaves nothing', () => {
    const scan = sound(scanSegment(segmentOf(large).subarray(0, 1024)));
    expect(scan).toMatchObject({ fills: [], tornAt: 512, lastFlush: undefined });
  });

  test('every subset of the sectors of the last flush is torn, but all of them', () => {
    for (let lost = 1; lost < 8; lost += 1) {
      let bytes = whole;
      for (let sector = 0; sector < 3; sector += 1) {
        if ((lost >> sector) % 2 === 1) bytes = withBlankSector(bytes, 2 + sector);
      }
      expect(sound(scanSegment(bytes))).toMatchObject({ fills: [1, 2], tornAt });
    }
  });

  test('every cut of the file is torn, headless, or ends with a whole flush', () => {
    for (let length = 0; length < 512; length += 1) {
      expect(scanSegment(whole.subarray(0, length))).toEqual({ kind: 'headless' });
    }
    for (let length = 512; length < whole.length; length += 1) {
      const { fills } = sound(scanSegment(whole.subarray(0, length)));
      expect(fills).toEqual(length < 1024 ? [] : [1, 2]);
    }
  });
});

describe('a header that never reached the disk', () => {
  test.each([
    ['an empty file', new Uint8Array()],
    ['a part of the header', encodeSegmentHeader(header).subarray(0, 511)],
    ['a blank header', new Uint8Array(512)],
  ])('%s', (_, bytes) => {
    expect(scanSegment(bytes)).toEqual({ kind: 'headless' });
  });
});

describe('damage', () => {
  const whole = segmentOf(small, large, small);
  const foreign = record(0xee, 512);

  test.each([
    ['two flushes', segmentOf(small, [record(3, 700)])],
    ['a frame that ends one byte behind a sector', segmentOf([record(3, 469)])],
    ['a frame that ends just before the end of a sector', segmentOf([record(3, 465)])],
  ])('D24: every single turned bit is damage, never a torn tail and never another record: %s', (_, bytes) => {
    const taken: string[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const { kind } = scanSegment(withFlippedBit(bytes, bit));
      if (kind !== 'damaged') taken.push(`${kind} with bit ${bit}`);
    }
    expect(taken).toEqual([]);
  });

  test.each([
    ['a sector lost before the last flush', withBlankSector(whole, 3), 1024],
    ['the end of a flush lost before another', withBlankSector(whole, 4), 1024],
    ['a whole flush lost before another', withBlankSector(segmentOf(small, small, small), 2), 1024],
    ['a blank header before records', withBlankSector(whole, 0), 0],
    ['a sector that nobody stamped', join(whole, foreign), whole.length],
    ['an unstamped sector in a torn tail', join(whole, new Uint8Array(512), foreign), whole.length + 512],
    ['an unstamped part of a sector', join(whole, foreign.subarray(0, 100)), whole.length],
  ])('%s', (_, bytes, offset) => {
    expect(scanSegment(bytes)).toMatchObject({ kind: 'damaged', offset });
  });

  test('a torn flush with a sector of a later flush behind it was acknowledged', () => {
    const before = segmentOf(small, large);
    const torn = withBlankSector(join(before, flushOf(3, before.length / 512, 13, small)), 3);
    expect(scanSegment(torn)).toMatchObject({ kind: 'damaged', offset: 1024 });
  });

  test('a torn flush with a cut sector of a later flush behind it was acknowledged', () => {
    const before = segmentOf(small, large);
    const later = flushOf(3, before.length / 512, 13, small).subarray(0, 100);
    const torn = withBlankSector(join(before, later), 3);
    expect(scanSegment(torn)).toMatchObject({ kind: 'damaged', offset: 1024 });
  });

  test('a damaged length is not taken for a frame that goes on behind the end', () => {
    const bytes = segmentOf(small);
    bytes[512 + 12 + 1] = 0x10;
    expect(scanSegment(bytes)).toMatchObject({ kind: 'damaged', offset: 524 });
  });
});

describe('W19: a sector or frame in the wrong place', () => {
  test('a sector of the last flush in the place of another one of it, so that its own is blank', () => {
    const bytes = segmentOf(small, large);
    const misdirected = withBlankSector(bytes, 2);
    misdirected.set(bytes.subarray(1024, 1536), 1536);
    expect(scanSegment(misdirected)).toMatchObject({ kind: 'damaged', offset: 1536 });
  });

  test('a stale sector of an earlier flush', () => {
    const bytes = segmentOf(small, small, small);
    bytes.copyWithin(1536, 512, 1024);
    expect(scanSegment(bytes)).toMatchObject({ kind: 'damaged', offset: 1536 });
  });

  test('a flush written over the one before it', () => {
    const bytes = segmentOf(small, small, small);
    bytes.copyWithin(1024, 1536, 2048);
    expect(scanSegment(bytes)).toMatchObject({ kind: 'damaged' });
  });

  test('two sectors of one flush exchanged', () => {
    const bytes = segmentOf([record(3, 500), record(4, 500)]);
    const first = bytes.slice(1024, 1536);
    bytes.copyWithin(1024, 1536, 2048);
    bytes.set(first, 1536);
    expect(scanSegment(bytes)).toMatchObject({ kind: 'damaged' });
  });

  test('a flush that continues another LSN', () => {
    const bytes = join(segmentOf(small), flushOf(2, 2, 13, small));
    expect(scanSegment(bytes)).toMatchObject({ kind: 'damaged', offset: 1036 });
  });

  test('a flush of another segment', () => {
    const other = segmentOf(small).slice(512);
    new DataView(other.buffer).setUint32(0, header.segmentId + 1, true);
    expect(scanSegment(join(encodeSegmentHeader(header), other))).toMatchObject({
      kind: 'damaged',
      offset: 512,
    });
  });

  test('a frame of another segment behind a right stamp', () => {
    const other = { ...header, segmentId: header.segmentId + 1 };
    const bytes = join(encodeSegmentHeader(other), segmentOf(small).slice(512));
    new DataView(bytes.buffer).setUint32(512, other.segmentId, true);
    expect(scanSegment(bytes)).toMatchObject({ kind: 'damaged', offset: 524 });
  });
});
