import type { Milliseconds } from '../runtime/clock.js';

/** How much the room remembers, and how long. What is configured now counts, also for what was recorded under other limits. */
export interface DedupLimits {
  /** So many requests are known at once, settled or not, 1 at least. When all of them must be kept, new ones are refused. */
  readonly recordsMax: number;
  /** So many sessions have a fence at once, 1 at least. */
  readonly sessionsMax: number;
  /**
   * How long a request is known after it has settled, and a fence after it was last used: as long as a duplicate may be late. By the
   * time of the room, see `dedup-clock.ts`. What is in flight is known as long as it is.
   */
  readonly retentionMs: Milliseconds;
}

/** The most bytes of a response: 1 MiB. */
export const responseBytesMax = 1_048_576;

/** The most bytes of a failure's code and message together. */
export const failureBytesMax = 65_536;

/** The most bytes of a session's id. */
export const sessionIdBytesMax = 256;

/** A limit that no room can have. */
export class InvalidDedupLimit extends Error {
  readonly code = 'REMOTE_INVALID_DEDUP_LIMIT';
  override readonly name = 'InvalidDedupLimit';
  constructor(limit: keyof DedupLimits, value: number) {
    super(`${limit} is ${value}, not a whole number from 1 on`);
  }
}

/** @throws {@link InvalidDedupLimit} */
export function assertDedupLimits({ recordsMax, sessionsMax, retentionMs }: DedupLimits): void {
  assertLimit('recordsMax', recordsMax);
  assertLimit('sessionsMax', sessionsMax);
  assertLimit('retentionMs', retentionMs);
}

function assertLimit(limit: keyof DedupLimits, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidDedupLimit(limit, value);
}
