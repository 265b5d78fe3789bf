import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { missingSeeds, strayRange } from '../../../sim/campaign/shard-seeds.js';
import type { SeedPlan } from '../../../sim/campaign/seed-plan.js';
import type { SeedRange } from '../../../sim/campaign/tally.js';

const plans = fc
  .record({
    firstSeed: fc.nat(1000),
    seedsEach: fc.integer({ min: 1, max: 60 }),
    of: fc.integer({ min: 1, max: 5 }),
  })
  .chain(({ of, ...rest }) => fc.nat(of - 1).map((index) => ({ ...rest, shard: { index, of } })))
  .map((plan): SeedPlan => ({ scenarios: ['calm'], ...plan }));

function seedsOf({ firstSeed, seedsEach, shard }: SeedPlan): readonly number[] {
  const all = Array.from({ length: seedsEach }, (_, ordinal) => firstSeed + ordinal);
  return all.filter((_, ordinal) => ordinal % shard.of === shard.index);
}

function rangesOf(seeds: readonly number[], step: number): readonly SeedRange[] {
  return seeds.map((seed) => ({ from: seed, to: seed, step }));
}

test('the missing seeds are those of the shard that no range holds', () => {
  fc.assert(
    fc.property(plans, fc.func(fc.boolean()), (plan, isSailed) => {
      const sailed = seedsOf(plan).filter((seed) => isSailed(seed));
      const missing = seedsOf(plan).filter((seed) => !isSailed(seed));
      const ranges = rangesOf(sailed, plan.shard.of);
      expect(strayRange(plan, ranges)).toBeUndefined();
      expect(missingSeeds(plan, ranges, 1000)).toEqual(missing);
      expect(missingSeeds(plan, ranges, 2)).toEqual(missing.slice(0, 2));
    }),
  );
});

test('a range is a stray when it holds a seed of another shard, one beyond the plan, or one a second time', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: -5, max: 70 }), (plan, ordinal) => {
      const own = rangesOf(seedsOf(plan), plan.shard.of);
      const seed = plan.firstSeed + ordinal;
      fc.pre(seed >= 0);
      const added = { from: seed, to: seed, step: plan.shard.of };
      expect(strayRange(plan, [...own, added])).toEqual(added);
    }),
  );
});

test('a range with the steps of another number of shards is a stray', () => {
  const plan = { scenarios: ['calm'], firstSeed: 0, seedsEach: 100, shard: { index: 0, of: 2 } };
  expect(strayRange(plan, [{ from: 0, to: 98, step: 2 }])).toBeUndefined();
  expect(strayRange(plan, [{ from: 0, to: 98, step: 1 }])).toEqual({ from: 0, to: 98, step: 1 });
  expect(strayRange(plan, [{ from: 0, to: 97, step: 2 }])).toEqual({ from: 0, to: 97, step: 2 });
});
