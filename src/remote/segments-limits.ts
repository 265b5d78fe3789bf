import type { Milliseconds } from '../runtime/clock.js';

/** How much the room of segments holds. What is configured now counts, also for what was recorded under other limits. */
export interface SegmentsLimits {
  /** So many bytes of objects, all together. */
  readonly bytesMax: number;
  /**
   * So many pairs of an object and a holder are known, 1 at least: those that hold, and those that have let go. Who holds has a place
   * for its tombstone already, so that it can always let go.
   */
  readonly holdsMax: number;
  /** A tombstone is known for so long at least: as long as a duplicate may be late. By the time of the room, see `dedup-clock.ts`. */
  readonly tombstoneMs: Milliseconds;
}

/** The most bytes of a holder's name. */
export const holderBytesMax = 256;

/** A limit that no room can have. */
export class InvalidSegmentsLimit extends Error {
  readonly code = 'SEGMENTS_INVALID_LIMIT';
  override readonly name = 'InvalidSegmentsLimit';
  constructor(limit: string, value: number) {
    super(`${limit} is ${value}, not a whole number from 1 on`);
  }
}

/** @throws {@link InvalidSegmentsLimit} */
export function assertSegmentsLimits({ bytesMax, holdsMax, tombstoneMs }: SegmentsLimits): void {
  for (const [limit, value] of Object.entries({ bytesMax, holdsMax, tombstoneMs })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new InvalidSegmentsLimit(limit, value);
  }
}
