import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeReproduction } from '../../sim/campaign/reproduction.js';
import { temporaryFolder } from '../temporary-folder.js';
import { commandLine } from './command-line.js';

const { run } = commandLine('test');

/** A folder with the failure of a wave that is 15 high, and the path of its file. */
async function failure(): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = temporaryFolder();
  await run(['fuzz', '--scenario', 'leaky', '--seeds', '100', '--seed', '0'], folder);
  const { failures } = JSON.parse(readFileSync(join(folder, '.seaworthy/campaign.json'), 'utf8'));
  const level = failures.find(({ invariant }: { readonly invariant: string }) => invariant === 'level');
  return { folder, file: level.file };
}

describe('shrink', () => {
  test('leaves the one choice that the failure needs, says what it comes to without it, and keeps the small file', async () => {
    const { folder, file } = await failure();
    const before = decodeReproduction(readFileSync(join(folder, file), 'utf8'));
    const { code, stdout } = await run(['shrink', file], folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/-> 1 choice, /);
    expect(stdout).toMatch(/wave#0 = 15 +passes/);
    const small = `.seaworthy/failures/leaky-${before.seed}.small.json`;
    expect(stdout).toContain(`replay ${small}`);
    const after = decodeReproduction(readFileSync(join(folder, small), 'utf8'));
    expect(after).toMatchObject({ invariant: 'level', subject: 'hull', seed: before.seed });
    expect(after.choices).toEqual([{ label: 'wave', occurrence: 0, value: 15 }]);
    const again = await run(['replay', small], folder);
    expect(again.code).toBe(1);
    expect(again.stdout).toContain(after.fingerprint);
  });

  test('is done by fuzz itself for what it finds', async () => {
    const folder = temporaryFolder();
    const { stdout } = await run(['fuzz', '--scenario', 'leaky', '--seeds', '100', '--seed', '0'], folder);
    expect(stdout).toMatch(/-> 1 choice, /);
    expect(stdout).toMatch(/wave#0 = 15 +passes/);
    expect(stdout).toMatch(/wave#0 = 14 +passes/);
    const [small = ''] = /\.seaworthy\/failures\/leaky-\d+\.small\.json/.exec(stdout) ?? [];
    expect((await run(['replay', small], folder)).code).toBe(1);
  });

  test('comes to the same with any number of workers', async () => {
    const { folder, file } = await failure();
    const documents = [];
    for (const workers of ['1', '3']) {
      const { stdout } = await run(['shrink', file, '--workers', workers, '--json'], folder);
      const { wallMs, ...document } = JSON.parse(stdout);
      expect(wallMs).toBeGreaterThan(0);
      documents.push(document);
    }
    expect(documents[1]).toEqual(documents[0]);
  });

  test('stops when its budget of trials is spent, says so, and goes on from the file that it kept', async () => {
    const { folder, file } = await failure();
    const first = JSON.parse((await run(['shrink', file, '--trials', '2', '--json'], folder)).stdout);
    expect(first).toMatchObject({ verdict: 'fail', shrunk: { isMinimal: false, trials: 2 } });
    const second = JSON.parse((await run(['shrink', first.shrunk.file, '--json'], folder)).stdout);
    expect(second).toMatchObject({ shrunk: { isMinimal: true, to: { choices: 1 } } });
  });

  test('has nothing to do for a run that passes, and exits with 0', async () => {
    const { code, stdout } = await run(['shrink', '1', '--scenario', 'calm']);
    expect(code).toBe(0);
    expect(stdout).toContain('there is nothing to shrink');
  });

  test.each([
    [[], /shrink takes one seed or one file/],
    [['7'], /A seed needs its scenario: seaworthy shrink 7/],
    [['7', '--scenario', 'leaky', '--trials', '0'], /--trials takes a whole number from 1/],
    [['damaged.json'], /damaged.json cannot be replayed: it is damaged/],
  ])('%j is refused in one line', async (args, message) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'damaged.json'), '{"schema": ');
    const { code, stderr } = await run(['shrink', ...args], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
