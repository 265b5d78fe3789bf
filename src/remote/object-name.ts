import { type CborRecord, type CborValue } from '../codec/cbor-value.js';
import { ShapeError } from '../codec/codec-error.js';
import { readOneOf, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type { ObjectName, StoredObject } from './remote-segments.js';

const idPattern = /^[0-9a-f]{32}$/u;
const digestPattern = /^[0-9a-f]{64}$/u;

export function isObjectName({ id }: ObjectName): boolean {
  return idPattern.test(id);
}

/** As text: other names, other texts. A segment is never a manifest. Flaw F49. */
export function textOf({ kind, id }: ObjectName): string {
  return `${kind}/${id}`;
}

export function encodeObjectName({ kind, id }: ObjectName): CborRecord {
  return { kind, id };
}

/** @throws ShapeError when it is none. */
export function decodeObjectName(value: CborValue | undefined, path: string): ObjectName {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['segment', 'manifest']);
  return { kind, id: readHex(record['id'], `${path}.id`, idPattern) };
}

export function encodeStoredObject({ digest, length }: StoredObject): CborRecord {
  return { digest, length };
}

/** @throws ShapeError when it is none. */
export function decodeStoredObject(value: CborValue | undefined, path: string): StoredObject {
  const record = readRecord(value, path);
  return {
    digest: readHex(record['digest'], `${path}.digest`, digestPattern),
    length: readUnsigned(record['length'], `${path}.length`),
  };
}

function readHex(value: CborValue | undefined, path: string, pattern: RegExp): string {
  const text = readText(value, path);
  if (!pattern.test(text))
    throw new ShapeError(path, 'lowercase hex digits', `text of ${text.length} code units`);
  return text;
}
