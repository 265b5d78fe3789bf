/**
 * CBOR (RFC 8949) for plain data, by cbor-x without its native part and without generated code.
 *
 * One value has one encoding, up to the order of keys, and {@link decode} accepts no other bytes. The first decides what may
 * be hashed and compared, the second what a hostile file can do: nothing but fail.
 *
 * What cbor-x 1.6.9 does wrong or unsafely is worked around by `prepare.ts` before it encodes and by `scan.ts` before it
 * decodes:
 *
 * - encoding: objects become records, whose bytes depend on what was encoded before, or get map heads that are too wide, and
 *   they cannot be sorted, since JavaScript reorders keys that look like indices (so it is given Maps only); whole numbers
 *   from 2^32 on become floats, bigints always take 8 bytes, -2^64 becomes a bignum; NaNs keep their accidental bits; lone
 *   surrogates are written as invalid UTF-8 or replaced, by length; Date, Set, RegExp and Error become tags, other class
 *   instances lose their class, `undefined` is written; the result is a view on a shared buffer, which never shrinks; nothing
 *   limits depth but the stack
 * - decoding: tags build RegExp, Error, Date and shared or cyclic references, and bignums in quadratic time; depth and memory
 *   are not limited; invalid UTF-8 is replaced; of a key that comes twice the last wins; `__proto__` is renamed; integers of
 *   8 bytes are always bigints; a text of more than 64 bytes loses a leading byte order mark; byte strings are views on the
 *   input; a property `dataView` is put on the caller's bytes
 */
import { Decoder, Encoder } from 'cbor-x/index-no-eval';
import { doubleMarks } from './byte-order-mark.js';
import type { CborValue } from './cbor-value.js';
import { MalformedError } from './codec-error.js';
import { type KeyOrder, prepare } from './prepare.js';
import { scan } from './scan.js';
import { countEntries, narrowIntegers } from './settle.js';

export type { CborRecord, CborValue } from './cbor-value.js';
export { encodedBytesMax, itemsMax, nestingMax } from './limits.js';

declare module 'cbor-x/index-no-eval' {
  interface Encoder {
    /** Missing in the types of cbor-x: from now on it writes into this buffer, and lets go of the one before. */
    useBuffer(buffer: Buffer): void;
  }
}

/** After a longer encoding than this, its buffer, about four times as long, is not kept for the next ones. */
const keptBytesMax = 1_048_576;
const freshBytes = 8_192;

const encoder = new Encoder({ tagUint8Array: false });
const decoder = new Decoder({ mapsAsObjects: true, copyBuffers: true });

/**
 * Encodes data. The keys of records are written in the order in which JavaScript lists them: as they were set, except that
 * keys that look like array indices come first, in ascending order.
 *
 * @returns Bytes that the caller owns. The same value gives the same bytes, whatever was encoded before.
 * @throws {@link UnsupportedValueError}, {@link TooDeepError} or {@link TooLargeError}.
 */
export function encode(value: CborValue): Uint8Array {
  return encodeOrdered(value, 'insertion');
}

/**
 * Encodes data in its one canonical form, for hashing and comparing: keys in the bytewise order of their encodings and
 * shortest heads, as RFC 8949 section 4.2.1 has it, but floats always in binary64.
 *
 * @returns Bytes that the caller owns. Equal data gives equal bytes, in whatever order its keys were set.
 * @throws As {@link encode}.
 */
export function encodeCanonical(value: CborValue): Uint8Array {
  return encodeOrdered(value, 'canonical');
}

function encodeOrdered(value: CborValue, order: KeyOrder): Uint8Array {
  const written = encoder.encode(prepare(value, order));
  if (written.length > keptBytesMax) encoder.useBuffer(Buffer.alloc(freshBytes));
  return new Uint8Array(written);
}

/**
 * Decodes what {@link encode} wrote, and nothing else: not even other encodings of the same value.
 *
 * @returns A value that shares nothing with `bytes`.
 * @throws {@link MalformedError}, {@link TooDeepError} or {@link TooLargeError}.
 */
export function decode(bytes: Uint8Array): CborValue {
  const found = scan(bytes);
  // A view of our own, since cbor-x leaves a property on what it is given.
  const source = doubleMarks(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), found.markedTexts);
  // Untyped, but the scan let pass only what decodes to such a value.
  const decoded: CborValue = decoder.decode(source);
  if (countEntries(decoded) !== found.entries) throw new MalformedError('a map with the same key twice');
  return found.wideIntegers ? narrowIntegers(decoded) : decoded;
}
