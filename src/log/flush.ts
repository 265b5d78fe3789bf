import { isBlank, viewOf } from './bytes.js';
import { encodeFrame, type FlushStamp, type Frame, frameHeaderBytes } from './frame.js';
import { sectorBytes } from './segment-header.js';

const stampBytes = 12;

/** The bytes of a data sector behind its stamp. */
export const bodyBytes = sectorBytes - stampBytes;

/** What the first bytes of a data sector say about it. */
export type SectorStamp =
  | { readonly kind: 'blank' }
  | { readonly kind: 'stamped'; readonly flush: number }
  | { readonly kind: 'foreign' };

/** How many bytes a flush of one frame takes on the disk. */
export function flushBytes(payloadBytes: number): number {
  return Math.ceil((frameHeaderBytes + payloadBytes) / bodyBytes) * sectorBytes;
}

/**
 * The sectors of a flush: one frame, cut in bodies, each behind its stamp; zeros fill the last.
 *
 * @param firstSector - Where in the segment the flush begins, in sectors.
 */
export function encodeFlush(stamp: FlushStamp, firstSector: number, frame: Frame): Uint8Array {
  const bytes = new Uint8Array(flushBytes(frame.payload.length));
  const view = viewOf(bytes);
  const content = encodeFrame(stamp, frame);
  for (let offset = 0; offset < bytes.length; offset += sectorBytes) {
    const start = (offset / sectorBytes) * bodyBytes;
    view.setUint32(offset, stamp.segmentId, true);
    view.setUint32(offset + 4, firstSector + offset / sectorBytes, true);
    view.setUint32(offset + 8, stamp.flush, true);
    bytes.set(content.subarray(start, start + bodyBytes), offset + stampBytes);
  }
  return bytes;
}

/** The bodies of whole sectors, one after the other. */
export function joinBodies(sectors: Uint8Array): Uint8Array {
  const bodies = new Uint8Array((sectors.length / sectorBytes) * bodyBytes);
  for (let offset = 0; offset < sectors.length; offset += sectorBytes) {
    bodies.set(
      sectors.subarray(offset + stampBytes, offset + sectorBytes),
      (offset / sectorBytes) * bodyBytes,
    );
  }
  return bodies;
}

/** Where in the sectors the byte at `bodyOffset` of their joined bodies lies. */
export function sectorOffset(bodyOffset: number): number {
  const sector = Math.floor(bodyOffset / bodyBytes);
  return sector * sectorBytes + stampBytes + (bodyOffset - sector * bodyBytes);
}

/**
 * Whose a sector is, found as the `index`-th of its segment. One that was meant for another place is foreign: mutant W19. The last
 * sector of a file may have been cut short: too short for a stamp, it says nothing.
 */
export function readStamp(sector: Uint8Array, segmentId: number, index: number): SectorStamp {
  if (sector.length < stampBytes || isBlank(sector)) return { kind: 'blank' };
  const view = viewOf(sector);
  const flush = view.getUint32(8, true);
  const isAtHome = view.getUint32(0, true) === segmentId && view.getUint32(4, true) === index;
  return isAtHome && flush > 0 ? { kind: 'stamped', flush } : { kind: 'foreign' };
}
