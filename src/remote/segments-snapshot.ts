import { type CborValue, decode, encode } from '../codec/cbor.js';
import { readBytes, readEach, readRecord, readText, readUnsigned } from '../codec/shape.js';
import { decodeObjectName, encodeObjectName, textOf } from './object-name.js';
import { readDigest } from './segments-entry.js';
import {
  emptyState,
  type HeldObject,
  holdOf,
  keep,
  SegmentsLogCorrupt,
  type SegmentsState,
  type Tombstone,
} from './segments-state.js';

/** The room as data, each part in the order in which it is held: equal states give equal bytes. */
export function capture({ objects, tombstones, timeMs }: SegmentsState): CborValue {
  return {
    time_ms: timeMs,
    objects: [...objects.values()].map(encodeObject),
    tombstones: [...tombstones.values()].map(encodeTombstone),
  };
}

/** @throws CodecError or {@link SegmentsLogCorrupt} on what no room could be. */
export function restore(value: CborValue): SegmentsState {
  const captured = readRecord(value, 'segments');
  const state = { ...emptyState(), timeMs: readUnsigned(captured['time_ms'], 'segments.time_ms') };
  for (const object of readEach(captured['objects'], 'segments.objects', decodeObject)) {
    const name = textOf(object.name);
    if (state.objects.has(name)) throw new SegmentsLogCorrupt(name, 'is there twice');
    if (object.holders.size === 0) throw new SegmentsLogCorrupt(name, 'is held by nobody');
    keep(state, object);
  }
  for (const tombstone of readEach(captured['tombstones'], 'segments.tombstones', decodeTombstone)) {
    const hold = holdOf(tombstone.name, tombstone.holder);
    const isHeld = state.objects.get(textOf(tombstone.name))?.holders.has(tombstone.holder) === true;
    if (isHeld || state.tombstones.has(hold)) throw new SegmentsLogCorrupt(hold, 'is known twice');
    state.tombstones.set(hold, tombstone);
  }
  return state;
}

/** As bytes of their own, so that the codec's limits on items are not those of all objects together. */
function encodeObject({ name, bytes, digest, holders }: HeldObject): Uint8Array {
  return encode({ name: encodeObjectName(name), digest, holders: [...holders], bytes });
}

function decodeObject(value: CborValue, path: string): HeldObject {
  const record = readRecord(decode(readBytes(value, path)), path);
  const bytes = new Uint8Array(readBytes(record['bytes'], `${path}.bytes`));
  return {
    name: decodeObjectName(record['name'], `${path}.name`),
    bytes,
    digest: readDigest(record['digest'], `${path}.digest`, bytes),
    holders: new Set(readEach(record['holders'], `${path}.holders`, readText)),
  };
}

function encodeTombstone({ name, holder, atMs }: Tombstone): CborValue {
  return { name: encodeObjectName(name), holder, at_ms: atMs };
}

function decodeTombstone(value: CborValue, path: string): Tombstone {
  const record = readRecord(value, path);
  return {
    name: decodeObjectName(record['name'], `${path}.name`),
    holder: readText(record['holder'], `${path}.holder`),
    atMs: readUnsigned(record['at_ms'], `${path}.at_ms`),
  };
}
