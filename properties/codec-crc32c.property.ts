import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from '../src/codec/crc32c.js';

const someBytes = fc.uint8Array({ maxLength: 600 });

/** Bit by bit, straight from the polynomial. */
function crc32cByBits(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

test('the fast sum is the sum bit by bit', () => {
  fc.assert(
    fc.property(someBytes, (bytes) => {
      expect(crc32c(bytes)).toBe(crc32cByBits(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('a sum in parts is the sum of the whole, wherever the cuts are', () => {
  fc.assert(
    fc.property(someBytes, fc.array(fc.nat(600), { maxLength: 4 }), (bytes, cuts) => {
      const bounds = [
        0,
        ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
        bytes.length,
      ];
      let sum = 0;
      for (let index = 1; index < bounds.length; index += 1) {
        sum = crc32c(bytes.subarray(bounds[index - 1], bounds[index]), sum);
      }
      expect(sum).toBe(crc32c(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('every flip of one bit changes the sum', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
      const sum = crc32c(bytes);
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect(crc32c(flipped)).not.toBe(sum);
      }
    }),
    { numRuns: 1000 },
  );
});
