import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asRecord, type JsonRecord } from '../../sim/campaign/json-fields.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Ended } from './cli-harness.js';
import { commandLine } from './command-line.js';

const { run, start } = commandLine('real');

function documentOf({ stdout }: Ended): JsonRecord {
  return asRecord(JSON.parse(stdout)) ?? {};
}

const logSweep = ['sweep', '--scenario', 'log-crash-storm'];

test('sweep: exits with 0 and tells its figures, which do not depend on the number of workers', async () => {
  const [one, two] = await Promise.all([
    run([...logSweep, '--workers', '1', '--json']),
    run([...logSweep, '--workers', '2', '--json']),
  ]);
  expect(one.code).toBe(0);
  const document = documentOf(one);
  expect(document).toMatchObject({ schema: 'seaworthy.sweep.v1', depth: 1, ended: 'complete', failures: [] });
  expect(documentOf(two)['scenarios']).toEqual(document['scenarios']);
  const [figures] = Array.isArray(document['scenarios']) ? document['scenarios'].map(asRecord) : [];
  const { points, states, shared, runs } = figures ?? {};
  expect(Number(points)).toBeGreaterThan(100);
  expect(runs).toBe(Number(states) + Number(shared));
});

test('sweep: exits with 1 for a bug that only one moment shows, and prints the line that shows it again', async () => {
  const folder = temporaryFolder();
  const { code, stdout } = await run([...logSweep, '--mutant', 'W18-empty', '--bail'], folder);
  expect(code).toBe(1);
  expect(stdout).toContain('FAIL converges');
  expect(stdout).toMatch(/node crashed (before|after) its port call \d+/);
  expect(stdout).toMatch(/identity converges\/[0-9a-f]{8} {2}seen at \S/);
  expect(stdout).toMatch(/how it came about\n.*[^]*converges does not hold/);
  const line = /replay {2}npx seaworthy (.*)/.exec(stdout)?.[1] ?? '';
  const again = await run(line.split(' '), folder);
  expect(again.code).toBe(1);
  expect(again.stdout).toContain('FAIL');
  const [, file = ''] = line.split(' ');
  expect((await run(['replay', file], folder)).code).toBe(0);
  expect(existsSync(`${folder}/.seaworthy/sweep.json`)).toBe(true);
});

test.each([
  ['a scenario without a short form', ['sweep', '--scenario', 'calm'], 'These have one: log-crash-storm'],
  ['an unknown scenario', ['sweep', '--scenario', 'clam'], 'Did you mean'],
  ['a depth that there is not', ['sweep', '--depth', '3'], '--depth takes 1 or 2'],
  ['an operand', ['sweep', '7'], 'sweep takes no "7"'],
])('sweep: %s exits with 2', async (_, args, told) => {
  const { code, stderr } = await run(args);
  expect(code).toBe(2);
  expect(stderr).toContain(told);
});

test('mutants: one of tier C is hunted by the sweep', async () => {
  const { code, stdout } = await run(['mutants', 'W12-newest', '--json']);
  expect(JSON.parse(stdout)).toMatchObject([{ id: 'W12-newest', tier: 'C', verdict: 'killed', seed: null }]);
  expect(code).toBe(0);
});

test('a sweep that is told to stop tells what it has, and exits with 130', async () => {
  const { child, ended, said } = start(['sweep', '--workers', '1', '--json']);
  await said('a sweep of log-crash-storm, order-saga, eviction-race');
  child.kill('SIGINT');
  const end = await ended;
  expect(end.code).toBe(130);
  expect(documentOf(end)).toMatchObject({ ended: 'stopped' });
});
