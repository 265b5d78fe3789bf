import { digestHex } from '../codec/digest.js';
import { utf8Length } from '../codec/utf8.js';
import type { Milliseconds } from '../runtime/clock.js';
import { isObjectName } from './object-name.js';
import { objectBytesMax, type PinAnswer, type PutAnswer, type StoredObject } from './remote-segments.js';
import type { PinCommand, PutCommand, ReleaseCommand, SegmentsCommand } from './segments-command.js';
import type { SegmentsEntry } from './segments-entry.js';
import { holderBytesMax, type SegmentsLimits } from './segments-limits.js';
import { InvalidObject, SegmentsFull, type SegmentsRefusal } from './segments-refusal.js';
import { type HeldObject, holdOf, objectAt, type SegmentsState } from './segments-state.js';

/** What a command comes to: what is answered, and what is to be recorded for that; or why not. */
export type DecidedHold =
  | { readonly kind: 'decided'; readonly answer: HoldAnswer; readonly entries: readonly SegmentsEntry[] }
  | { readonly kind: 'refused'; readonly refusal: SegmentsRefusal };

/** Of a release always `released`. */
export type HoldAnswer = PutAnswer | PinAnswer;

/** Refuses, or says what is to be recorded. Nothing is ever removed while anybody holds it. */
export function decideHold(
  state: SegmentsState,
  command: SegmentsCommand,
  limits: SegmentsLimits,
): DecidedHold {
  const fault = faultOf(command);
  if (fault !== undefined) return refused(fault);
  const { name, holder } = command;
  // Also when it has stood for long enough, as long as it has not had to make room: late duplicates are the worse the later they are.
  if (state.tombstones.has(holdOf(name, holder))) return decided({ kind: 'released' }, []);
  const atMs = Math.max(state.timeMs, command.nowMs);
  const object = objectAt(state, name);
  switch (command.kind) {
    case 'put':
      return put(state, command, object, atMs, limits);
    case 'pin':
      return pin(state, command, object, atMs, limits);
    case 'release':
      return release(state, command, object, atMs, limits);
  }
}

/** What is there, as it is told. */
export function describe({ digest, bytes }: HeldObject): StoredObject {
  return { digest, length: bytes.length };
}

function put(
  state: SegmentsState,
  { name, holder, bytes }: PutCommand,
  object: HeldObject | undefined,
  atMs: Milliseconds,
  limits: SegmentsLimits,
): DecidedHold {
  const digest = digestHex(bytes);
  if (object === undefined) {
    if (state.bytes + bytes.length > limits.bytesMax) {
      return refused(new SegmentsFull('bytes', limits.bytesMax));
    }
    const answer = { kind: 'held', created: true, object: { digest, length: bytes.length } } as const;
    // A copy: what the caller does with its bytes later is no business of the record.
    const entry = { kind: 'stored', name, holder, atMs, bytes: new Uint8Array(bytes), digest } as const;
    return withRoom(state, answer, entry, atMs, limits);
  }
  if (digest !== object.digest) return decided({ kind: 'conflict', object: describe(object) }, []);
  const answer = { kind: 'held', created: false, object: describe(object) } as const;
  if (object.holders.has(holder)) return decided(answer, []);
  return withRoom(state, answer, { kind: 'held', name, holder, atMs }, atMs, limits);
}

function pin(
  state: SegmentsState,
  { name, holder, expected }: PinCommand,
  object: HeldObject | undefined,
  atMs: Milliseconds,
  limits: SegmentsLimits,
): DecidedHold {
  if (object === undefined) return decided({ kind: 'absent' }, []);
  // Of the bytes as they are now, not of what was noted about them.
  const found = { digest: digestHex(object.bytes), length: object.bytes.length };
  if (found.digest !== expected.digest || found.length !== expected.length) {
    return decided({ kind: 'conflict', object: found }, []);
  }
  if (object.holders.has(holder)) return decided({ kind: 'held' }, []);
  return withRoom(state, { kind: 'held' }, { kind: 'held', name, holder, atMs }, atMs, limits);
}

function release(
  state: SegmentsState,
  { name, holder }: ReleaseCommand,
  object: HeldObject | undefined,
  atMs: Milliseconds,
  limits: SegmentsLimits,
): DecidedHold {
  const entry = { kind: 'released', name, holder, atMs } as const;
  // Its place becomes that of its tombstone.
  if (object?.holders.has(holder) === true) return decided({ kind: 'released' }, [entry]);
  return withRoom(state, { kind: 'released' }, entry, atMs, limits);
}

/** With one more holder or tombstone; those that have stood for long enough make room, the oldest first, and no others. */
function withRoom(
  { holds, tombstones }: SegmentsState,
  answer: HoldAnswer,
  entry: SegmentsEntry,
  atMs: Milliseconds,
  { holdsMax, tombstoneMs }: SegmentsLimits,
): DecidedHold {
  const forgotten: SegmentsEntry[] = [];
  // More than one when the limit was higher in an earlier life.
  const surplus = holds + tombstones.size + 1 - holdsMax;
  for (const { name, holder, atMs: sinceMs } of tombstones.values()) {
    if (forgotten.length >= surplus || atMs - sinceMs < tombstoneMs) break;
    forgotten.push({ kind: 'forgotten', name, holder });
  }
  if (forgotten.length < surplus) return refused(new SegmentsFull('holds', holdsMax));
  return decided(answer, [...forgotten, entry]);
}

function faultOf(command: SegmentsCommand): InvalidObject | undefined {
  if (!isObjectName(command.name)) return new InvalidObject('a name is not 32 lowercase hex digits');
  const length = utf8Length(command.holder);
  if (length === undefined || length === 0 || length > holderBytesMax) {
    return new InvalidObject(`a holder has no name of 1 to ${holderBytesMax} bytes`);
  }
  if (command.kind === 'put' && command.bytes.length > objectBytesMax) {
    return new InvalidObject(`an object of ${command.bytes.length} bytes, max is ${objectBytesMax}`);
  }
  return Number.isSafeInteger(command.nowMs) ? undefined : new InvalidObject(`${command.nowMs} is no time`);
}

function decided(answer: HoldAnswer, entries: readonly SegmentsEntry[]): DecidedHold {
  return { kind: 'decided', answer, entries };
}

function refused(refusal: SegmentsRefusal): DecidedHold {
  return { kind: 'refused', refusal };
}
