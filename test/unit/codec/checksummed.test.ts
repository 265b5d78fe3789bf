import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addChecksum, checksumBytes, takeChecksum } from '../../../src/codec/checksummed.js';

const content = fc.uint8Array({ maxLength: 200 });

test('what was given a checksum is taken back as it was', () => {
  fc.assert(
    fc.property(content, (bytes) => {
      const framed = addChecksum(bytes);
      expect(framed).toHaveLength(bytes.length + checksumBytes);
      expect(takeChecksum(framed)).toEqual(bytes);
    }),
  );
});

test('the frame is a copy', () => {
  const bytes = Uint8Array.of(1, 2);
  const framed = addChecksum(bytes);
  bytes.fill(0);
  expect(takeChecksum(framed)).toEqual(Uint8Array.of(1, 2));
});

test('a frame may lie anywhere in a larger buffer', () => {
  const larger = Uint8Array.of(9, ...addChecksum(Uint8Array.of(1, 2, 3)), 9);
  expect(takeChecksum(larger.subarray(1, -1))).toEqual(Uint8Array.of(1, 2, 3));
});

test('up to three flipped bits are noticed, wherever they are', () => {
  const flips = fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3, selector: (bit) => bit });
  fc.assert(
    fc.property(content, flips, (bytes, bits) => {
      const framed = addChecksum(bytes);
      const places = new Set(bits.map((bit) => bit % (framed.length * 8)));
      for (const place of places) framed[place >> 3] = (framed[place >> 3] ?? 0) ^ (1 << (place & 7));
      expect(takeChecksum(framed)).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

test('any change of up to four neighbouring bytes is noticed, also across the place where the checksum begins', () => {
  const burst = fc
    .uint8Array({ minLength: 1, maxLength: 4 })
    .filter((change) => change.some((byte) => byte !== 0));
  fc.assert(
    fc.property(content, burst, fc.nat(), (bytes, change, where) => {
      const framed = addChecksum(bytes);
      const at = where % (framed.length - change.length + 1);
      for (const [index, byte] of change.entries()) framed[at + index] = (framed[at + index] ?? 0) ^ byte;
      expect(takeChecksum(framed)).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

test('what was cut short or made longer is noticed, and so are zeros', () => {
  const framed = addChecksum(Uint8Array.from({ length: 40 }, (_, index) => index));
  for (let length = 0; length < framed.length; length += 1) {
    expect(takeChecksum(framed.subarray(0, length))).toBeUndefined();
  }
  expect(takeChecksum(Uint8Array.of(...framed, 0))).toBeUndefined();
  for (let length = 0; length < 40; length += 1) {
    expect(takeChecksum(new Uint8Array(length))).toBeUndefined();
  }
});
