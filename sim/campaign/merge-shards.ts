import type { CampaignResult } from './campaign.js';
import type { CampaignOrders, Checkpoint } from './checkpoint.js';
import { type SeedPlan, seedsEachOfShard } from './seed-plan.js';
import { missingSeeds, strayRange } from './shard-seeds.js';
import { emptyTally, mergeTally, type SeedRange, type Tally } from './tally.js';

/** One machine's share of a campaign, and the folder that it is in. */
export interface ShardFolder {
  readonly folder: string;
  readonly checkpoint: Checkpoint;
}

/** What all shards came to, as if one machine had sailed them. */
interface MergedCampaign {
  readonly orders: CampaignOrders;
  readonly result: CampaignResult;
}

/** These are not the shards of one campaign. */
export class ShardsForeign extends Error {
  readonly code = 'SHARDS_FOREIGN';
  override readonly name = 'ShardsForeign';
}

/** They are, but some of its seeds were not sailed. A line for each gap. */
export class ShardsMissing extends Error {
  readonly code = 'SHARDS_MISSING';
  override readonly name = 'ShardsMissing';
  readonly gaps: readonly string[];

  constructor(gaps: readonly string[]) {
    super(gaps.join('\n'));
    this.gaps = gaps;
  }
}

const seedsNamed = 3;

/**
 * Adds shards up, once it is proven that each is there once, and that they have sailed each seed of the plan once. Where only time
 * bounds a campaign, there is no last seed: then no seed is there twice, or in a shard that it does not belong to.
 *
 * @param resumeLine - The line that goes on with the campaign in a folder.
 * @throws ShardsForeign or ShardsMissing.
 */
export function mergeShards(
  shards: readonly ShardFolder[],
  resumeLine: (folder: string) => string,
): MergedCampaign {
  const [first] = shards;
  if (first === undefined) throw new ShardsForeign('There is nothing to merge.');
  for (const shard of shards) refuseForeign(shard, first);
  const { orders } = first.checkpoint;
  const inOrder = shards.toSorted((left, right) => planOf(left).shard.index - planOf(right).shard.index);
  refuseDoubles(inOrder);
  const gaps = [
    ...absentShards(inOrder, orders.plan),
    ...inOrder.flatMap((shard) => gapsOf(shard, resumeLine)),
  ];
  if (gaps.length > 0) throw new ShardsMissing(gaps);
  const plan: SeedPlan = { ...orders.plan, shard: { index: 0, of: 1 } };
  return { orders: { ...orders, plan }, result: addUp(inOrder, plan) };
}

function planOf({ checkpoint }: ShardFolder): SeedPlan {
  return checkpoint.orders.plan;
}

function nameOf(shard: ShardFolder): string {
  const { index, of } = planOf(shard).shard;
  return `shard ${index + 1}/${of} (${shard.folder})`;
}

function refuseForeign(shard: ShardFolder, first: ShardFolder): void {
  const [own, wanted] = [essenceOf(shard), essenceOf(first)];
  for (const [name, value] of Object.entries(own)) {
    const other = wanted[name] ?? '';
    if (value === other) continue;
    const message = `${shard.folder} and ${first.folder} are not of one campaign: ${name} ${value}, and ${other}.`;
    throw new ShardsForeign(message);
  }
  for (const [scenario, { seeds }] of shard.checkpoint.state.tallies) {
    const stray = strayRange(planOf(shard), seeds);
    if (stray === undefined) continue;
    const range = `${stray.from}..${stray.to}`;
    throw new ShardsForeign(
      `${nameOf(shard)} has sailed seeds of ${scenario} that are not its own, or twice: ${range}.`,
    );
  }
}

/** What shards of one campaign have in common. */
function essenceOf({ checkpoint: { orders } }: ShardFolder): Readonly<Record<string, string>> {
  const { build, mutant, parameters, plan } = orders;
  return {
    build,
    mutant: mutant ?? 'none',
    'profile and schedule': `${parameters.profile ?? 'none'}/${parameters.schedule ?? 'none'}`,
    'first seed': String(plan.firstSeed),
    'seeds for each scenario': String(plan.seedsEach),
    shards: String(plan.shard.of),
    scenarios: plan.scenarios.join(', '),
  };
}

function refuseDoubles(inOrder: readonly ShardFolder[]): void {
  for (const [place, shard] of inOrder.entries()) {
    const next = inOrder[place + 1];
    if (next === undefined || planOf(next).shard.index !== planOf(shard).shard.index) continue;
    throw new ShardsForeign(`${nameOf(shard)} is there twice: ${next.folder} has it too.`);
  }
}

function absentShards(shards: readonly ShardFolder[], plan: SeedPlan): readonly string[] {
  const there = new Set(shards.map((shard) => planOf(shard).shard.index));
  const { of } = plan.shard;
  return Array.from({ length: of }, (_, index) => index).flatMap((index) => {
    if (there.has(index)) return [];
    const missing = missingSeeds({ ...plan, shard: { index, of } }, [], seedsNamed + 1);
    return [`shard ${index + 1}/${of} is missing: ${seedsText(missing)} of each scenario`];
  });
}

function gapsOf(shard: ShardFolder, resumeLine: (folder: string) => string): readonly string[] {
  const { stage, ended, state } = shard.checkpoint;
  if (stage !== 'told') return [`${nameOf(shard)} is not finished: ${resumeLine(shard.folder)}`];
  if (ended === 'worker-lost') return [`${nameOf(shard)} was ended by a lost worker: see what it said`];
  const plan = planOf(shard);
  if (plan.seedsEach === Infinity) return [];
  return plan.scenarios.flatMap((scenario) => {
    const missing = missingSeeds(plan, state.tallies.get(scenario)?.seeds ?? [], seedsNamed + 1);
    return missing.length === 0 ? [] : [`${nameOf(shard)} lacks ${seedsText(missing)} of ${scenario}`];
  });
}

function seedsText(seeds: readonly number[]): string {
  const named = seeds.slice(0, seedsNamed).join(', ');
  return `seeds ${named}${seeds.length > seedsNamed ? ' …' : ''}`;
}

function addUp(shards: readonly ShardFolder[], plan: SeedPlan): CampaignResult {
  const checkpoints = shards.map(({ checkpoint }) => checkpoint);
  const tallies = new Map<string, Tally>();
  for (const scenario of plan.scenarios) {
    const sum = emptyTally();
    for (const { state } of checkpoints) mergeTally(sum, state.tallies.get(scenario) ?? emptyTally());
    tallies.set(scenario, { ...sum, seeds: seedsOfAll(plan, sum.seeds) });
  }
  const endings = new Set(checkpoints.map(({ ended }) => ended));
  return {
    taken: checkpoints.reduce((total, { state }) => total + state.taken, 0),
    tallies,
    runs: [...tallies.values()].reduce((total, { runs }) => total + runs, 0),
    ended: endings.has('bail') ? 'bail' : endings.has('stopped') ? 'stopped' : 'complete',
    lost: undefined,
    // They sailed side by side.
    wallMs: Math.max(...checkpoints.map(({ wallMs }) => wallMs)),
  };
}

/** All seeds of the plan are there, so they are one range. */
function seedsOfAll(plan: SeedPlan, ranges: readonly SeedRange[]): SeedRange[] {
  if (plan.seedsEach === Infinity) return ranges.toSorted((left, right) => left.from - right.from);
  const from = plan.firstSeed;
  return [{ from, to: from + seedsEachOfShard(plan) - 1, step: 1 }];
}
