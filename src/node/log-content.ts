import { type CborValue, decode } from '../codec/cbor.js';
import { CodecError } from '../codec/codec-error.js';
import { decodeVersioned, encodeVersioned } from '../codec/schema.js';
import { readArray, readRecord, readText } from '../codec/shape.js';
import { UnknownRoom, UnknownSchema } from './errors.js';
import type { RecoverableRoom } from './room.js';

const snapshotSchema = 'seaworthy.snapshot.v1';

/** The state of all rooms, for a snapshot. */
export function captureRooms(rooms: readonly RecoverableRoom[]): Uint8Array {
  return encodeVersioned(
    snapshotSchema,
    Object.fromEntries(rooms.map((room) => [room.name, room.capture()])),
  );
}

/** Where in the log something was found. */
interface Place {
  readonly path: string;
  readonly lsn: number;
}

/** @throws {@link UnknownRoom}, {@link UnknownSchema}, or what a room says of a state that it cannot have captured. */
export function restoreRooms(rooms: readonly RecoverableRoom[], payload: Uint8Array, place: Place): void {
  understand(place, () => {
    const captured = readRecord(decodeVersioned(payload, snapshotSchema), 'snapshot');
    for (const [name, value] of Object.entries(captured)) roomOf(rooms, name, place).restore(value);
  });
}

/** @throws {@link UnknownRoom}, {@link UnknownSchema}, or what a room says of an entry that it cannot have recorded. */
export function replayRecord(rooms: readonly RecoverableRoom[], bytes: Uint8Array, place: Place): void {
  understand(place, () => {
    const { name, value } = openRecord(bytes);
    roomOf(rooms, name, place).replay(value, place.lsn);
  });
}

/** A room that is not there must not be passed over: the next snapshot would be without it. */
function roomOf(rooms: readonly RecoverableRoom[], name: string, { path, lsn }: Place): RecoverableRoom {
  const room = rooms.find((candidate) => candidate.name === name);
  if (room === undefined) throw new UnknownRoom(name, path, lsn);
  return room;
}

/** The log has checked its checksums: what does not decode was not damaged, but written by another build. */
function understand(place: Place, read: () => void): void {
  try {
    read();
  } catch (error) {
    throw error instanceof CodecError ? new UnknownSchema(place.path, place.lsn, error) : error;
  }
}

/** Whose record it is, and its entry. */
export function openRecord(bytes: Uint8Array): { readonly name: string; readonly value: CborValue } {
  const [name, value] = readArray(decode(bytes), 'record');
  return { name: readText(name, 'record.room'), value: value ?? null };
}
