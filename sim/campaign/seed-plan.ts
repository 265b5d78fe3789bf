/** The highest seed that a tape takes. */
export const seedMax = Number.MAX_SAFE_INTEGER;

/** Seeds that one request to a worker covers: enough to hide the message, few enough to stop soon. */
export const chunkSeeds = 16;

/** The share of a campaign that this machine sails: every `of`-th seed, from the `index`-th (0-based) on. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** What a campaign is to sail. */
export interface SeedPlan {
  readonly scenarios: readonly string[];
  /** 0 to {@link seedMax}. */
  readonly firstSeed: number;
  /** Seeds for each scenario, over all shards together. Infinity when only time bounds the campaign. */
  readonly seedsEach: number;
  readonly shard: Shard;
  /** Labels of the tape under which nothing is drawn: see `SeedSource`. */
  readonly without?: readonly string[];
}

/** A run of seeds of one scenario: `firstSeed`, `firstSeed + step`, ... */
export interface Chunk {
  readonly scenario: string;
  readonly firstSeed: number;
  readonly step: number;
  readonly count: number;
  /** How many seeds of this scenario this shard has before this chunk. */
  readonly firstOrdinal: number;
  readonly without: readonly string[];
}

/**
 * The `index`-th chunk of a campaign; undefined past its end. Scenarios take turns, and chunks depend on nothing but the plan, so
 * that the order in which seeds are judged is the same with any number of workers.
 */
export function chunkAt(plan: SeedPlan, index: number): Chunk | undefined {
  const { scenarios, firstSeed, shard, without = [] } = plan;
  const scenario = scenarios[index % scenarios.length];
  if (scenario === undefined) return undefined;
  const ordinals = seedsEachOfShard(plan);
  const firstOrdinal = Math.floor(index / scenarios.length) * chunkSeeds;
  const count = Math.min(chunkSeeds, ordinals - firstOrdinal);
  if (count <= 0) return undefined;
  return {
    scenario,
    firstSeed: firstSeed + firstOrdinal * shard.of + shard.index,
    step: shard.of,
    count,
    firstOrdinal,
    without,
  };
}

/** How many chunks a campaign has. */
export function chunkCount(plan: SeedPlan): number {
  return plan.scenarios.length * Math.ceil(seedsEachOfShard(plan) / chunkSeeds);
}

/** Seeds for each scenario that this shard sails. */
export function seedsEachOfShard({ firstSeed, seedsEach, shard }: SeedPlan): number {
  const seedsThereAre = Math.min(seedsEach, seedMax - firstSeed + 1);
  return Math.max(0, Math.ceil((seedsThereAre - shard.index) / shard.of));
}
