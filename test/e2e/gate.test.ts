import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asRecord, type JsonRecord } from '../../sim/campaign/json-fields.js';
import { temporaryFolder } from '../temporary-folder.js';
import { commandLine } from './command-line.js';

// A whole gate takes minutes; here, each part is asked alone, and small. Such a gate is never seaworthy: what it tells of its part is judged.

const mutantsFolder = join(import.meta.dirname, '../../sim/campaign/mutants');

const { run, start } = commandLine('real');

interface Told {
  readonly code: number | null;
  readonly certificate: JsonRecord;
  readonly verdict: unknown;
  readonly broken: string;
  readonly unchecked: readonly unknown[];
}

/** Asks one part of a gate. */
async function ask(part: string, args: readonly string[], folder?: string): Promise<Told> {
  const ended = await run(['gate', '--part', part, '--workers', '1', '--json', ...args], folder);
  const certificate = asRecord(JSON.parse(ended.stdout)) ?? {};
  expect(certificate['verdict']).toBe('not seaworthy');
  const parts = Array.isArray(certificate['parts']) ? certificate['parts'].map(asRecord) : [];
  const asked = parts.find((candidate) => candidate?.['name'] === part);
  const { broken, unchecked } = asked ?? {};
  return {
    code: ended.code,
    certificate,
    verdict: asked?.['verdict'],
    broken: Array.isArray(broken) ? broken.join('\n') : '',
    unchecked: Array.isArray(unchecked) ? unchecked : [],
  };
}

const logStorm = ['--scenario', 'log-crash-storm', '--seed', '0', '--seeds', '100'];

describe('the fresh seeds of a gate', () => {
  test('are as many as it takes to see all that a scenario declares; scenarios left out are unchecked', async () => {
    const { code, verdict, broken, unchecked, certificate } = await ask('seeds', [
      ...logStorm,
      '--seeds',
      '20',
    ]);
    expect({ code, verdict, broken }).toEqual({ code: 1, verdict: 'unchecked', broken: '' });
    expect(unchecked.filter((line) => !/^[a-z-]+ was not sailed$/.test(String(line)))).toEqual([]);
    const scenarios = Array.isArray(certificate['scenarios']) ? certificate['scenarios'].map(asRecord) : [];
    const sailed = scenarios.find((figures) => figures?.['name'] === 'log-crash-storm');
    expect(Number(sailed?.['runs'])).toBeGreaterThan(20);
    expect(sailed?.['failureShareMax']).toBe(3 / Number(sailed?.['runs']));
  });

  test.each([
    ['W1', 'durable-before-visible'],
    // One oracle returns early.
    ['H3', 'invariant acked-durable was never checked'],
    // The probability of one fault is zero.
    ['H2', 'fault disk.torn never fired'],
    // Not the seed alone decides.
    ['H4', 'the canary is silent'],
  ])('are broken with %s: %s', async (mutant, told) => {
    const { code, verdict, broken } = await ask('seeds', [...logStorm, '--bail', '--mutant', mutant]);
    expect({ code, verdict }).toEqual({ code: mutant === 'H4' ? 3 : 1, verdict: 'broken' });
    expect(broken).toContain(told);
  });
});

test('the regressions that are kept hold: none fails, none is stale', async () => {
  expect(await ask('regressions', [])).toMatchObject({
    code: 1,
    verdict: 'holds',
    broken: '',
    unchecked: [],
  });
});

test('runs that are not a function of their tape are found by sailing them twice', async () => {
  const { code, verdict, broken } = await ask('determinism', [...logStorm, '--mutant', 'H4']);
  expect({ code, verdict }).toEqual({ code: 3, verdict: 'broken' });
  expect(broken).toMatch(
    /same-tape-same-trace in log-crash-storm: [^]*replay 0 --scenario log-crash-storm --mutant H4/,
  );
});

describe('required mutants', () => {
  /** A folder that requires some mutants, and holds the files of others. */
  function requiring(ids: readonly string[], files: readonly string[]): string {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'harness'));
    for (const file of files) cpSync(join(mutantsFolder, file), join(folder, file));
    writeFileSync(join(folder, 'required.json'), JSON.stringify(ids));
    return folder;
  }

  test('hold when each of them is killed', async () => {
    const from = requiring(['W1', 'W2'], ['W1.json', 'W2.json']);
    const told = await ask('mutants', ['--from', from]);
    expect(told).toMatchObject({ code: 1, verdict: 'holds', broken: '', unchecked: [] });
    expect(told.certificate['killRates']).toContainEqual({ tier: 'A', planted: 2, killed: 2, known: 2 });
  });

  test('are unchecked when the file of one is gone', async () => {
    const { verdict, unchecked } = await ask('mutants', ['--from', requiring(['W1', 'W2'], ['W1.json'])]);
    expect(verdict).toBe('unchecked');
    expect(unchecked).toEqual(['W2 is required, and there is no such mutant']);
  });

  test('are broken by a harness in which no violation ends a run: what is planted besides lives', async () => {
    const blinding = 'H10';
    const from = requiring([blinding, 'W1'], [`harness/${blinding}.json`, 'W1.json']);
    const { verdict, broken } = await ask('mutants', ['--from', from, '--mutant', blinding, '--bail']);
    expect(verdict).toBe('broken');
    expect(broken).toMatch(/^W1 lives/);
  });
});

describe('earlier campaigns', () => {
  test('count, when they are of this build and no seed is counted twice', async () => {
    const folder = temporaryFolder();
    const calm = ['--scenario', 'calm'];
    await run(['fuzz', ...calm, '--seed', '1000', '--seeds', '50', '--output', 'night'], folder);
    const given = ['--with', 'night', ...calm, '--seeds', '10'];
    const { certificate, broken } = await ask('seeds', [...given, '--seed', '2000000'], folder);
    expect(broken).toBe('');
    expect(certificate['evidence']).toEqual([{ folder: 'night', runs: 50, shard: '1/1' }]);
    const known = await run(['gate', ...given, '--seed', '1010'], folder);
    expect(known).toMatchObject({ code: 2 });
    expect(known.stderr).toContain('night (--with) has sailed seeds of calm from 1010 on');
    const twice = await run(['gate', ...given, '--with', './night', '--seed', '2000000'], folder);
    expect(twice.stderr).toContain('share seeds of calm: they would be counted twice');
    const path = join(folder, 'night/campaign.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"build": ".*"/, '"build": "0.0.1+older"'));
    const older = await run(['gate', ...given, '--seed', '2000000'], folder);
    expect(older.stderr).toContain('night (--with) is a campaign of build 0.0.1+older');
  });
});

test('a certificate is kept as JSON and as Markdown, and is shown as text', async () => {
  const folder = temporaryFolder();
  const { code, stdout, stderr } = await run(
    ['gate', '--part', 'determinism', '--scenario', 'calm', '--seed', '3'],
    folder,
  );
  expect(code).toBe(1);
  expect(readFileSync(join(folder, '.seaworthy/certificate.md'), 'utf8')).toMatch(/^# Not seaworthy\n/);
  expect(stdout).toMatch(
    /\n\nNot seaworthy {2}Build [^]*gate --seed 3 --part determinism --scenario calm\n$/,
  );
  expect(stderr).toContain('seaworthy gate 1/1: determinism');
  expect(existsSync(join(folder, '.seaworthy/certificate.json'))).toBe(true);
});

test('a gate that is stopped is never seaworthy', async () => {
  const gate = start(['gate', '--part', 'seeds', '--scenario', 'calm', '--for', '60s', '--json']);
  await gate.said('1 scenarios from seed');
  gate.child.kill('SIGTERM');
  const { code, stdout } = await gate.ended;
  expect(code).toBe(143);
  expect(asRecord(JSON.parse(stdout))).toMatchObject({ verdict: 'not seaworthy', exit: 143 });
});

test.each([
  ['an operand', ['gate', '7'], 'gate takes no "7"'],
  ['an unknown part', ['gate', '--part', 'sweeps'], 'Did you mean'],
  ['a campaign that is not there', ['gate', '--with', 'nowhere'], 'is no campaign that can be counted'],
])('gate: %s exits with 2', async (_, args, told) => {
  const { code, stderr } = await run(args);
  expect(code).toBe(2);
  expect(stderr).toContain(told);
});
