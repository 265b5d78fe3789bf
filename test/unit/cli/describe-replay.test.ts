import { expect, test } from 'vitest';
import type { Reproduction } from '../../../sim/campaign/reproduction.js';
import { describeReplay } from '../../../sim/cli/describe-replay.js';
import type { ReplaySubject } from '../../../sim/cli/replay-subject.js';
import type { Choice } from '../../../sim/kernel/tape.js';
import { sail } from '../../../sim/kernel/voyage.js';
import { replayText } from '../../../sim/report/replay-text.js';
import { plainPaint } from '../../../sim/report/paint.js';
import { drifting, endless, leaky } from '../campaign/fixtures/scenarios.js';

const highWave: Choice = { label: 'wave', occurrence: 1, value: 15 };

async function reproductionOf(choices: readonly Choice[]): Promise<Reproduction> {
  const { fingerprint } = await sail(leaky, { choices });
  return {
    build: 'then',
    scenario: 'leaky',
    scenarioSchema: 1,
    parameters: {},
    seed: 42,
    choices,
    fingerprint,
    invariant: 'level',
    subject: 'hull',
    message: 'a wave came over',
    command: '',
  };
}

async function replayFile(reproduction: Reproduction, choices: readonly Choice[] = reproduction.choices) {
  const source = { choices };
  const subject: ReplaySubject = { scenario: leaky, seed: 42, source, reproduction };
  const [first, second] = [await sail(leaky, source), await sail(leaky, source)];
  return describeReplay(subject, 'now', first, second, {});
}

test('a reproduction that fails again matches its file, also under another build', async () => {
  const document = await replayFile(await reproductionOf([highWave]));
  expect(document).toMatchObject({
    verdict: 'fail',
    invariant: 'level',
    outcome: 'still-fails',
    matches: true,
    stale: false,
    exit: 1,
  });
  expect(document.notes).toEqual(['written by build then, replayed by now']);
});

test('a run that passes and whose choices all fit is a pass', async () => {
  const reproduction = await reproductionOf([highWave]);
  const document = await replayFile(reproduction, [{ ...highWave, value: 3 }]);
  expect(document).toMatchObject({ outcome: 'passes-now', matches: false, stale: false, exit: 0 });
  expect(replayText(document, [], plainPaint)).toContain('passes now');
});

test.each([
  ['do not fit', { ...highWave, value: 16 }],
  ['nothing asks for', { ...highWave, occurrence: 3 }],
  ['name what is no longer drawn', { ...highWave, label: 'tide' }],
])('choices that %s make a passing replay stale, never fixed', async (_, choice) => {
  const document = await replayFile(await reproductionOf([highWave]), [choice]);
  expect(document).toMatchObject({ verdict: 'pass', outcome: 'stale', stale: true, exit: 4 });
  expect(document.notes.at(-1)).toMatch(/^stale: /);
  const text = replayText(document, [], plainPaint);
  expect(text).toContain('stale: the choices no longer fit this build');
  expect(text).not.toMatch(/fixed|passes/);
});

test('a stale tape that still fails is still a failure', async () => {
  const misfit = { ...highWave, occurrence: 0, value: 16 };
  const document = await replayFile(await reproductionOf([highWave]), [misfit, highWave]);
  expect(document).toMatchObject({ verdict: 'fail', outcome: 'still-fails', stale: true, exit: 1 });
});

test('choices that were left when a run failed do not make it stale', async () => {
  const later = { ...highWave, occurrence: 2 };
  const document = await replayFile(await reproductionOf([highWave]), [highWave, later]);
  expect(document).toMatchObject({ outcome: 'still-fails', stale: false, staleness: { unused: 1 }, exit: 1 });
});

test('a tape of a fixed failure fits as its file says, and is stale when it fits otherwise', async () => {
  const file = { ...(await reproductionOf([highWave])), afterFix: { misfits: 0, unused: 1 } };
  const passing = { ...highWave, value: 3 };
  const gone = { ...highWave, occurrence: 3 };
  expect((await replayFile(file, [passing, gone])).outcome).toBe('passes-now');
  expect((await replayFile(file, [passing])).outcome).toBe('stale');
  expect((await replayFile(file, [passing, gone, { ...gone, occurrence: 4 }])).outcome).toBe('stale');
});

test('another subject than the one in the file is told', async () => {
  const document = await replayFile({ ...(await reproductionOf([highWave])), subject: 'mast' });
  expect(document.outcome).toBe('still-fails');
  expect(document.notes).toContain('the file tells of another subject: mast');
});

test('another invariant than the one in the file is told', async () => {
  const document = await replayFile(await reproductionOf([highWave]), [{ ...highWave, value: 14 }]);
  expect(document).toMatchObject({ outcome: 'fails-otherwise', invariant: 'keel', exit: 1 });
  expect(document.notes).toContain('the file tells of another invariant: level');
});

test('two runs that differ are a fault of the harness', async () => {
  const source = { seed: 1 };
  const subject = { scenario: drifting, seed: 1, source, reproduction: undefined };
  const [first, second] = [await sail(drifting, source), await sail(drifting, source)];
  const document = describeReplay(subject, 'now', first, second, {});
  expect(document).toMatchObject({ matches: false, exit: 3 });
  expect(document.notes[0]).toMatch(/^same-tape-same-trace: two runs differ, first divergent event #\d+/);
});

test('a run that a limit cut neither passes nor fails', async () => {
  const source = { seed: 1 };
  const subject = { scenario: endless, seed: 1, source, reproduction: undefined };
  const verdict = await sail(endless, source);
  expect(describeReplay(subject, 'now', verdict, verdict, {})).toMatchObject({
    verdict: 'inconclusive',
    exit: 4,
  });
});
