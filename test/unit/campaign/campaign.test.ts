import { beforeAll, expect, test } from 'vitest';
import { type CampaignOptions, type CampaignResult, runCampaign } from '../../../sim/campaign/campaign.js';
import { lanesText } from '../../../sim/campaign/combined-fingerprint.js';
import type { SeedPlan } from '../../../sim/campaign/seed-plan.js';
import type { FoundFailure, Tally } from '../../../sim/campaign/tally.js';
import { WorkerLostError } from '../../../sim/campaign/worker-thread.js';
import { bundledWorker } from './fixtures/bundled-worker.js';

let entry: URL;

beforeAll(async () => {
  entry = await bundledWorker();
});

function sail(plan: Partial<SeedPlan>, options: Partial<CampaignOptions> = {}): Promise<CampaignResult> {
  const wholePlan = {
    firstSeed: 0,
    seedsEach: 100,
    shard: { index: 0, of: 1 },
    scenarios: ['calm'],
    ...plan,
  };
  return runCampaign(wholePlan, {
    entry,
    hangMs: 60_000,
    parameters: {},
    workers: 1,
    bail: false,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...options,
  });
}

function tallyOf(result: CampaignResult, scenario: string): Tally {
  const tally = result.tallies.get(scenario);
  if (tally === undefined) throw new Error(`no tally of ${scenario}`);
  return tally;
}

/** All that must not depend on how the work was shared. */
function essence(result: CampaignResult): unknown {
  return [...result.tallies].map(([name, tally]) => {
    const { failures, faults, checks, sometimes, lanes, runs, events, seeds } = tally;
    return { name, failures, faults, checks, sometimes, fingerprint: lanesText(lanes), runs, events, seeds };
  });
}

test('the result is the same with any number of workers', async () => {
  const plan = { scenarios: ['calm', 'leaky'], seedsEach: 200 };
  const alone = await sail(plan);
  const shared = await sail(plan, { workers: 3 });
  expect(essence(shared)).toEqual(essence(alone));
  expect(alone.runs).toBe(400);
  expect([...tallyOf(alone, 'leaky').failures.values()].map(({ invariant }) => invariant).sort()).toEqual([
    'keel',
    'level',
  ]);
});

test('the fingerprints of all shards add up to that of the whole campaign', async () => {
  const whole = tallyOf(await sail({ seedsEach: 90 }), 'calm').lanes;
  const parts = await Promise.all(
    [0, 1, 2].map(
      async (index) => tallyOf(await sail({ seedsEach: 90, shard: { index, of: 3 } }), 'calm').lanes,
    ),
  );
  const added = whole.map((_, lane) => parts.reduce((total, part) => (total + (part[lane] ?? 0)) >>> 0, 0));
  expect(added).toEqual([...whole]);
});

test('a campaign that bails ends at the same failure with any number of workers', async () => {
  const plan = { scenarios: ['calm', 'leaky'], seedsEach: 1000 };
  const alone = await sail(plan, { bail: true });
  const shared = await sail(plan, { bail: true, workers: 3 });
  expect(alone.ended).toBe('bail');
  expect(tallyOf(alone, 'leaky').failures.size).toBe(1);
  expect(essence(shared)).toEqual(essence(alone));
});

function foundIn(tally: Tally, invariant: string): FoundFailure | undefined {
  return [...tally.failures.values()].find((failure) => failure.invariant === invariant);
}

test('a failure is told by the first of its shortest runs, and counted', async () => {
  const tally = tallyOf(await sail({ scenarios: ['leaky'], seedsEach: 200 }), 'leaky');
  const level = foundIn(tally, 'level');
  const alone = tallyOf(
    await sail({ scenarios: ['leaky'], firstSeed: level?.seed ?? -1, seedsEach: 1 }),
    'leaky',
  );
  expect(foundIn(alone, 'level')).toEqual({ ...level, count: 1 });
  const before = tallyOf(await sail({ scenarios: ['leaky'], seedsEach: level?.seed ?? -1 }), 'leaky');
  expect(foundIn(before, 'level')?.events ?? Infinity).toBeGreaterThan(level?.events ?? Infinity);
  expect(level?.count).toBeGreaterThan(1);
});

test('a scenario that is no function of its tape violates same-tape-same-trace', async () => {
  const tally = tallyOf(await sail({ scenarios: ['drifting'], seedsEach: 1 }), 'drifting');
  expect(tally.checks.get('same-tape-same-trace')).toBe(1);
  expect(foundIn(tally, 'same-tape-same-trace')?.message).toMatch(/first divergent event #\d+: .*counted/);
});

test('one seed in a hundred is sailed twice, the first one always', async () => {
  const tally = tallyOf(await sail({ seedsEach: 101 }), 'calm');
  expect(tally.checks.get('same-tape-same-trace')).toBe(2);
  expect(tally.runs).toBe(101);
});

test('a run that a limit cut is inconclusive, not passed', async () => {
  const tally = tallyOf(await sail({ scenarios: ['endless'], seedsEach: 3, firstSeed: 5 }), 'endless');
  expect(tally.inconclusive).toEqual({ seed: 5, end: 'events', count: 3 });
});

test('a worker that dies ends the campaign and names the seed that it was on', async () => {
  const result = await sail({ scenarios: ['sinking'], seedsEach: 1000 }, { workers: 2 });
  expect(result.ended).toBe('worker-lost');
  expect(result.lost).toBeInstanceOf(WorkerLostError);
  const again = await sail({ scenarios: ['sinking'], firstSeed: result.lost?.seed ?? -1, seedsEach: 1 });
  expect(again.lost?.reason).toBe('it exited with code 7');
});

test('a worker that hangs is ended, and the seed that it was on is named', async () => {
  const hangMs = 2000;
  const result = await sail({ scenarios: ['hanging'], seedsEach: 1000 }, { hangMs });
  expect(result.lost?.reason).toBe('no sign of life for 2000 ms');
  const seed = result.lost?.seed ?? -1;
  const before = await sail({ scenarios: ['hanging'], seedsEach: seed });
  expect(before.ended).toBe('complete');
  const again = await sail({ scenarios: ['hanging'], firstSeed: seed, seedsEach: 1 }, { hangMs });
  expect(again.lost?.seed).toBe(seed);
});

test('a worker whose run fills its memory ends the campaign, not the process, and names the seed', async () => {
  const result = await sail({ scenarios: ['hoarding'], seedsEach: 1000 });
  expect(result.lost?.reason).toBe('its memory is full: more than 1024 MiB');
  const before = await sail({ scenarios: ['hoarding'], seedsEach: result.lost?.seed ?? -1 });
  expect(before.ended).toBe('complete');
});

test('a scenario that the worker does not know is a fault of the harness', async () => {
  const result = await sail({ scenarios: ['unknown'] });
  expect(result.lost?.reason).toContain('this worker knows no scenario unknown');
});

test('a shard with no seeds of its own runs nothing', async () => {
  const result = await sail({ seedsEach: 2, shard: { index: 4, of: 8 } });
  expect([result.ended, result.runs]).toEqual(['complete', 0]);
});

test('a campaign that is told to stop keeps what it has', async () => {
  const controller = new AbortController();
  const onProgress = ({ runs }: { runs: number }): void => {
    if (runs >= 50) controller.abort();
  };
  const result = await sail({ seedsEach: Infinity }, { signal: controller.signal, onProgress, workers: 2 });
  expect(result.ended).toBe('stopped');
  const tally = tallyOf(result, 'calm');
  const seeds = tally.seeds.reduce((total, { from, to, step }) => total + (to - from) / step + 1, 0);
  expect(seeds).toBe(result.runs);
  expect(result.runs).toBeGreaterThanOrEqual(50);
});
