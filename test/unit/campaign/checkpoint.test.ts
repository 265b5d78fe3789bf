import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Checkpoint,
  CheckpointError,
  CheckpointForeign,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../../sim/campaign/checkpoint.js';
import { countVerdict, emptyTally, mergeTally, type Tally } from '../../../sim/campaign/tally.js';
import { sail } from '../../../sim/kernel/voyage.js';
import { endless, leaky } from './fixtures/scenarios.js';

async function tallySeeds(seeds: number): Promise<Tally> {
  const tally = emptyTally();
  for (let seed = 0; seed < seeds; seed += 1) countVerdict(tally, seed, await sail(leaky, { seed }));
  countVerdict(tally, seeds, await sail(endless, { seed: seeds }));
  tally.seeds.push({ from: 0, to: seeds, step: 1 });
  return tally;
}

function checkpointOf(tally: Tally, bound: number, named: string | undefined): Checkpoint {
  return {
    orders: {
      build: '0.1.0+test',
      parameters: { profile: 'crashy' },
      mutant: named,
      mutantFolder: named,
      plan: { scenarios: ['leaky'], firstSeed: 3, seedsEach: bound, shard: { index: 1, of: 4 } },
      durationMs: bound,
      bail: true,
    },
    state: { taken: 7, tallies: new Map([['leaky', tally]]) },
    workers: 2,
    wallMs: 1234,
    stage: 'sailing',
    ended: 'stopped',
  };
}

test('a checkpoint is read as it was written', async () => {
  const tally = await tallySeeds(60);
  expect(tally.failures.size).toBe(2);
  for (const checkpoint of [
    checkpointOf(tally, 100, 'W1'),
    checkpointOf({ ...emptyTally(), orderShare: 0.25 }, Infinity, undefined),
  ]) {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
  }
});

test('one changed or missing character is noticed', async () => {
  const text = encodeCheckpoint(checkpointOf(await tallySeeds(20), 100, 'W1')).trimEnd();
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('', '0', '1', '"', '}'), (at, instead) => {
      fc.pre(text[at] !== instead);
      const changed = `${text.slice(0, at)}${instead}${text.slice(at + 1)}`;
      expect(() => decodeCheckpoint(changed)).toThrow(
        /checkpoint\.v[01]"/.test(changed) ? /^it is of another version/ : /^it is damaged: /,
      );
    }),
  );
});

test('a checkpoint of another version is told from a damaged one', async () => {
  const text = encodeCheckpoint(checkpointOf(await tallySeeds(1), 100, undefined));
  const foreign = text.replace('checkpoint.v2', 'checkpoint.v1');
  expect(() => decodeCheckpoint(foreign)).toThrow(CheckpointForeign);
  expect(() => decodeCheckpoint(text.replace('checkpoint.v2', 'campaign.v1'))).toThrow(CheckpointError);
});

test('tallies add up to the same in any order', async () => {
  const parts = await Promise.all(
    [0, 1, 2].map(async (index) => {
      const tally = emptyTally();
      for (let seed = index; seed < 90; seed += 3) countVerdict(tally, seed, await sail(leaky, { seed }));
      return tally;
    }),
  );
  const sumOf = (tallies: readonly Tally[]): Tally => {
    const sum = emptyTally();
    for (const tally of tallies) mergeTally(sum, tally);
    return sum;
  };
  const whole = emptyTally();
  for (let seed = 0; seed < 90; seed += 1) countVerdict(whole, seed, await sail(leaky, { seed }));
  expect(sumOf(parts)).toEqual(whole);
  expect(sumOf(parts.toReversed())).toEqual(whole);
});
