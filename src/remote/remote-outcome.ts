import type { CborValue } from '../codec/cbor.js';
import { digestOf } from '../codec/digest.js';
import { readBytes, readOneOf, readRecord, readText } from '../codec/shape.js';
import { utf8Length } from '../codec/utf8.js';
import { failureBytesMax, responseBytesMax } from './dedup-limits.js';

/** How a request ended for good. What may end otherwise next time is no outcome: its run is abandoned. Flaws F5 and F7. */
export type RemoteOutcome =
  | { readonly kind: 'success'; readonly response: Uint8Array }
  | { readonly kind: 'failure'; readonly code: string; readonly message: string };

/** Whether it can be recorded, and read again as it is. */
export function isRecordable(outcome: RemoteOutcome): boolean {
  if (outcome.kind === 'success') return outcome.response.length <= responseBytesMax;
  const lengths = [utf8Length(outcome.code), utf8Length(outcome.message)];
  return lengths.reduce<number>((sum, each) => sum + (each ?? Infinity), 0) <= failureBytesMax;
}

/** Stands for an outcome, to compare: 64 lowercase hex digits. */
export function outcomeDigest(outcome: RemoteOutcome): string {
  return digestOf(encodeRemoteOutcome(outcome));
}

export function encodeRemoteOutcome(outcome: RemoteOutcome): CborValue {
  return outcome.kind === 'success'
    ? { kind: outcome.kind, response: outcome.response }
    : { kind: outcome.kind, code: outcome.code, message: outcome.message };
}

/** @throws ShapeError when it is none. */
export function decodeRemoteOutcome(value: CborValue | undefined, path: string): RemoteOutcome {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['success', 'failure']);
  return kind === 'success'
    ? { kind, response: readBytes(record['response'], `${path}.response`) }
    : {
        kind,
        code: readText(record['code'], `${path}.code`),
        message: readText(record['message'], `${path}.message`),
      };
}
