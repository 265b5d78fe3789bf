import type { DedupCommand } from '../../remote/dedup-command.js';
import { dedupClock } from '../../remote/dedup-clock.js';
import type { DedupEntry } from '../../remote/dedup-entry.js';
import type { DedupLimits } from '../../remote/dedup-limits.js';
import { type DedupProjection, dedupProjection } from '../../remote/dedup-projection.js';
import type { DedupRefusal } from '../../remote/dedup-refusal.js';
import type { DedupState } from '../../remote/dedup-state.js';
import type { SegmentsCommand } from '../../remote/segments-command.js';
import type { SegmentsEntry } from '../../remote/segments-entry.js';
import type { SegmentsLimits } from '../../remote/segments-limits.js';
import { type SegmentsProjection, segmentsProjection } from '../../remote/segments-projection.js';
import type { SegmentsRefusal } from '../../remote/segments-refusal.js';
import type { SegmentsState } from '../../remote/segments-state.js';
import type { Clock, Milliseconds } from '../../runtime/clock.js';
import { Room } from '../room.js';

/** The two rooms of a store: what was asked of it, and the objects that it holds. */
export interface StoreRooms {
  readonly dedup: Room<DedupState, DedupCommand, DedupEntry, DedupRefusal>;
  readonly segments: Room<SegmentsState, SegmentsCommand, SegmentsEntry, SegmentsRefusal>;
  readonly answers: Pick<DedupProjection, 'answerTo'>;
  readonly holds: Pick<SegmentsProjection, 'answerTo'>;
}

/** The time of each room: see `dedupClock`. */
export interface StoreTimes {
  dedupMs(): Milliseconds;
  segmentsMs(): Milliseconds;
}

/** @throws InvalidDedupLimit, InvalidSegmentsLimit */
export function storeRooms(limits: {
  readonly dedup: DedupLimits;
  readonly segments: SegmentsLimits;
}): StoreRooms {
  const answers = dedupProjection(limits.dedup);
  const holds = segmentsProjection(limits.segments);
  return { dedup: new Room(answers), segments: new Room(holds), answers, holds };
}

/** @param rooms - As they were recovered. */
export function storeTimes({ dedup, segments }: StoreRooms, clock: Clock): StoreTimes {
  return { dedupMs: dedupClock(dedup.state, clock), segmentsMs: dedupClock(segments.state, clock) };
}
