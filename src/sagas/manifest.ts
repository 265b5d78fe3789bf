import { type CborValue, decode, encodeCanonical } from '../codec/cbor.js';
import { readEach, readLiteral, readRecord } from '../codec/shape.js';
import type { StoredObject } from '../remote/remote-segments.js';
import { encodeObject, readObject } from './place.js';

/** Equal lists have equal bytes: nothing of when or by whom it was made is in it. Flaw F55. */
export function encodeManifest(segments: readonly StoredObject[]): Uint8Array {
  return encodeCanonical({ version: 1, segments: segments.map(encodeObject) });
}

/** @throws CodecError when it is none. */
export function decodeManifest(bytes: Uint8Array): readonly StoredObject[] {
  const record = readRecord(decode(bytes), 'manifest');
  readLiteral(record['version'], 'manifest.version', 1);
  return readEach(record['segments'], 'manifest.segments', (value: CborValue, path) =>
    readObject(value, path),
  );
}
