import { type CborValue, encodeCanonical } from '../../src/codec/cbor.js';
import type { Projection } from '../../src/log/projection.js';
import { type RecoverableRoom, Room } from '../../src/node/room.js';
import { bytesDigest } from './bytes-digest.js';
import type { LoggedRecord } from './logged-record.js';

/** Folds records as they stand on the disk, independently of any node: the other side of the law fold(log) = state. */
export interface Shadow {
  fold(record: LoggedRecord, lsn: number): void;
  /** Stands for the state reached. */
  digest(): string;
}

/** A shadow of one projection. */
export function shadowOf<State, Command, Entry, Refusal extends Error>(
  projection: Projection<State, Command, Entry, Refusal>,
): Shadow {
  const room = new Room(projection);
  return {
    fold: ({ value }, lsn) => room.replay(value, lsn),
    digest: () => stateDigest(room.capture()),
  };
}

/** A shadow of several rooms, which stands for the list of their states. */
export function shadowOfRooms(rooms: readonly RecoverableRoom[]): Shadow {
  return {
    fold({ room: name, value }, lsn) {
      rooms.find((room) => room.name === name)?.replay(value, lsn);
    },
    digest: () => stateDigest(rooms.map((room) => room.capture())),
  };
}

/** Stands for a captured state: equal states, equal digests. */
export function stateDigest(captured: CborValue): string {
  return bytesDigest(encodeCanonical(captured));
}
