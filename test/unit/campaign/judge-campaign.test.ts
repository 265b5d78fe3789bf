import { expect, test } from 'vitest';
import type { CampaignResult } from '../../../sim/campaign/campaign.js';
import { confirmFailure, type Suspect } from '../../../sim/campaign/confirm.js';
import { type JudgeOptions, judgeCampaign } from '../../../sim/campaign/judge-campaign.js';
import { decodeReproduction } from '../../../sim/campaign/reproduction.js';
import { countVerdict, emptyTally, type Tally } from '../../../sim/campaign/tally.js';
import { Bench } from '../../../sim/kernel/oracle.js';
import { sail, type Scenario } from '../../../sim/kernel/voyage.js';
import { becalmed, drifting, leaky } from './fixtures/scenarios.js';
import { WriteError } from '../../../sim/campaign/write-error.js';

async function tallySeeds(scenario: Scenario, seeds: number): Promise<Tally> {
  const tally = emptyTally();
  for (let seed = 0; seed < seeds; seed += 1) countVerdict(tally, seed, await sail(scenario, { seed }));
  return tally;
}

async function judge(scenario: Scenario, tally: Tally, options: Partial<JudgeOptions> = {}) {
  return judgeAll([scenario], new Map([[scenario.name, tally]]), options);
}

async function judgeAll(
  scenarios: readonly Scenario[],
  tallies: ReadonlyMap<string, Tally>,
  options: Partial<JudgeOptions> = {},
) {
  const [runs = 0] = [...tallies.values()].map((tally) => tally.runs);
  const plan = {
    scenarios: scenarios.map(({ name }) => name),
    firstSeed: 0,
    seedsEach: runs,
    shard: { index: 0, of: 1 },
  };
  const result: CampaignResult = {
    taken: 1,
    tallies,
    runs: runs * scenarios.length,
    wallMs: 1,
    ended: 'complete',
    lost: undefined,
  };
  return judgeCampaign(scenarios, plan, result, {
    build: '0.1.0+test',
    invocation: { prefix: 'npx seaworthy', parameters: {}, mutantArguments: [] },
    outputFolder: 'out',
    confirm: (name, suspect) =>
      confirmFailure(scenarios.find((known) => known.name === name) ?? leaky, suspect),
    shrink: async () => undefined,
    write: () => {},
    ...options,
  });
}

test('each failure is told with its end, its file and the line that shows it again', async () => {
  const written = new Map<string, string>();
  const write = (path: string, text: string): void => void written.set(path, text);
  const { failures } = await judge(leaky, await tallySeeds(leaky, 100), { write });
  expect(failures.map(({ invariant }) => invariant)).toEqual(['keel', 'level']);
  for (const failure of failures) {
    const { seed, file, lastEvents, command, fingerprint } = failure;
    expect(file).toBe(`out/failures/leaky-${seed}.json`);
    expect(command).toBe(`npx seaworthy replay ${seed} --scenario leaky`);
    expect(lastEvents.at(-1)?.event.kind).toBe('violation');
    const reproduction = decodeReproduction(written.get(file ?? '') ?? '');
    const again = await sail(leaky, { choices: reproduction.choices });
    expect(again.fingerprint).toBe(fingerprint);
    expect(again.violation?.invariant).toBe(failure.invariant);
  }
});

test('a failure that was shrunk has a small file beside its own, and tells what is needed', async () => {
  const written = new Map<string, string>();
  const write = (path: string, text: string): void => void written.set(path, text);
  const { failures } = await judge(leaky, await tallySeeds(leaky, 100), {
    write,
    shrink: async (_, choices) => {
      const original = await sail(leaky, { choices }, { record: true });
      const smallest = await sail(leaky, { choices: original.choices.slice(-1) }, { record: true });
      const { violation } = original;
      if (violation === undefined) throw new Error('it has to fail');
      return { original, smallest, violation, needed: [], trials: 7, isMinimal: true };
    },
  });
  for (const { seed, shrunk } of failures) {
    expect(shrunk).toMatchObject({ trials: 7, isMinimal: true, to: { choices: 1 } });
    expect(shrunk?.file).toBe(`out/failures/leaky-${seed}.small.json`);
    expect(shrunk?.command).toBe(`npx seaworthy replay out/failures/leaky-${seed}.small.json`);
    expect(decodeReproduction(written.get(shrunk?.file ?? '') ?? '').choices).toHaveLength(1);
  }
  expect(failures).toHaveLength(2);
});

/** Fails under one invariant, at the bow when the first wave is high, else at the stern when the second one is. */
function twofold(name: string): Scenario {
  return {
    ...leaky,
    name,
    invariants: ['dry'],
    sail(simulation) {
      const bench = new Bench(simulation, [
        {
          id: 'dry',
          onFact: (fact, check) => check(Number(fact['height']) < 12, 'hull', () => 'a wave came over'),
        },
      ]);
      for (const [index, node] of ['bow', 'stern'].entries()) {
        simulation.schedule(index, () => {
          bench.observe({ kind: 'wave', node, height: simulation.tape.draw(node, 16) });
        });
      }
    },
  };
}

test('one bug is one card, however often and in whichever scenario it shows; two bugs of one invariant are two', async () => {
  const pair = [twofold('port'), twofold('starboard')];
  const tallies = await Promise.all(
    pair.map(async (scenario) => [scenario.name, await tallySeeds(scenario, 100)] as const),
  );
  const { failures } = await judgeAll(pair, new Map(tallies));
  expect(failures.map(({ invariant, state, scenario }) => [invariant, state, scenario])).toEqual([
    ['dry', 'bow wave', 'port'],
    ['dry', 'stern wave', 'port'],
  ]);
  expect(new Set(failures.map(({ identity }) => identity)).size).toBe(2);
  const counted = tallies.flatMap(([, { failures: found }]) => [...found.values()]);
  const sum = (all: readonly { readonly count: number }[]): number =>
    all.reduce((n, { count }) => n + count, 0);
  expect(sum(failures)).toBe(sum(counted));
  expect(sum(failures)).toBeGreaterThan(60);
  for (const { seed, chain } of failures) {
    expect(chain?.links.at(-1)?.words).toBe('dry does not hold for hull: a wave came over.');
    expect(seed).toBeLessThan(20);
  }
});

test('a failure whose seed passes when it is sailed again is a fault of the harness', async () => {
  const tally = await tallySeeds(leaky, 1);
  const fingerprint = 'of another run';
  tally.failures.set('level', {
    invariant: 'level',
    state: '',
    seed: 0,
    events: 3,
    subject: 's',
    message: 'm',
    fingerprint,
    count: 1,
  });
  const { failures } = await judge(leaky, tally);
  expect(failures).toMatchObject([{ invariant: 'same-tape-same-trace', seed: 0, file: null }]);
  expect(failures[0]?.message).toContain('seed 0 violated level (of another run), but again passed');
});

test('a run that changes each time is never confirmed', async () => {
  const first = await sail(drifting, { seed: 1 });
  const suspect: Suspect = { seed: 1, invariant: 'level', fingerprint: first.fingerprint };
  expect((await confirmFailure(drifting, suspect)).reproduced).toBe(false);
});

test('a full disk loses no failure: it is told without its file, and the reason is kept', async () => {
  const write = (path: string): void => {
    throw new WriteError(path, new Error('ENOSPC: no space left on device'));
  };
  const { failures, writeErrors } = await judge(leaky, await tallySeeds(leaky, 100), { write });
  expect(failures.map(({ invariant, file }) => [invariant, file])).toEqual([
    ['keel', null],
    ['level', null],
  ]);
  expect(writeErrors).toHaveLength(2);
  expect(writeErrors[0]).toMatch(/^cannot write out\/failures\/leaky-\d+\.json: ENOSPC/);
});

test('a failure that cannot be made small keeps the file that it has, and the reason is kept', async () => {
  const shrink = async (): Promise<undefined> => {
    throw new Error('worker lost');
  };
  const { failures, writeErrors } = await judge(leaky, await tallySeeds(leaky, 100), { shrink });
  for (const { seed, file } of failures) expect(file).toBe(`out/failures/leaky-${seed}.json`);
  expect(writeErrors).toHaveLength(2);
  expect(writeErrors[0]).toMatch(/^cannot make out\/failures\/leaky-\d+\.json small: worker lost/);
});

test('dead knobs are told with the campaign that shows them', async () => {
  const { failures, undecided } = await judge(becalmed, await tallySeeds(becalmed, 1000));
  expect(undecided).toEqual([]);
  expect(failures.map(({ invariant, subject }) => `${invariant} ${subject}`)).toEqual([
    'no-dead-knob test.storm',
    'no-dead-knob mast',
    'no-dead-knob storm',
  ]);
  expect(failures[0]?.command).toBe('npx seaworthy fuzz --scenario becalmed --seeds 1000 --seed 0');
});

test('what too few runs have not seen is listed as undecided', async () => {
  const { failures, undecided } = await judge(becalmed, await tallySeeds(becalmed, 999));
  expect(failures).toEqual([]);
  expect(undecided).toEqual([
    { scenario: 'becalmed', subjects: ['test.storm', 'mast', 'storm'], decidedFromRuns: 1000 },
  ]);
});

test('under a profile or schedule, silence says nothing', async () => {
  const invocation = { prefix: 'npx seaworthy', parameters: { profile: 'calm' }, mutantArguments: [] };
  const judgement = await judge(becalmed, await tallySeeds(becalmed, 1000), { invocation });
  expect(judgement).toMatchObject({ failures: [], knobsJudged: 0, undecided: [] });
});
