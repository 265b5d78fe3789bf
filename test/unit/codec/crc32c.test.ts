import { expect, test } from 'vitest';
import { crc32c } from '../../../src/codec/crc32c.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the check value of the polynomial', () => {
  expect(crc32c(ascii('123456789'))).toBe(0xe3069283);
});

test('the vectors of RFC 3720 appendix B.4', () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(ascending)).toBe(0x46dd794e);
  expect(crc32c(ascending.toReversed())).toBe(0x113fdb5c);
});

test('no bytes have the sum 0, and add nothing to a sum', () => {
  expect(crc32c(new Uint8Array(0))).toBe(0);
  expect(crc32c(new Uint8Array(0), 0xe3069283)).toBe(0xe3069283);
});
