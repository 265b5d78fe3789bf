import { expect, test } from 'vitest';
import { addLanes, lanesText, noLanes, runLanes } from '../../../sim/campaign/combined-fingerprint.js';
import { judgeKnobs, runsToJudge } from '../../../sim/campaign/dead-knob.js';
import { campaignExitCode } from '../../../sim/campaign/exit-code.js';
import { fuzzCommand, replayCommand } from '../../../sim/campaign/invocation.js';

const declared = { faults: ['disk.torn'], invariants: ['acked-durable'] };
const lively = {
  runs: 1000,
  faults: new Map([['disk.torn', { fired: 9, effective: 1 }]]),
  checks: new Map([['acked-durable', 1]]),
  sometimes: new Map([['rotated', 1]]),
};

test('a scenario that tried all that it declares has no dead knob', () => {
  expect(judgeKnobs(declared, lively)).toEqual({ dead: [], judged: 3, undecided: [], decidedFromRuns: 1000 });
});

test('silence in fewer than 1,000 runs is undecided, unless the scenario knows better', () => {
  const silent = { ...lively, runs: 999, faults: new Map() };
  expect(judgeKnobs(declared, silent)).toEqual({
    dead: [],
    judged: 0,
    undecided: ['disk.torn'],
    decidedFromRuns: 1000,
  });
  const common = { ...declared, judgedFrom: { 'disk.torn': 999, 'acked-durable': 2000 } };
  expect(judgeKnobs(common, silent)).toMatchObject({
    dead: [{ subject: 'disk.torn' }],
    judged: 1,
    decidedFromRuns: 2000,
  });
});

test('a fault that never fires, and one that fires and never bites, are dead knobs', () => {
  expect(judgeKnobs(declared, { ...lively, faults: new Map() }).dead).toEqual([
    { subject: 'disk.torn', message: 'fault disk.torn never fired in 1000 runs' },
  ]);
  const toothless = new Map([['disk.torn', { fired: 9, effective: 0 }]]);
  expect(judgeKnobs(declared, { ...lively, faults: toothless }).dead).toEqual([
    {
      subject: 'disk.torn',
      message: 'fault disk.torn fired 9 times and never changed anything in 1000 runs',
    },
  ]);
});

test('an invariant that was never checked is a dead knob', () => {
  const [knob] = judgeKnobs(declared, { ...lively, checks: new Map() }).dead;
  expect(knob).toMatchObject({ subject: 'acked-durable' });
});

test('something that should happen sometimes, and never did, is a dead knob, announced or not', () => {
  const [knob] = judgeKnobs(declared, { ...lively, sometimes: new Map([['rotated', 0]]) }).dead;
  expect(knob).toMatchObject({ subject: 'rotated' });
  const known = { ...declared, judgedFrom: { rotated: 100 } };
  expect(judgeKnobs(known, { ...lively, sometimes: new Map() }).dead).toMatchObject([{ subject: 'rotated' }]);
});

test('what is seen often is judged soon, and chance alone is blamed in less than one of a million campaigns', () => {
  for (const [seenIn, runs, size] of [
    [400, 400, 20],
    [200, 400, 50],
    [100, 1000, 200],
    [10, 1000, 5000],
    [3, 1000, 10_000],
    [0, 1000, 10_000],
  ] as const) {
    expect([seenIn, runsToJudge(seenIn, runs)]).toEqual([seenIn, size]);
    // The greatest size is for what nobody would wait longer for.
    expect(size === 10_000 || (1 - seenIn / runs) ** size < 1e-6).toBe(true);
  }
});

test('the combined fingerprint does not depend on the order of the runs', () => {
  const runs = [runLanes('a', 1, 'x'), runLanes('a', 2, 'x'), runLanes('b', 1, 'x')];
  const forth = runs.reduce(addLanes, noLanes);
  const back = runs.toReversed().reduce(addLanes, noLanes);
  expect(lanesText(forth)).toBe(lanesText(back));
  expect(lanesText(forth)).toMatch(/^[0-9a-f]{32}$/);
});

test('the combined fingerprint tells apart which seed of which scenario had which fingerprint', () => {
  const one = addLanes(runLanes('a', 1, 'x'), runLanes('a', 2, 'y'));
  const other = addLanes(runLanes('a', 1, 'y'), runLanes('a', 2, 'x'));
  expect(lanesText(one)).not.toBe(lanesText(other));
  expect(lanesText(runLanes('a', 11, 'x'))).not.toBe(lanesText(runLanes('a1', 1, 'x')));
});

const clean = {
  stoppedBy: undefined,
  harnessFault: false,
  failures: 0,
  inconclusiveRuns: 0,
  runs: 1,
} as const;

test.each([
  ['nothing was found', clean, 0],
  ['something was found', { ...clean, failures: 1, inconclusiveRuns: 1 }, 1],
  ['the harness failed, and so what was found is in doubt', { ...clean, failures: 1, harnessFault: true }, 3],
  ['nothing was run', { ...clean, runs: 0 }, 4],
  ['a limit cut some run', { ...clean, inconclusiveRuns: 1 }, 4],
  ['SIGINT came', { ...clean, failures: 1, stoppedBy: 'SIGINT' }, 130],
  ['SIGTERM came', { ...clean, stoppedBy: 'SIGTERM' }, 143],
] as const)('when %s, the exit code is right', (_, outcome, code) => {
  expect(campaignExitCode(outcome)).toBe(code);
});

test('the line to paste carries parameters and mutant, and survives a shell', () => {
  const invocation = {
    prefix: 'npx seaworthy',
    parameters: { profile: 'crashy', schedule: 'pct:3' },
    mutantArguments: ['--mutant', 'W1', '--from', "my mutant's"],
  };
  expect(replayCommand(invocation, 'node-crash', 7)).toBe(
    `npx seaworthy replay 7 --scenario node-crash --profile crashy --schedule pct:3 --mutant W1 --from 'my mutant'\\''s'`,
  );
  expect(fuzzCommand({ ...invocation, parameters: {}, mutantArguments: [] }, 'node-crash', 7, 1000)).toBe(
    'npx seaworthy fuzz --scenario node-crash --seeds 1000 --seed 7',
  );
});
