import type { CborValue } from '../codec/cbor-value.js';
import { ShapeError } from '../codec/codec-error.js';
import { readOneOf, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type { ObjectName, StoredObject } from '../remote/remote-segments.js';

/** Where the bytes are that a name stands for. */
export type Place =
  | {
      readonly kind: 'local';
      /** As `LocalSegments` knows it. */
      readonly segmentId: string;
      readonly object: StoredObject;
    }
  | {
      readonly kind: 'remote';
      /** A segment, or the manifest that lists them. */
      readonly name: ObjectName;
      readonly object: StoredObject;
      /** Who holds it at the store, for this name: it is there as long as this one has not let go. */
      readonly holder: string;
    };

export function samePlace(one: Place | null, other: Place | null): boolean {
  if (one === null || other === null) return one === other;
  if (!sameObject(one.object, other.object)) return false;
  if (one.kind === 'local') return other.kind === 'local' && one.segmentId === other.segmentId;
  return (
    other.kind === 'remote' &&
    one.name.kind === other.name.kind &&
    one.name.id === other.name.id &&
    one.holder === other.holder
  );
}

export function sameObject(one: StoredObject, other: StoredObject): boolean {
  return one.digest === other.digest && one.length === other.length;
}

export function encodeObject({ digest, length }: StoredObject): CborValue {
  return { digest, length };
}

/** @throws ShapeError, as all readers here. */
export function readObject(value: CborValue | undefined, path: string): StoredObject {
  const record = readRecord(value, path);
  const digest = readText(record['digest'], `${path}.digest`);
  if (!/^[0-9a-f]{64}$/u.test(digest)) {
    throw new ShapeError(`${path}.digest`, '64 lowercase hex digits', `text of ${digest.length} code units`);
  }
  return {
    digest,
    length: readUnsigned(record['length'], `${path}.length`),
  };
}

export function encodePlace(place: Place): CborValue {
  const object = encodeObject(place.object);
  if (place.kind === 'local') return { kind: place.kind, segment_id: place.segmentId, object };
  return { kind: place.kind, name: { ...place.name }, object, holder: place.holder };
}

export function readPlace(value: CborValue | undefined, path: string): Place {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['local', 'remote']);
  const object = readObject(record['object'], `${path}.object`);
  if (kind === 'local') {
    return { kind, segmentId: readText(record['segment_id'], `${path}.segment_id`), object };
  }
  const name = readRecord(record['name'], `${path}.name`);
  return {
    kind,
    name: {
      kind: readOneOf(name['kind'], `${path}.name.kind`, ['segment', 'manifest']),
      id: readText(name['id'], `${path}.name.id`),
    },
    object,
    holder: readText(record['holder'], `${path}.holder`),
  };
}
