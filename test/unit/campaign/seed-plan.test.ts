import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Chunk, chunkAt, chunkSeeds, type SeedPlan, seedMax } from '../../../sim/campaign/seed-plan.js';

function seedsOf(plan: SeedPlan): string[] {
  const seeds: string[] = [];
  for (let index = 0; ; index += 1) {
    const chunk = chunkAt(plan, index);
    if (chunk === undefined) return seeds;
    for (let place = 0; place < chunk.count; place += 1) {
      seeds.push(`${chunk.scenario}/${chunk.firstSeed + place * chunk.step}`);
    }
  }
}

test('all shards together sail each seed of each scenario exactly once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 1000 }),
      (scenarioCount, seedsEach, of, firstSeed) => {
        const scenarios = ['a', 'b', 'c'].slice(0, scenarioCount);
        const shards = Array.from({ length: of }, (_, index) => ({ index, of }));
        const sailed = shards.flatMap((shard) => seedsOf({ scenarios, firstSeed, seedsEach, shard }));
        const wanted = scenarios.flatMap((name) => {
          return Array.from({ length: seedsEach }, (_, index) => `${name}/${firstSeed + index}`);
        });
        expect(sailed.sort()).toEqual(wanted.sort());
      },
    ),
  );
});

test('scenarios take turns, so that a campaign that ends early has tried each of them', () => {
  const plan = { scenarios: ['a', 'b'], firstSeed: 0, seedsEach: Infinity, shard: { index: 0, of: 1 } };
  const chunks = [0, 1, 2].map((index) => chunkAt(plan, index));
  const places = chunks.map((chunk: Chunk | undefined) => [chunk?.scenario, chunk?.firstSeed]);
  expect(places).toEqual([
    ['a', 0],
    ['b', 0],
    ['a', chunkSeeds],
  ]);
});

test('a campaign without a bound on seeds ends at the highest seed', () => {
  const shard = { index: 0, of: 1 };
  const plan = { scenarios: ['a'], firstSeed: seedMax - 1, seedsEach: Infinity, shard };
  expect(seedsOf(plan)).toEqual([`a/${seedMax - 1}`, `a/${seedMax}`]);
});
