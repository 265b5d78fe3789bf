import { isBlank } from './bytes.js';
import { joinBodies, readStamp, sectorOffset } from './flush.js';
import { decodeFrames, type Frame } from './frame.js';
import { newerVersionIn } from './format-version.js';
import { decodeSegmentHeader, sectorBytes, segmentForm, type SegmentHeader } from './segment-header.js';

/** A part of a file, in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** A segment as far as it can be accepted. */
export interface SoundSegment {
  readonly kind: 'sound';
  readonly header: SegmentHeader;
  /** In LSN order, without gaps. */
  readonly frames: readonly Frame[];
  /** The LSN of the last record, or one less than the base LSN when there is none. */
  readonly lastLsn: number;
  /** Where the last accepted flush lies. */
  readonly lastFlush: ByteRange | undefined;
  /**
   * Where the accepted part ends, and a write that nobody was promised begins. Undefined when there is no
   * such write.
   */
  readonly tornAt: number | undefined;
}

/**
 * What the bytes of one segment come to.
 *
 * `headless`: the header never reached the disk, and nothing else did. `newer`: a later version of this
 * format. `damaged`: bytes that were acknowledged, or that no crash explains, are not what was written.
 */
export type SegmentScan =
  | SoundSegment
  | { readonly kind: 'headless' }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damaged'; readonly offset: number; readonly reason: string };

/** Consecutive sectors, [first, end), from the end of one flush to the end of the next. */
interface FlushRegion {
  readonly flush: number;
  readonly first: number;
  readonly end: number;
  /** Some sector of the region is missing or was cut short. */
  readonly hasHoles: boolean;
}

type Regions =
  | { readonly kind: 'regions'; readonly regions: readonly FlushRegion[] }
  | { readonly kind: 'damaged'; readonly offset: number; readonly reason: string };

/**
 * Classifies the bytes of one segment. Pure. See README.md, "Torn or damaged".
 *
 * A flush is written only after the one before it was synced. So a rightly stamped sector proves that all
 * earlier flushes were acknowledged, and only the last flush may have holes: sectors are written whole or not
 * at all, over blank ones.
 */
export function scanSegment(bytes: Uint8Array): SegmentScan {
  const headerSector = bytes.subarray(0, sectorBytes);
  const header = decodeSegmentHeader(headerSector);
  if (header === undefined) {
    const version = newerVersionIn(headerSector, segmentForm);
    return version === undefined ? scanHeadless(bytes) : { kind: 'newer', version };
  }
  const found = findRegions(bytes, header.segmentId);
  if (found.kind === 'damaged') return found;

  const frames: Frame[] = [];
  let nextLsn = header.baseLsn;
  let end = sectorBytes;
  let lastFlush: ByteRange | undefined;
  for (const region of found.regions) {
    const isLast = region === found.regions.at(-1);
    const offset = dataOffset(region.first);
    if (region.hasHoles) {
      if (!isLast) return { kind: 'damaged', offset, reason: 'a flush before the last has missing sectors' };
      break;
    }
    const sectors = bytes.subarray(offset, dataOffset(region.end));
    const stamp = { segmentId: header.segmentId, epoch: header.epoch, flush: region.flush };
    const decoded = decodeFrames(joinBodies(sectors), stamp, nextLsn);
    if (decoded.kind === 'damaged') {
      return { kind: 'damaged', offset: offset + sectorOffset(decoded.offset), reason: decoded.reason };
    }
    if (decoded.kind === 'incomplete') {
      if (!isLast) return { kind: 'damaged', offset, reason: 'a flush before the last has missing sectors' };
      break;
    }
    for (const frame of decoded.frames) {
      frames.push(frame);
      nextLsn += frame.recordCount;
    }
    lastFlush = { offset, length: sectors.length };
    end = offset + sectors.length;
  }
  const tornAt = end < bytes.length ? end : undefined;
  return { kind: 'sound', header, frames, lastLsn: nextLsn - 1, lastFlush, tornAt };
}

/** Without a valid header nothing may be there: the header is synced before the first flush is written. */
function scanHeadless(bytes: Uint8Array): SegmentScan {
  const torn = bytes.length < sectorBytes || isBlank(bytes);
  return torn ? { kind: 'headless' } : { kind: 'damaged', offset: 0, reason: 'no valid segment header' };
}

/** Cuts the data sectors into flushes by their stamps. Blank sectors at the end belong to none. */
function findRegions(bytes: Uint8Array, segmentId: number): Regions {
  const regions: FlushRegion[] = [];
  let open: FlushRegion = { flush: 0, first: 0, end: 0, hasHoles: false };
  for (let index = 0; dataOffset(index) < bytes.length; index += 1) {
    const offset = dataOffset(index);
    const sector = bytes.subarray(offset, offset + sectorBytes);
    const stamp = readStamp(sector, segmentId, index + 1);
    if (stamp.kind === 'blank') continue;
    if (stamp.kind === 'foreign') {
      return { kind: 'damaged', offset, reason: 'the sector belongs elsewhere' };
    }
    if (stamp.flush < open.flush) {
      return {
        kind: 'damaged',
        offset,
        reason: `a sector of flush ${stamp.flush} behind flush ${open.flush}`,
      };
    }
    if (stamp.flush > open.flush + 1) {
      return { kind: 'damaged', offset: dataOffset(open.end), reason: `flush ${open.flush + 1} is missing` };
    }
    const isNext = stamp.flush !== open.flush;
    if (isNext && open.flush > 0) regions.push(open);
    const skipped = index > open.end || sector.length < sectorBytes;
    open = {
      flush: stamp.flush,
      first: isNext ? open.end : open.first,
      end: index + 1,
      hasHoles: skipped || (!isNext && open.hasHoles),
    };
  }
  if (open.flush > 0) regions.push(open);
  return { kind: 'regions', regions };
}

function dataOffset(sectorIndex: number): number {
  return sectorBytes * (sectorIndex + 1);
}
