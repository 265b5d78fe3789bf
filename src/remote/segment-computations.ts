import { type CborValue, decode, encode, encodeCanonical } from '../codec/cbor.js';
import { readBoolean, readBytes, readOneOf, readOptional, readRecord, readText } from '../codec/shape.js';
import { type Computation, labelOf } from './computation.js';
import { decodeObjectName, decodeStoredObject, encodeObjectName, encodeStoredObject } from './object-name.js';
import type { ObjectName, StoredObject } from './remote-segments.js';
import type { SegmentsCommand } from './segments-command.js';
import type { HoldAnswer } from './segments-decide.js';

/** What is asked of the remote store, by name. Two are those of the reference, and the others our own. */
export const segmentComputations = {
  put: { kind: 'segment_put' },
  stat: { kind: 'segment_stat' },
  get: { kind: 'custom', name: 'segment_get' },
  pin: { kind: 'custom', name: 'segment_pin' },
  release: { kind: 'custom', name: 'segment_release' },
} as const satisfies Record<string, Computation>;

/** Their labels, as a capability lists them. */
export const segmentLabels: readonly string[] = Object.values(segmentComputations).map(labelOf).sort();

/** A command without the time, which is for the store to say. */
export type HoldRequest = SegmentsCommand extends infer Each
  ? Each extends SegmentsCommand
    ? Omit<Each, 'nowMs'>
    : never
  : never;

/** Canonical, so that the same request has the same bytes, and the same key. */
export function encodeHoldRequest(request: HoldRequest): Uint8Array {
  const act = { name: encodeObjectName(request.name), holder: request.holder };
  switch (request.kind) {
    case 'put':
      return encodeCanonical({ ...act, bytes: request.bytes });
    case 'pin':
      return encodeCanonical({ ...act, expected: encodeStoredObject(request.expected) });
    case 'release':
      return encodeCanonical(act);
  }
}

/** @throws CodecError when it is none. */
export function decodeHoldRequest(kind: HoldRequest['kind'], input: Uint8Array): HoldRequest {
  const record = readRecord(decode(input), 'input');
  const act = {
    name: decodeObjectName(record['name'], 'input.name'),
    holder: readText(record['holder'], 'input.holder'),
  };
  switch (kind) {
    case 'put':
      return { kind, ...act, bytes: readBytes(record['bytes'], 'input.bytes') };
    case 'pin':
      return { kind, ...act, expected: decodeStoredObject(record['expected'], 'input.expected') };
    case 'release':
      return { kind, ...act };
  }
}

export function encodeHoldAnswer(answer: HoldAnswer): Uint8Array {
  const created = 'created' in answer ? { created: answer.created } : {};
  const object = 'object' in answer ? { object: encodeStoredObject(answer.object) } : {};
  return encode({ kind: answer.kind, ...created, ...object });
}

/** The parts of an answer, as far as there are any. */
export interface ReadHoldAnswer {
  readonly kind: HoldAnswer['kind'];
  readonly created: boolean | null;
  readonly object: StoredObject | null;
}

/** @throws CodecError when it is none. */
export function decodeHoldAnswer(response: Uint8Array): ReadHoldAnswer {
  const record = readRecord(decode(response), 'response');
  return {
    kind: readOneOf(record['kind'], 'response.kind', ['held', 'conflict', 'released', 'absent']),
    created: readOptional(record['created'], 'response.created', readBoolean),
    object: readOptional(record['object'], 'response.object', decodeStoredObject),
  };
}

/** The input of `segment_stat` and `segment_get`. */
export function encodeNameRequest(name: ObjectName): Uint8Array {
  return encodeCanonical({ name: encodeObjectName(name) });
}

/** @throws CodecError when it is none. */
export function decodeNameRequest(input: Uint8Array): ObjectName {
  return decodeObjectName(readRecord(decode(input), 'input')['name'], 'input.name');
}

/** What a query answers: null when nothing is there. */
export function encodeFound(found: CborValue): Uint8Array {
  return encode({ found });
}

/** @throws CodecError when it is none. */
export function decodeFound<T>(
  response: Uint8Array,
  read: (value: CborValue, path: string) => T,
): T | undefined {
  const { found } = readRecord(decode(response), 'response');
  return readOptional(found, 'response.found', read) ?? undefined;
}
