import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { encode } from '../../../src/codec/cbor.js';

/** In a file of its own, so that no other test holds memory in this process. */
test('the memory for a long encoding is let go when its bytes are', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const heldAfter = (length: number): number => {
    encode(new Uint8Array(length));
    encode(null);
    // What one collection finds is freed behind its back, and surely so when the next one begins.
    collect();
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const before = heldAfter(10);
  expect(heldAfter(33_554_432) - before).toBeLessThan(8_388_608);
});
