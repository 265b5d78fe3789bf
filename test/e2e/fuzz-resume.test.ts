import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { readCheckpoint } from '../../sim/cli/checkpoint-file.js';
import { temporaryFolder } from '../temporary-folder.js';
import { toldIn } from './cli-harness.js';
import { commandLine } from './command-line.js';

const kills = 20;
const campaign = ['fuzz', '--scenario', 'calm,leaky', '--seeds', '4000', '--seed', '7', '--workers', '1'];
const goOn = ['fuzz', '--resume', '--output', 'out'];

const seaworthy = commandLine('test');
const { run, start } = seaworthy;

/** A new campaign; or, where one is unfinished, that one. */
function nextLife(folder: string): readonly string[] {
  return existsSync(join(folder, 'out/checkpoint.json')) ? goOn : [...campaign, '--output', 'out'];
}

/** Starts or goes on, and kills it so long after its start, or after its first word. True when that came too late. */
async function killedLife(folder: string, afterWord: boolean, delayMs: number): Promise<boolean> {
  const { child, ended, said } = start(nextLife(folder), folder);
  if (afterWord) await Promise.race([said('scenarios from seed'), ended]);
  const timer = setTimeout(() => child.kill('SIGKILL'), delayMs);
  const { code } = await ended;
  clearTimeout(timer);
  return code !== null;
}

test(`a campaign that is killed at ${kills} moments and gone on with comes to the same as one that is not`, async () => {
  const random = seedrandom.alea('campaign-sigkill');
  const below = (bound: number): number => Math.floor(random() * bound);
  const wholeFolder = temporaryFolder();
  expect((await run([...campaign, '--output', 'out'], wholeFolder)).code).toBe(1);
  const whole = toldIn(join(wholeFolder, 'out'));
  expect(whole).toContain(`"ended": "complete"`);
  const ends: string[] = [];
  let folder = temporaryFolder();
  for (let killed = 0; killed < kills;) {
    // One in four dies at some moment from its start on; the others while they sail, or judge.
    const early = below(4) === 0;
    if (await killedLife(folder, !early, below(early ? 400 : 700))) {
      ends.push(toldIn(join(folder, 'out')));
      folder = temporaryFolder();
    } else killed += 1;
  }
  expect((await run(nextLife(folder), folder)).code).toBe(1);
  expect([...ends, toldIn(join(folder, 'out'))]).toEqual([...ends, whole].fill(whole));
  const again = await run(goOn, folder);
  expect(again.code).toBe(2);
  expect(again.stderr).toMatch(/^seaworthy: There is nothing to go on with in out: [^\n]+\n$/);
}, 180_000);

test('a campaign that is stopped prints the line that goes on with it, and its last runs are not counted twice', async () => {
  const folder = temporaryFolder();
  const long = [...campaign, '--seeds', '12000', '--output', 'out'];
  const { child, ended } = start([...long, '--for', '1h'], folder);
  // Once something is counted.
  const taken = (): number => readCheckpoint(join(folder, 'out'))?.state.taken ?? 0;
  while (child.exitCode === null && taken() === 0) await pause(1);
  child.kill('SIGINT');
  const stopped = await ended;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(/seaworthy: to go on: npx seaworthy fuzz --resume --output out\n$/);
  expect((await run(goOn, folder)).code).toBe(1);
  const wholeFolder = temporaryFolder();
  await run(long, wholeFolder);
  expect(toldIn(join(folder, 'out'))).toBe(toldIn(join(wholeFolder, 'out')));
}, 60_000);

test('what cannot be gone on with is refused in one line, and kept', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'out/checkpoint.json');
  const refusal = async (args: readonly string[]): Promise<string> => {
    const { code, stderr } = await run(args, folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^seaworthy: [^\n]+\n$/);
    return stderr;
  };
  expect(await refusal(goOn)).toContain('no campaign was begun there');
  while (!existsSync(path)) await killedLife(folder, true, 0);
  expect(await refusal([...goOn, '--seeds', '5'])).toContain('leave --seeds out');
  const text = readFileSync(path, 'utf8');
  for (const damaged of ['', text.slice(0, -20), text.replace('"firstSeed":7', '"firstSeed":8')]) {
    writeFileSync(path, damaged);
    expect(await refusal(goOn)).toContain('it is damaged');
    expect(await refusal([...campaign, '--output', 'out'])).toContain('it is damaged');
    expect(readFileSync(path, 'utf8')).toBe(damaged);
  }
  writeFileSync(path, text.replace('checkpoint.v2', 'checkpoint.v1'));
  expect(await refusal(goOn)).toMatch(/it is of another version .*Go on with that version/);
  const instead = await run([...campaign, '--output', 'out', '--seeds', '1'], folder);
  expect(instead.stderr).toContain('a campaign of another version in out is given up for this one');
  writeFileSync(path, text);
  writeFileSync(join(dirname(seaworthy.mainPath), 'worker.js'), '// another build\n', { flag: 'a' });
  expect(await refusal(goOn)).toMatch(/was sailed by build \S+, and this is \S+: go on with that build/);
  const begun = await run([...campaign, '--output', 'out', '--seeds', '1'], folder);
  expect(begun.stderr).toMatch(/an unfinished campaign in out \(\d+ runs from seed 7 on\) is given up/);
}, 60_000);
