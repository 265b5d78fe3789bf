import type { CborValue } from '../codec/cbor.js';
import { ShapeError } from '../codec/codec-error.js';
import { digestOf } from '../codec/digest.js';
import { readText } from '../codec/shape.js';

declare const brand: unique symbol;

/** BLAKE3 of a request's canonical bytes: 64 lowercase hex digits. What evidence is bound to. Flaw D20. */
export type RequestFingerprint = string & { readonly [brand]: 'RequestFingerprint' };

/**
 * The fingerprint of a request: which interface, which of its operations, and everything that it was given. What changes from
 * one attempt to the next, such as a time or an attempt's number, must stay out of `inputs`, or no retry finds its evidence.
 *
 * @throws CodecError when the inputs are no data.
 */
export function fingerprintOf(
  interfaceName: string,
  operationName: string,
  inputs: CborValue,
): RequestFingerprint {
  return readFingerprint(digestOf([interfaceName, operationName, inputs]), 'fingerprint');
}

/** @throws ShapeError on anything but 64 lowercase hex digits. */
export function readFingerprint(value: CborValue | undefined, path: string): RequestFingerprint {
  const text = readText(value, path);
  if (!isFingerprint(text)) {
    throw new ShapeError(path, '64 lowercase hex digits', `text of ${text.length} code units`);
  }
  return text;
}

function isFingerprint(text: string): text is RequestFingerprint {
  return /^[0-9a-f]{64}$/u.test(text);
}
