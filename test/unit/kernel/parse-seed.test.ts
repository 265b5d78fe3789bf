import { expect, test } from 'vitest';
import { isSeed, parseSeed, SeedInvalid } from '../../../sim/kernel/parse-seed.js';

test.each([
  ['0', 0],
  ['42', 42],
  ['007', 7],
  ['9007199254740991', 2 ** 53 - 1],
  ['0x0', 0],
  ['0xfF', 255],
  ['0X10', 16],
  ['0x1fffffffffffff', 2 ** 53 - 1],
])('%s is a seed', (text, seed) => {
  expect(parseSeed(text)).toBe(seed);
});

test.each(['', ' 1', '1 ', '-1', '+1', '1.0', '1e3', '1_000', '0b1', '0o7', '0x', 'x10', 'ff', 'NaN', '٣'])(
  '%j is no seed',
  (text) => {
    expect(() => parseSeed(text)).toThrow(SeedInvalid);
  },
);

test.each(['9007199254740992', '0x20000000000000', '1'.repeat(400)])(
  '%s is refused rather than rounded',
  (text) => {
    expect(() => parseSeed(text)).toThrow(expect.objectContaining({ code: 'SEED_INVALID', given: text }));
  },
);

test('the seeds are the whole numbers from 0 to 2^53 - 1', () => {
  expect([0, 1, 2 ** 53 - 1].every(isSeed)).toBe(true);
  expect([-1, 0.5, NaN, Infinity, 2 ** 53].some(isSeed)).toBe(false);
});
