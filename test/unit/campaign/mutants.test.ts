import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { huntMutant } from '../../../sim/campaign/hunt-mutant.js';
import type { HuntOptions } from '../../../sim/campaign/sail-mutant.js';
import { applyMutant, decodeMutant, loadMutants, type Mutant } from '../../../sim/campaign/mutant.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { rootFolder, workerSource } from './fixtures/bundled-worker.js';
import { scenarios } from './fixtures/scenarios.js';

const file = 'test/unit/campaign/fixtures/scenarios.ts';
const json = {
  id: 'T1',
  title: 'a wave of 12 counts as too high',
  file,
  find: "      simulation.checked('level');\n      simulation.sometimes",
  replace: [
    "      simulation.checked('level');",
    "      if (drawn === 12) simulation.fail({ invariant: 'level', subject: '$&', message: 'planted' });",
    '      simulation.sometimes',
  ],
  invariant: 'level',
  fault: 'none',
  tier: 'A',
  scenarios: ['calm'],
};

function hunt(
  changes: Record<string, unknown>,
  others: readonly Mutant[] = [],
  limits: Partial<HuntOptions> = {},
) {
  const mutant = decodeMutant({ ...json, ...changes });
  return huntMutant(mutant, others, scenarios, {
    rootFolder,
    entryPath: workerSource,
    outputPath: join(temporaryFolder(), `${mutant.id}.mjs`),
    workers: 1,
    hangMs: 60_000,
    seedsMax: Infinity,
    starts: 1,
    signal: new AbortController().signal,
    ...limits,
  });
}

test('a planted bug that an invariant catches is killed, and the seeds that it took are counted', async () => {
  const verdict = await hunt({});
  expect(verdict).toMatchObject({ id: 'T1', verdict: 'killed', by: 'level', scenario: 'calm' });
  expect(verdict?.seedsToKill).toBe((verdict?.seed ?? -1) + 1);
});

test('a mutant is hunted as often as asked, each time from the seed after the one that showed it', async () => {
  const verdict = await hunt({}, [], { starts: 4 });
  const kills = verdict?.kills ?? [];
  expect(kills).toHaveLength(4);
  expect(kills[0]).toBe(verdict?.seedsToKill);
  expect(verdict?.seedsRun).toBe(kills.reduce((sum, seeds) => sum + seeds, 0));
});

test('a mutant that names the faults which it needs is killed when it is not found without any one of them', async () => {
  expect(await hunt({ faults: ['wave'] }, [], { starts: 3 })).toMatchObject({ verdict: 'killed' });
  const needless = await hunt({ faults: ['wave', 'wind'] }, [], { starts: 3 });
  expect(needless).toMatchObject({ verdict: 'stale' });
  expect(needless?.note).toContain('found without wind too: level, seed');
});

const emits = "simulation.trace.emit({ kind: 'gust', node: 'sea' });\n";

test.each([
  ['unreached', { find: "message: 'a wave came over'", replace: "message: 'a wave'" }],
  ['bad mutant', { replace: `simulation.tape.choices();\n${json.find}` }],
  ['weak fault', { replace: `if (drawn === 5 && simulation.nowMs === 10) ${emits}${json.find}` }],
  ['no oracle', { replace: `${emits}${json.find}` }],
])('a survivor is told apart: %s', async (diagnosis, changes) => {
  expect(await hunt(changes, [], { seedsMax: 64 })).toMatchObject({ verdict: 'survived', diagnosis });
});

test('a planted bug that changes nothing survives all seeds of its tier', async () => {
  const verdict = await hunt({ replace: json.find });
  expect(verdict).toMatchObject({ verdict: 'survived', by: null, seedsToKill: null, seedsRun: 1000 });
});

test.each([
  ['text that is not there', { find: 'no such text' }],
  ['text that is there twice', { find: 'simulation' }],
  ['a file that is not there', { file: 'sim/no-such-file.ts' }],
  ['a file that does not run', { file: 'sim/report/paint.ts', find: 'plainPaint', replace: 'plainPaint' }],
  ['a replacement that does not build', { replace: 'simulation.checked((' }],
])('a mutant with %s is stale', async (_, changes) => {
  expect(await hunt(changes)).toMatchObject({ verdict: 'stale', by: null, seedsRun: 0 });
});

test('chance that does not come from the tape is caught at the first seed', async () => {
  const replace =
    "      simulation.checked('level');\n      runsOfThisThread += 1;\n      simulation.sometimes";
  const traced = replace.replace('      simulation.sometimes', '');
  const noise = "      simulation.trace.emit({ kind: 'noise', node: 'sea', runs: runsOfThisThread });\n";
  const verdict = await hunt({ replace: `${traced}${noise}      simulation.sometimes` });
  expect(verdict).toMatchObject({ verdict: 'killed', by: 'same-tape-same-trace', seedsToKill: 1 });
});

test('a bug in the harness that silences a fault is caught by no-dead-knob, in as many runs as that fault takes', async () => {
  const changes = {
    find: "simulation.faults.effective('test.wave');",
    replace: '',
    invariant: 'no-dead-knob',
    fault: 'test.wave',
  };
  expect(await hunt(changes)).toMatchObject({ verdict: 'killed', by: 'no-dead-knob', seedsToKill: 200 });
});

test('only the dead knob that a bug in the harness names counts', async () => {
  const changes = { invariant: 'no-dead-knob', replace: json.find };
  const becalmed = { ...changes, scenarios: ['becalmed'] };
  expect(await hunt({ ...becalmed, fault: 'test.wave' })).toMatchObject({ verdict: 'survived' });
  expect(await hunt({ ...becalmed, fault: 'test.storm' })).toMatchObject({ verdict: 'killed' });
});

test('a bug in the harness that hides another bug is killed by the kill rate', async () => {
  const blinding = {
    id: 'H',
    file: 'sim/kernel/simulation.ts',
    find: '    this.#violation = violation;',
    replace: '',
    blinds: 'T1',
  };
  const found = decodeMutant(json);
  expect(await hunt(blinding, [found])).toMatchObject({ verdict: 'killed', by: 'kill-rate', seedsRun: 1000 });
  const idle = { ...blinding, replace: blinding.find };
  expect(await hunt(idle, [found])).toMatchObject({
    verdict: 'survived',
    note: 'T1 is found all the same (level)',
  });
  const unfound = decodeMutant({ ...json, replace: json.find });
  expect(await hunt(blinding, [unfound])).toMatchObject({ verdict: 'survived' });
  expect(await hunt(blinding)).toMatchObject({ verdict: 'stale' });
});

test('a dead knob kills no mutant that is not about the harness', async () => {
  const changes = { find: "simulation.faults.effective('test.wave');", replace: '' };
  expect(await hunt(changes)).toMatchObject({ verdict: 'survived' });
});

test('a planted bug that only takes the worker down survives: no invariant has seen it', async () => {
  const changes = { scenarios: ['sinking'], find: 'endThread(7)', replace: 'endThread(8)' };
  const verdict = await hunt(changes);
  expect(verdict).toMatchObject({ verdict: 'survived' });
  expect(verdict?.note).toContain('worker lost on seed');
});

test('find and replace may be lists of lines', () => {
  const mutant: Mutant = decodeMutant({ ...json, find: ['a', 'b'], replace: ['c', '$&'] });
  expect(applyMutant(mutant, '1\na\nb\n2')).toBe('1\nc\n$&\n2');
  expect(applyMutant(mutant, 'a\nb\na\nb')).toBeUndefined();
});

test('a mutant is required unless it says that it is not', () => {
  expect(decodeMutant(json).required).toBe(true);
  expect(decodeMutant({ ...json, required: false }).required).toBe(false);
});

test('a mutant file needs no more than id, file, text, replacement and invariant', () => {
  const { title: _title, fault: _fault, tier: _tier, ...needed } = json;
  const bare = decodeMutant({ ...needed, scenarios: undefined });
  expect(bare).toMatchObject({ title: '', fault: '', tier: 'A', scenarios: [], required: true });
});

test.each([
  ['tier', { tier: 'D' }],
  ['find', { find: '' }],
  ['find', { find: 7 }],
  ['title', { title: 7 }],
  ['required', { required: 'yes' }],
])('a mutant file with a wrong %s is refused', (field, changes) => {
  expect(() => decodeMutant({ ...json, ...changes })).toThrow(`"${field}" must be`);
});

test('mutants are read from a folder and those below it; a broken file is named', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'below'));
  writeFileSync(join(folder, 'T1.json'), JSON.stringify(json));
  writeFileSync(join(folder, 'below/T2.json'), JSON.stringify({ ...json, id: 'T2' }));
  expect(loadMutants(folder).map(({ id }) => id)).toEqual(['T1', 'T2']);
  writeFileSync(join(folder, 'below/T3.json'), JSON.stringify(json));
  expect(() => loadMutants(folder)).toThrow('two mutants called T1');
  writeFileSync(join(folder, 'T4.json'), '{');
  expect(() => loadMutants(folder)).toThrow('T4.json is no mutant file');
});

test.each(
  loadMutants(join(rootFolder, 'sim/campaign/mutants')).map((mutant) => [mutant.id, mutant] as const),
)('mutant %s of this repository is not stale', (_, mutant) => {
  expect(applyMutant(mutant, readFileSync(join(rootFolder, mutant.file), 'utf8'))).toBeDefined();
});
