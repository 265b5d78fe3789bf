import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CborValue, decode, encode, encodeCanonical } from '../src/codec/cbor.js';
import { CodecError } from '../src/codec/codec-error.js';
import { digestOf } from '../src/codec/digest.js';
import { arbitraryValue } from '../test/unit/codec/arbitrary-value.js';
import { naiveEncode } from '../test/unit/codec/naive-cbor.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('what was encoded decodes to the same value', () => {
  fc.assert(
    fc.property(arbitraryValue, (value) => {
      expect(isDeepStrictEqual(decode(encode(value)), value)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('the bytes are those of an encoder without a memory, whatever was encoded before', () => {
  fc.assert(
    fc.property(fc.array(arbitraryValue, { maxLength: 5 }), arbitraryValue, (history, value) => {
      history.forEach((earlier) => encode(earlier));
      expect(hex(encode(value))).toBe(hex(naiveEncode(value)));
    }),
    { numRuns: 2000 },
  );
});

test('an encoding belongs to its caller: no later one writes into it', () => {
  fc.assert(
    fc.property(arbitraryValue, fc.array(arbitraryValue, { minLength: 1, maxLength: 5 }), (value, later) => {
      const bytes = encode(value);
      const before = hex(bytes);
      later.forEach((next) => encode(next));
      expect(hex(bytes)).toBe(before);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    }),
    { numRuns: 1000 },
  );
});

test('the canonical bytes are sorted, and the same in whatever order keys were set', () => {
  fc.assert(
    fc.property(arbitraryValue, (value) => {
      const canonical = hex(encodeCanonical(value));
      expect(canonical).toBe(hex(naiveEncode(value, true)));
      expect(hex(encodeCanonical(withKeysReversed(value)))).toBe(canonical);
      expect(digestOf(withKeysReversed(value))).toBe(digestOf(value));
    }),
    { numRuns: 2000 },
  );
});

test('canonical bytes decode to the same value', () => {
  fc.assert(
    fc.property(arbitraryValue, (value) => {
      expect(decode(encodeCanonical(value))).toEqual(value);
    }),
    { numRuns: 1000 },
  );
});

test('random bytes are refused with a codec error, or are exactly an encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(verdict(bytes)).not.toBe('inexact');
    }),
    { numRuns: 20_000 },
  );
});

test('bytes that look like heads are refused with a codec error, or are exactly an encoding', () => {
  const anyHead = fc.oneof(
    fc.constantFrom(
      [0xf6],
      [0x80],
      [0xa0],
      [0x61, 0x61],
      [0x81],
      [0x82],
      [0xa1, 0x61, 0x61],
      [0xff],
      [0x9f],
      [0xbf],
    ),
    fc.constantFrom(
      [0x9a, 0xff, 0xff, 0xff, 0xff],
      [0xbb, 0, 0, 0, 1, 0, 0, 0, 0],
      [0x7b, 255, 255, 255, 255, 255, 255, 255, 255],
    ),
    fc.constantFrom(
      [0xc1],
      [0xc2],
      [0xd8, 27],
      [0xd8, 28],
      [0xd8, 29, 0],
      [0xd9, 1, 3],
      [0xd9, 0xdf, 0xff],
      [0xd9, 0xdf, 0xf9],
    ),
    fc.constantFrom(
      [0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0],
      [0xf9, 0x7e, 0],
      [0xf7],
      [0xe0],
      [0x1b, 0, 0, 0, 1, 0, 0, 0, 0],
    ),
    fc.nat(255).map((byte) => [byte]),
  );
  const heads = fc.array(anyHead, { maxLength: 40 }).map((parts) => Uint8Array.from(parts.flat()));
  fc.assert(
    fc.property(heads, (bytes) => {
      expect(verdict(bytes)).not.toBe('inexact');
    }),
    { numRuns: 20_000 },
  );
});

test('a damaged encoding is refused with a codec error, or is exactly another encoding', () => {
  const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.nat(2) }), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(arbitraryValue, damage, (value, damages) => {
      const bytes = [...encode(value)];
      for (const { at, byte, kind } of damages) {
        const index = at % (bytes.length + 1);
        if (kind === 0) bytes[index] = byte;
        else bytes.splice(index, kind === 1 ? 0 : 1, ...(kind === 1 ? [byte] : []));
      }
      expect(verdict(Uint8Array.from(bytes))).not.toBe('inexact');
    }),
    { numRuns: 5000 },
  );
});

/** Decoding is one-to-one: what it accepts is the encoding of what it returns, up to the order of keys. */
function verdict(bytes: Uint8Array): 'refused' | 'exact' | 'inexact' {
  const value = decodeOrRefuse(bytes);
  if (value === undefined) return 'refused';
  const again = encode(value);
  const sameBytes = hasIndexKeys(value) ? again.length === bytes.length : hex(again) === hex(bytes);
  return sameBytes && isDeepStrictEqual(decode(again), value) ? 'exact' : 'inexact';
}

const decodeCodes = ['CODEC_TOO_LARGE', 'CODEC_TOO_DEEP', 'CODEC_MALFORMED'];

function decodeOrRefuse(bytes: Uint8Array): CborValue | undefined {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof CodecError && decodeCodes.includes(error.code) && !error.message.includes('\n')) {
      return undefined;
    }
    throw error;
  }
}

/** JavaScript lists keys that look like array indices first, so that their place in the bytes is forgotten. */
function hasIndexKeys(value: CborValue): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  if (!Array.isArray(value) && Object.keys(value).some((key) => /^\d+$/.test(key))) return true;
  return Object.values(value).some(hasIndexKeys);
}

function withKeysReversed(value: CborValue): CborValue {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(withKeysReversed);
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, entry]) => [key, withKeysReversed(entry)]),
  );
}
