import { type SeedPlan, seedsEachOfShard } from './seed-plan.js';
import type { SeedRange } from './tally.js';

/** The first range that does not belong to the shard of the plan, or that holds a seed which an earlier one holds. */
export function strayRange(plan: SeedPlan, ranges: readonly SeedRange[]): SeedRange | undefined {
  const { firstSeed, shard } = plan;
  const own = firstSeed + shard.index;
  let next = own;
  for (const range of inOrder(ranges)) {
    const { from, to, step } = range;
    const isOwn = step === shard.of && (from - own) % shard.of === 0 && (to - from) % step === 0;
    if (!isOwn || from < next || to > lastSeed(plan)) return range;
    next = to + step;
  }
  return undefined;
}

/** The first seeds of the shard of the plan, `limit` at most, that are in none of its own ranges. */
export function missingSeeds(plan: SeedPlan, ranges: readonly SeedRange[], limit: number): readonly number[] {
  const { firstSeed, shard } = plan;
  const missing: number[] = [];
  let next = firstSeed + shard.index;
  const missUpTo = (end: number): void => {
    for (; next < end && missing.length < limit; next += shard.of) missing.push(next);
  };
  for (const { from, to, step } of inOrder(ranges)) {
    missUpTo(from);
    next = to + step;
  }
  missUpTo(lastSeed(plan) + 1);
  return missing;
}

function lastSeed(plan: SeedPlan): number {
  const { firstSeed, shard } = plan;
  return firstSeed + shard.index + (seedsEachOfShard(plan) - 1) * shard.of;
}

function inOrder(ranges: readonly SeedRange[]): readonly SeedRange[] {
  return ranges.toSorted((left, right) => left.from - right.from);
}
