import { expect, test } from 'vitest';
import type { Entropy } from '../../src/runtime/entropy.js';

export type WithEntropy = (use: (entropy: Entropy) => Promise<void>) => Promise<void>;

/** The promises of `Entropy` that hold on every adapter. */
export function entropyContract(name: string, withEntropy: WithEntropy): void {
  const on = (title: string, use: (entropy: Entropy) => void): void =>
    test(`${name}: ${title}`, async () => {
      expect.hasAssertions();
      await withEntropy(async (entropy) => use(entropy));
    });

  on('as many bytes as asked for', (entropy) => {
    for (const length of [0, 1, 3, 4, 16, 33, 70_000]) expect(entropy.bytes(length)).toHaveLength(length);
  });

  on('ids of 4, 8 and 16 bytes are all different', (entropy) => {
    for (const length of [4, 8, 16]) {
      const ids = Array.from({ length: 200 }, () => entropy.bytes(length).join());
      expect(new Set(ids).size).toBe(200);
    }
  });

  on('the caller owns the bytes', (entropy) => {
    const first = entropy.bytes(16);
    const copy = first.slice();
    entropy.bytes(16).fill(0);
    expect(first).toEqual(copy);
  });

  on('whole numbers below the bound', (entropy) => {
    for (const bound of [1, 2, 3, 1000, 2 ** 32]) {
      for (let index = 0; index < 50; index += 1) {
        const value = entropy.below(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }
    }
  });

  on('a bound that is none is refused', (entropy) => {
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN])
      expect(() => entropy.below(bound)).toThrow(/bound/);
  });
}
