import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { CborValue } from '../codec/cbor.js';
import { ShapeError } from '../codec/codec-error.js';
import { readText } from '../codec/shape.js';
import { utf8Length } from '../codec/utf8.js';
import { type CanonicalRequest, InvalidRequest, remoteDomain } from './canonical-request.js';

declare const brand: unique symbol;

/** What one logical effect is known by, whoever asks for it, however often: 16 bytes as 32 lowercase hex digits. */
export type IdempotencyKey = string & { readonly [brand]: 'IdempotencyKey' };

/**
 * What makes two requests the same effect. The key follows from it and is never handed in beside it: flaws F3 and F8. No attempt,
 * generation or time is part of it: mutant K1.
 *
 * - `request`: whatever asks for the same with the same input.
 * - `step`: a step of a flow upon an object, whatever its input is: another input under it is a conflict.
 */
export type RequestIdentity =
  | { readonly kind: 'request' }
  | { readonly kind: 'step'; readonly flow: IdempotencyKey; readonly object: string; readonly step: string };

const keyBytes = 16;
const keyPattern = /^[0-9a-f]{32}$/u;
const stepBytesMax = 1024;

/** The first 16 bytes of BLAKE3 of the domain, without a separator, and the bytes. Reference 1.3. */
export function deriveKey(bytes: Uint8Array): IdempotencyKey {
  const digest = blake3.create().update(utf8ToBytes(remoteDomain)).update(bytes).digest();
  return readKey(bytesToHex(digest.subarray(0, keyBytes)), 'key');
}

/**
 * The key of a step: from the flow’s key, the object’s 16 bytes and the step’s name. What the step is given is no part of it.
 *
 * @throws InvalidRequest when the object is not 32 lowercase hex digits, or the name is not 1 to 1,024 bytes of well-formed text.
 */
export function stepKey({ flow, object, step }: Extract<RequestIdentity, { kind: 'step' }>): IdempotencyKey {
  if (!keyPattern.test(object)) throw new InvalidRequest('identity', 'an object is not 32 hex digits');
  const length = utf8Length(step);
  if (length === undefined || length === 0 || length > stepBytesMax) {
    throw new InvalidRequest('identity', 'a step has no name of 1 to 1024 bytes');
  }
  return deriveKey(Buffer.concat([hexToBytes(flow), hexToBytes(object), utf8ToBytes(step)]));
}

/**
 * The key of a request. Derived from its canonical bytes, which begin with the domain already: it is hashed twice, as by the reference.
 *
 * @throws InvalidRequest as {@link stepKey}.
 */
export function keyOf(identity: RequestIdentity, canonical: CanonicalRequest): IdempotencyKey {
  return identity.kind === 'request' ? deriveKey(canonical) : stepKey(identity);
}

/** @throws ShapeError on anything but 32 lowercase hex digits. */
export function readKey(value: CborValue | undefined, path: string): IdempotencyKey {
  const text = readText(value, path);
  if (!isKey(text))
    throw new ShapeError(path, '32 lowercase hex digits', `text of ${text.length} code units`);
  return text;
}

function isKey(text: string): text is IdempotencyKey {
  return keyPattern.test(text);
}
