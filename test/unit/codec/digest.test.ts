import { expect, test } from 'vitest';
import { digest, digestHex, digestOf } from '../../../src/codec/digest.js';
import { toHex } from './support.js';

/** Byte i of the input is i mod 251, as in the test vectors that the authors of BLAKE3 publish. */
const input = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);

test.each([
  [0, 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
  [1, '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213'],
  [1024, '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7'],
])('the published digest of %i bytes', (length, hex) => {
  expect(digestHex(input(length))).toBe(hex);
  expect(toHex(digest(input(length)))).toBe(hex);
});

test('the order in which keys were set does not matter to a digest, and everything else does', () => {
  const digestOfBoth = digestOf({ a: 1, b: [1, 2] });
  expect(digestOf({ b: [1, 2], a: 1 })).toBe(digestOfBoth);
  const others = [{ a: 1, b: [2, 1] }, { a: 1 }, { a: '1', b: [1, 2] }, { a: 1, b: [1, 2], c: null }];
  for (const other of others) expect(digestOf(other)).not.toBe(digestOfBoth);
});

test('a digest is of the canonical bytes', () => {
  expect(digestOf({ b: 1, a: 2 })).toBe(digestHex(new Uint8Array([0xa2, 0x61, 0x61, 2, 0x61, 0x62, 1])));
});
