import type { Milliseconds } from '../runtime/clock.js';
import { textOf } from './object-name.js';
import type { ObjectName } from './remote-segments.js';
import type { SegmentsEntry } from './segments-entry.js';

/** What the room knows: the fold of its entries. */
export interface SegmentsState {
  /** By `textOf` the name, in the order in which they came. */
  readonly objects: Map<string, HeldObject>;
  /** By `holdOf`, who has let go of what, in the order in which that was. */
  readonly tombstones: Map<string, Tombstone>;
  /** Of all objects. */
  bytes: number;
  /** How many holders all objects have together. */
  holds: number;
  /** The time of the latest entry, by the time of the room. */
  timeMs: Milliseconds;
}

export interface HeldObject {
  readonly name: ObjectName;
  readonly bytes: Uint8Array;
  readonly digest: string;
  /** Never none: the object goes with the last one. In the order in which they came. */
  readonly holders: Set<string>;
}

export interface Tombstone {
  readonly name: ObjectName;
  readonly holder: string;
  readonly atMs: Milliseconds;
}

/** The log holds an entry that cannot follow what comes before it. */
export class SegmentsLogCorrupt extends Error {
  readonly code = 'SEGMENTS_LOG_CORRUPT';
  override readonly name = 'SegmentsLogCorrupt';
  /** The object, with its holder where it is about that. */
  readonly subject: string;
  constructor(subject: string, reason: string) {
    super(`segments log is corrupt at \`${subject}\`: ${reason}`);
    this.subject = subject;
  }
}

export function emptyState(): SegmentsState {
  return { objects: new Map(), tombstones: new Map(), bytes: 0, holds: 0, timeMs: 0 };
}

/** What is there under the name. */
export function objectAt({ objects }: SegmentsState, name: ObjectName): HeldObject | undefined {
  return objects.get(textOf(name));
}

/** One holder and one object, as text. */
export function holdOf(name: ObjectName, holder: string): string {
  return `${textOf(name)}/${holder}`;
}

/** @throws {@link SegmentsLogCorrupt} on an entry that cannot have been decided. */
export function applyEntry(state: SegmentsState, entry: SegmentsEntry): void {
  const { name, holder } = entry;
  const hold = holdOf(name, holder);
  if (entry.kind === 'forgotten') {
    if (!state.tombstones.delete(hold)) throw new SegmentsLogCorrupt(hold, 'forgotten, and not known');
    return;
  }
  if (state.tombstones.has(hold)) throw new SegmentsLogCorrupt(hold, 'let go already');
  state.timeMs = Math.max(state.timeMs, entry.atMs);
  const object = objectAt(state, name);
  switch (entry.kind) {
    case 'stored': {
      if (object !== undefined) throw new SegmentsLogCorrupt(hold, 'stored over what is there');
      const { bytes, digest } = entry;
      return keep(state, { name, bytes, digest, holders: new Set([holder]) });
    }
    case 'held':
      if (object === undefined || object.holders.has(holder)) {
        throw new SegmentsLogCorrupt(hold, 'held twice, or nothing is there');
      }
      object.holders.add(holder);
      state.holds += 1;
      return;
    case 'released':
      state.tombstones.set(hold, { name, holder, atMs: entry.atMs });
      if (object?.holders.delete(holder) !== true) return;
      state.holds -= 1;
      if (object.holders.size > 0) return;
      state.objects.delete(textOf(name));
      state.bytes -= object.bytes.length;
  }
}

/** One more object, with its holders. */
export function keep(state: SegmentsState, object: HeldObject): void {
  state.objects.set(textOf(object.name), object);
  state.bytes += object.bytes.length;
  state.holds += object.holders.size;
}
