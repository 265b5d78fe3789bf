import type { RecordedEvent, TraceEvent } from './event.js';

/** Where two recordings of what should be the same run part. A side is undefined when its recording had ended. */
export interface Divergence {
  readonly index: number;
  /** The earlier of the two virtual times at which they part. */
  readonly atMs: number;
  readonly left: RecordedEvent | undefined;
  readonly right: RecordedEvent | undefined;
}

/** The first place where two recordings differ: in kind, time, a field, or the order of fields. Undefined when they agree. */
export function firstDivergence(
  left: readonly RecordedEvent[],
  right: readonly RecordedEvent[],
): Divergence | undefined {
  const longest = Math.max(left.length, right.length);
  for (let index = 0; index < longest; index += 1) {
    const one = left[index];
    const other = right[index];
    if (one !== undefined && other !== undefined && isSame(one, other)) continue;
    const atMs = Math.min(one?.atMs ?? Infinity, other?.atMs ?? Infinity);
    return { index: one?.index ?? other?.index ?? index, atMs, left: one, right: other };
  }
  return undefined;
}

function isSame(one: RecordedEvent, other: RecordedEvent): boolean {
  return one.atMs === other.atMs && one.index === other.index && hasSameFields(one.event, other.event);
}

function hasSameFields(one: TraceEvent, other: TraceEvent): boolean {
  const fields = Object.keys(one);
  const otherFields = Object.keys(other);
  return (
    fields.length === otherFields.length &&
    fields.every((field, place) => otherFields[place] === field && one[field] === other[field])
  );
}
