import { expect, test } from 'vitest';
import { decode, encode } from '../../../src/codec/cbor.js';

test('plain data survives', () => {
  const value = {
    a: [1, -1, 2 ** 40, -(2 ** 40), 2n ** 63n, 1.5, null, true, 'é'],
    b: new Uint8Array([1, 2]),
  };
  expect(decode(encode(value))).toEqual(value);
});
