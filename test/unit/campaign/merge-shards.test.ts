import { expect, test } from 'vitest';
import type { Checkpoint } from '../../../sim/campaign/checkpoint.js';
import {
  mergeShards,
  type ShardFolder,
  ShardsForeign,
  ShardsMissing,
} from '../../../sim/campaign/merge-shards.js';
import { seedsEachOfShard } from '../../../sim/campaign/seed-plan.js';
import { emptyTally } from '../../../sim/campaign/tally.js';

/** The `index`-th of 4 shards of 40 seeds from 10 on. */
function shard(index: number, changes: Partial<Checkpoint> = {}, seedsEach = 40): ShardFolder {
  const plan = { scenarios: ['calm'], firstSeed: 10, seedsEach, shard: { index, of: 4 } };
  const runs = Math.min(10, seedsEachOfShard(plan));
  const seeds = [{ from: 10 + index, to: 10 + index + 4 * (runs - 1), step: 4 }];
  const checkpoint: Checkpoint = {
    orders: {
      build: '0.1.0+test',
      parameters: {},
      mutant: undefined,
      mutantFolder: undefined,
      plan,
      durationMs: Infinity,
      bail: false,
    },
    state: { taken: 1, tallies: new Map([['calm', { ...emptyTally(), runs, seeds }]]) },
    workers: 2,
    wallMs: 1000 + index,
    stage: 'told',
    ended: 'complete',
    ...changes,
  };
  return { folder: `part-${index + 1}`, checkpoint };
}

const four = (seedsEach?: number): readonly ShardFolder[] =>
  [2, 0, 3, 1].map((index) => shard(index, {}, seedsEach));

function merge(shards: readonly ShardFolder[]) {
  return mergeShards(shards, (folder) => `resume ${folder}`);
}

function gapsIn(shards: readonly ShardFolder[]): readonly string[] {
  try {
    merge(shards);
  } catch (error) {
    if (error instanceof ShardsMissing) return error.gaps;
    throw error;
  }
  return [];
}

test('all shards together are the whole campaign, in whatever order they are named', () => {
  const { orders, result } = merge(four());
  expect(orders.plan.shard).toEqual({ index: 0, of: 1 });
  expect(result).toMatchObject({ runs: 40, ended: 'complete', wallMs: 1003 });
  expect(result.tallies.get('calm')?.seeds).toEqual([{ from: 10, to: 49, step: 1 }]);
});

test('where only time bounds a campaign, the seeds are those that were sailed', () => {
  const { result } = merge(four(Infinity));
  expect(result.tallies.get('calm')?.seeds).toHaveLength(4);
});

test('a missing shard is told with its first seeds', () => {
  expect(gapsIn([shard(0), shard(1), shard(3)])).toEqual([
    'shard 3/4 is missing: seeds 12, 16, 20 … of each scenario',
  ]);
});

test('a shard that was killed is told with the line that goes on with it', () => {
  expect(gapsIn([shard(0), shard(1, { stage: 'sailing' }), shard(2), shard(3)])).toContain(
    'shard 2/4 (part-2) is not finished: resume part-2',
  );
});

test('seeds that a finished shard lacks are told', () => {
  const tally = {
    ...emptyTally(),
    runs: 9,
    seeds: [
      { from: 10, to: 14, step: 4 },
      { from: 22, to: 46, step: 4 },
    ],
  };
  const state = { taken: 1, tallies: new Map([['calm', tally]]) };
  expect(gapsIn([shard(0, { state, ended: 'stopped' }), shard(1), shard(2), shard(3)])).toEqual([
    'shard 1/4 (part-1) lacks seeds 18 of calm',
  ]);
  expect(
    gapsIn([shard(0, { state: { taken: 0, tallies: new Map() } }), shard(1), shard(2), shard(3)]),
  ).toEqual(['shard 1/4 (part-1) lacks seeds 10, 14, 18 … of calm']);
});

test('a shard whose worker was lost says nothing of its seeds', () => {
  expect(gapsIn([shard(0, { ended: 'worker-lost' }), shard(1), shard(2), shard(3)])).toContain(
    'shard 1/4 (part-1) was ended by a lost worker: see what it said',
  );
});

test('a shard that is there twice is refused', () => {
  expect(() => merge([...four(), { ...shard(2), folder: 'copy' }])).toThrow(
    'shard 3/4 (part-3) is there twice: copy has it too.',
  );
});

test('a shard of another campaign is refused, and what differs is told', () => {
  const { orders } = shard(1).checkpoint;
  const foreign: readonly (readonly [Checkpoint['orders'], string])[] = [
    [{ ...orders, build: '0.1.0+other' }, 'build 0.1.0+other, and 0.1.0+test'],
    [{ ...orders, mutant: 'W1' }, 'mutant W1, and none'],
    [{ ...orders, parameters: { profile: 'calm' } }, 'profile and schedule calm/none, and none/none'],
    [{ ...orders, plan: { ...orders.plan, firstSeed: 9 } }, 'first seed 9, and 10'],
    [{ ...orders, plan: { ...orders.plan, seedsEach: 41 } }, 'seeds for each scenario 41, and 40'],
    [{ ...orders, plan: { ...orders.plan, shard: { index: 1, of: 5 } } }, 'shards 5, and 4'],
    [{ ...orders, plan: { ...orders.plan, scenarios: ['leaky'] } }, 'scenarios leaky, and calm'],
  ];
  for (const [changed, told] of foreign) {
    expect(() => merge([shard(0), shard(1, { orders: changed })])).toThrow(
      new ShardsForeign(`part-2 and part-1 are not of one campaign: ${told}.`),
    );
  }
});

test('seeds that belong to another shard are refused', () => {
  const { state } = shard(2).checkpoint;
  expect(() => merge([shard(0), shard(1, { state }), shard(2), shard(3)])).toThrow(
    'shard 2/4 (part-2) has sailed seeds of calm that are not its own, or twice: 12..48.',
  );
});
