import { decode, encode } from './cbor.js';
import type { CborValue } from './cbor-value.js';
import { ShapeError, UnsupportedVersionError } from './codec-error.js';
import { readRecord, readText } from './shape.js';

/**
 * Encodes a payload in an envelope that names its schema: the map `{schema_version, payload}`, in this order, which is also
 * the outer map of Telltale's persisted artifacts (reference/telltale.md 2.6).
 *
 * @param schema - Name and version in one, such as `telltale.machine.durability.v1`.
 * @throws {@link CodecError} as {@link encode}.
 */
export function encodeVersioned(schema: string, payload: CborValue): Uint8Array {
  return encode({ schema_version: schema, payload });
}

/**
 * Decodes the payload of an envelope. Other keys of the envelope are ignored.
 *
 * @throws {@link UnsupportedVersionError} when the envelope names another schema than `expected`.
 * @throws {@link CodecError} as {@link decode}, and a {@link ShapeError} when there is no envelope.
 */
export function decodeVersioned(bytes: Uint8Array, expected: string): CborValue {
  const envelope = readRecord(decode(bytes), 'envelope');
  const found = readText(envelope['schema_version'], 'envelope.schema_version');
  if (found !== expected) throw new UnsupportedVersionError(found, expected);
  const payload = envelope['payload'];
  if (payload === undefined) throw new ShapeError('envelope.payload', 'a payload', 'nothing');
  return payload;
}
