import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClockRate } from '../../../sim/world/clock-rate.js';

const ppm = fc.integer({ min: -999_999, max: 1_000_000 });
const timeMs = fc.oneof(fc.nat(5_000_000), fc.integer({ min: 0, max: 2 ** 45 }));

test('what a clock shows is exact to the millisecond', () => {
  fc.assert(
    fc.property(ppm, timeMs, (gain, trueMs) => {
      const exact = (BigInt(trueMs) * BigInt(1_000_000 + gain)) / 1_000_000n;
      expect(BigInt(new ClockRate(gain).shownMs(trueMs))).toBe(exact);
    }),
    { numRuns: 2000 },
  );
});

test('the true time is the first one at which so much is shown', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_000, max: 1_000_000 }), fc.nat(2 ** 31 - 1), (gain, shownMs) => {
      const perMillion = BigInt(1_000_000 + gain);
      const exact = (BigInt(shownMs) * 1_000_000n + perMillion - 1n) / perMillion;
      expect(BigInt(new ClockRate(gain).trueMs(shownMs))).toBe(exact);
    }),
    { numRuns: 2000 },
  );
});

test('without drift, time is time', () => {
  const rate = new ClockRate(0);
  for (const time of [0, 1, 999_999, 1_000_000, 2 ** 45]) {
    expect([rate.shownMs(time), rate.trueMs(time), rate.gainMs(time)]).toEqual([time, time, 0]);
  }
});
