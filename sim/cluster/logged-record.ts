import { type CborValue, decode } from '../../src/codec/cbor.js';
import { readArray, readText } from '../../src/codec/shape.js';

/** A record of a node's log: an entry, and the room that it is of. */
export interface LoggedRecord {
  readonly room: string;
  readonly value: CborValue;
}

/** @throws A CodecError when it is no record. */
export function readRecord(bytes: Uint8Array): LoggedRecord {
  const [room, value = null] = readArray(decode(bytes), 'record');
  return { room: readText(room, 'record[0]'), value };
}
