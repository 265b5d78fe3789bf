import { type CborValue, decode, encodeCanonical } from '../../src/codec/cbor.js';
import { readArray, readText } from '../../src/codec/shape.js';
import type { Projection } from '../../src/log/projection.js';
import { type RecoverableRoom, Room } from '../../src/node/room.js';
import { bytesDigest } from './bytes-digest.js';

/** Folds records as they stand on the disk, independently of any node: the other side of the law fold(log) = state. */
export interface Shadow {
  fold(bytes: Uint8Array, lsn: number): void;
  /** Stands for the state reached. */
  digest(): string;
}

/** A shadow of one projection. */
export function shadowOf<State, Command, Entry, Refusal extends Error>(
  projection: Projection<State, Command, Entry, Refusal>,
): Shadow {
  const room = new Room(projection);
  return {
    fold(bytes, lsn) {
      const [, value] = readArray(decode(bytes), 'record');
      room.replay(value ?? null, lsn);
    },
    digest: () => stateDigest(room.capture()),
  };
}

/** A shadow of several rooms, which stands for the list of their states. */
export function shadowOfRooms(rooms: readonly RecoverableRoom[]): Shadow {
  return {
    fold(bytes, lsn) {
      const [name, value] = readArray(decode(bytes), 'record');
      const room = rooms.find((candidate) => candidate.name === readText(name, 'record[0]'));
      room?.replay(value ?? null, lsn);
    },
    digest: () => stateDigest(rooms.map((room) => room.capture())),
  };
}

/** Stands for a captured state: equal states, equal digests. */
export function stateDigest(captured: CborValue): string {
  return bytesDigest(encodeCanonical(captured));
}
