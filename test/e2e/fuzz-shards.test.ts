import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { type Ended, toldIn } from './cli-harness.js';
import { commandLine } from './command-line.js';

const shards = 4;
// As many for each shard as a multiple of those of which one is sailed twice.
const seedsEach = 1200;
const campaign = ['fuzz', '--scenario', 'calm,leaky,becalmed', '--seeds', String(seedsEach), '--seed', '7'];
const folders = Array.from({ length: shards }, (_, index) => `part-${index + 1}`);
const merging = ['merge', ...folders, '--output', 'merged'];

const seaworthy = commandLine('test');
let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  for (const [index, output] of folders.entries()) {
    await run([...campaign, '--shard', `${index + 1}/${shards}`, '--output', output]);
  }
}, 120_000);

function run(args: readonly string[], where = folder): Promise<Ended> {
  return seaworthy.run(args, where);
}

/** A copy of all shards, to spoil. */
function copied(): string {
  const copy = temporaryFolder();
  for (const part of folders) cpSync(join(folder, part), join(copy, part), { recursive: true });
  return copy;
}

test('all shards merged are the one campaign: figures, fingerprint, failures, and what one of them was too small to judge', async () => {
  const whole = temporaryFolder();
  expect((await run([...campaign, '--output', 'merged'], whole)).code).toBe(1);
  expect(toldIn(join(folder, 'part-1'))).not.toContain('"invariant": "no-dead-knob"');
  const merged = await run(merging);
  expect(merged.stderr).toContain('4 shards, all that there are, and no seed is there twice');
  expect(merged.code).toBe(1);
  expect(toldIn(join(folder, 'merged'))).toBe(toldIn(join(whole, 'merged')));
  expect(toldIn(join(folder, 'merged'))).toContain('"invariant": "no-dead-knob"');
  const replayed = /"file": "(merged[^"]+)"/.exec(toldIn(join(folder, 'merged')))?.[1] ?? '';
  expect((await run(['replay', replayed])).code).toBe(1);
}, 60_000);

test('a missing shard exits with 4 and names its seeds, and nothing is written', async () => {
  const { code, stdout, stderr } = await run(['merge', ...folders.slice(0, -1), '--output', 'three']);
  expect({ code, stdout, stderr }).toEqual({
    code: 4,
    stdout: '',
    stderr: 'seaworthy: shard 4/4 is missing: seeds 10, 14, 18 … of each scenario\n',
  });
  expect(() => toldIn(join(folder, 'three'))).toThrow('ENOENT');
});

test('a killed shard is named with the line that goes on with it, after which all is merged', async () => {
  const copy = copied();
  const shard = ['--shard', `4/${shards}`, '--output', 'part-4'];
  const { child, ended, said } = seaworthy.start([...campaign, ...shard], copy);
  await said('scenarios from seed');
  child.kill('SIGKILL');
  await ended;
  expect(() => toldIn(join(copy, 'part-4'))).toThrow('ENOENT');
  const unfinished = await run(merging, copy);
  expect(unfinished.code).toBe(4);
  const resume = /shard 4\/4 \(part-4\) is not finished: npx seaworthy (.*)\n/.exec(unfinished.stderr)?.[1];
  expect((await run((resume ?? '').split(' '), copy)).code).toBe(1);
  expect((await run(merging, copy)).code).toBe(1);
}, 60_000);

test('what is no shard of this campaign, or there twice, is refused in one line', async () => {
  const copy = copied();
  const refusal = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(args, copy);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^seaworthy: [^\n]+\n$/);
    return stderr;
  };
  expect(await refusal(['merge'])).toContain('merge takes the folders of all shards');
  expect(await refusal(['merge', 'nowhere'])).toContain('There is no campaign in nowhere');
  expect(await refusal([...merging, 'part-2'])).toContain('shard 2/4 (part-2) is there twice');
  expect(await refusal(['merge', ...folders, '--output', 'part-1'])).toContain('part-1 is one of the shards');
  const other = [...campaign.slice(0, -1), '8', '--shard', `4/${shards}`, '--output', 'part-4'];
  expect((await run(other, copy)).code).toBe(1);
  expect(await refusal(merging)).toContain('part-4 and part-1 are not of one campaign: first seed 8, and 7.');
}, 60_000);
