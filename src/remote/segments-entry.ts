import type { CborValue } from '../codec/cbor.js';
import { ShapeError } from '../codec/codec-error.js';
import { digestHex } from '../codec/digest.js';
import { readBytes, readOneOf, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type { Milliseconds } from '../runtime/clock.js';
import { decodeObjectName, encodeObjectName } from './object-name.js';
import type { ObjectName } from './remote-segments.js';

/** What the room of segments is folded from. */
export type SegmentsEntry =
  /** Bytes came where nothing was, and `holder` holds them. */
  | (HolderEntry & { readonly kind: 'stored'; readonly bytes: Uint8Array; readonly digest: string })
  /** One more holds what is there. */
  | (HolderEntry & { readonly kind: 'held' })
  /** `holder` has let go, of what it held or might have. What nobody holds is gone with it. */
  | (HolderEntry & { readonly kind: 'released' })
  /** Its tombstone, which had stood for long enough, had to make room. */
  | { readonly kind: 'forgotten'; readonly name: ObjectName; readonly holder: string };

interface HolderEntry {
  readonly name: ObjectName;
  readonly holder: string;
  /** By the time of the room. */
  readonly atMs: Milliseconds;
}

export function encodeEntry(entry: SegmentsEntry): CborValue {
  const { kind, holder } = entry;
  const name = encodeObjectName(entry.name);
  if (kind === 'forgotten') return { kind, name, holder };
  const act = { kind, name, holder, at_ms: entry.atMs };
  return kind === 'stored' ? { ...act, digest: entry.digest, bytes: entry.bytes } : act;
}

/** @throws ShapeError when it is no entry, or its bytes are not those that were recorded. */
export function decodeEntry(value: CborValue): SegmentsEntry {
  const record = readRecord(value, 'entry');
  const kind = readOneOf(record['kind'], 'entry.kind', ['stored', 'held', 'released', 'forgotten']);
  const name = decodeObjectName(record['name'], 'entry.name');
  const holder = readText(record['holder'], 'entry.holder');
  if (kind === 'forgotten') return { kind, name, holder };
  const act = { name, holder, atMs: readUnsigned(record['at_ms'], 'entry.at_ms') };
  if (kind !== 'stored') return { kind, ...act };
  const bytes = new Uint8Array(readBytes(record['bytes'], 'entry.bytes'));
  return { kind, ...act, bytes, digest: readDigest(record['digest'], 'entry.digest', bytes) };
}

/** The digest that was recorded with some bytes. @throws ShapeError when they have another one. Flaw F38. */
export function readDigest(value: CborValue | undefined, path: string, bytes: Uint8Array): string {
  const digest = readText(value, path);
  if (digest !== digestHex(bytes)) throw new ShapeError(path, 'the digest of the bytes beside it', digest);
  return digest;
}

/** What a probe is told: the kind of the entry that was recorded last. */
export const segmentStates = [
  'stored',
  'held',
  'released',
  'forgotten',
] as const satisfies readonly SegmentsEntry['kind'][];
