import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asRecord, type JsonRecord } from '../../sim/campaign/json-fields.js';
import { decodeReproduction } from '../../sim/campaign/reproduction.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Ended } from './cli-harness.js';
import { commandLine } from './command-line.js';

const { run, start } = commandLine('test');
const real = commandLine('real');

function jsonOf({ stdout }: Ended): JsonRecord {
  const record = asRecord(JSON.parse(stdout));
  if (record === undefined) throw new Error(`no JSON object: ${stdout}`);
  return record;
}

function failuresOf(ended: Ended): readonly JsonRecord[] {
  const { failures } = jsonOf(ended);
  if (!Array.isArray(failures)) throw new Error('no failures');
  return failures.map((failure) => asRecord(failure) ?? {});
}

const leakyFuzz = ['fuzz', '--scenario', 'leaky', '--seeds', '100', '--seed', '0', '--workers', '2'];

describe('fuzz', () => {
  test('exits with 0, and tells what was tried, when nothing is found', async () => {
    const { code, stdout, stderr } = await run([
      'fuzz',
      '--scenario',
      'calm',
      '--seeds',
      '1000',
      '--seed',
      '5',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/test\.wave +[\d,]+ +[\d,]+/);
    expect(stdout).toMatch(/level +3,000/);
    expect(stdout).toContain('5..1004');
    expect(stdout).toMatch(/no failure in 1,000 runs in /);
    expect(stderr).toMatch(/^seaworthy [^\n]*from seed 5 on\n$/);
  });

  test('exits with 1 and prints, for each distinct failure, the line that shows it again', async () => {
    const folder = temporaryFolder();
    const { code, stdout } = await run(leakyFuzz, folder);
    expect(code).toBe(1);
    const lines = [...stdout.matchAll(/replay {2}npx seaworthy (.*)/g)].map(([, line]) => line ?? '');
    // Each failure as it was found, and made small.
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const again = await run(line.split(' '), folder);
      expect(again.code).toBe(1);
      expect(again.stdout).toContain('FAIL');
    }
  });

  test('profile and schedule are in the line to paste and in the file, and one that is unknown is refused', async () => {
    const folder = temporaryFolder();
    const chosen = ['--profile', 'crashy', '--schedule', 'pct:3'];
    const ended = await run([...leakyFuzz, ...chosen, '--json'], folder);
    expect(ended.code).toBe(1);
    expect(jsonOf(ended)['parameters']).toEqual({ profile: 'crashy', schedule: 'pct:3' });
    for (const { command, file } of failuresOf(ended)) {
      expect(command).toMatch(/ --profile crashy --schedule pct:3$/);
      const again = await run(String(command).split(' ').slice(2), folder);
      expect(again.code).toBe(1);
      expect((await run(['replay', String(file)], folder)).stdout).toContain('FAIL');
      const both = await run(['replay', String(file), '--schedule', 'fifo'], folder);
      expect(both.code).toBe(2);
      expect(both.stderr).toContain('leave --profile and --schedule out');
    }
    const unknown = await run([...leakyFuzz, '--schedule', 'lifo'], folder);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('there is no schedule lifo');
  });

  test('two campaigns of the same seeds say the same, but for their speed', async () => {
    const [one, other] = await Promise.all([run([...leakyFuzz, '--json']), run([...leakyFuzz, '--json'])]);
    const timeless = ({ stdout }: Ended): string => stdout.replaceAll(/"(wallMs|workerMs)": \d+/g, '');
    expect(timeless(other)).toBe(timeless(one));
    expect(jsonOf(one)).toMatchObject({ runs: 100, firstSeed: 0, exit: 1, ended: 'complete' });
    expect(failuresOf(one).map(({ invariant }) => invariant)).toEqual(['keel', 'level']);
  });

  test('--json prints one document on stdout, and keeps the same in campaign.json', async () => {
    const folder = temporaryFolder();
    const ended = await run([...leakyFuzz, '--json', '--output', 'out'], folder);
    expect(jsonOf(ended)).toEqual(JSON.parse(readFileSync(join(folder, 'out/campaign.json'), 'utf8')));
  });

  test('--bail ends at the first failure', async () => {
    const ended = await run([...leakyFuzz, '--seeds', '100000', '--bail', '--json']);
    expect(jsonOf(ended)).toMatchObject({ ended: 'bail', exit: 1 });
    expect(failuresOf(ended)).toHaveLength(1);
  });

  test('without --seed the first seed is a fresh one, and it is told', async () => {
    const args = ['fuzz', '--scenario', 'calm', '--seeds', '1', '--json'];
    const [one, other] = await Promise.all([run(args), run(args)]);
    expect(jsonOf(one)['firstSeed']).not.toBe(jsonOf(other)['firstSeed']);
    expect(one.stderr).toContain(`from seed ${String(jsonOf(one)['firstSeed'])} on`);
  });

  test('--for ends by itself', async () => {
    const ended = await run(['fuzz', '--scenario', 'calm', '--for', '1s', '--json']);
    const { runs, ...document } = jsonOf(ended);
    // On a busy machine that may be too short for a run: then nothing was found out.
    expect(document).toMatchObject({ ended: 'stopped', exit: runs === 0 ? 4 : 0 });
  });

  test('nondeterminism exits with 3 and names the first divergent event', async () => {
    const { code, stdout } = await run(['fuzz', '--scenario', 'drifting', '--seeds', '1', '--seed', '0']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/FAIL same-tape-same-trace {2}scenario: drifting[^]*first divergent event #\d+/);
  });

  test('a failure that a fresh worker does not show again exits with 3 and is told as such', async () => {
    const ended = await run(['fuzz', '--scenario', 'fickle', '--seeds', '9', '--json', '--workers', '1']);
    expect(ended.code).toBe(3);
    expect(failuresOf(ended).map(({ invariant }) => invariant)).not.toContain('level');
  });

  test('a dead knob exits with 1 and is named', async () => {
    const ended = await run(['fuzz', '--scenario', 'becalmed', '--seeds', '1000', '--seed', '0', '--json']);
    expect(ended.code).toBe(1);
    expect(failuresOf(ended).map(({ subject }) => subject)).toEqual(['test.storm', 'mast', 'storm']);
  });

  test('runs that a limit cut exit with 4', async () => {
    const { code, stdout } = await run(['fuzz', '--scenario', 'endless', '--seeds', '2', '--seed', '0']);
    expect(code).toBe(4);
    expect(stdout).toContain('inconclusive: 2 runs of endless cut by the limit on events, first seed 0');
  });

  test('a lost worker exits with 3 and names the seed that it was on', async () => {
    const { code, stdout } = await run(['fuzz', '--scenario', 'sinking', '--seeds', '1000', '--seed', '0']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/worker lost on seed \d+ of sinking: it exited with code 7/);
  });
});

describe('usage errors exit with 2, in one line', () => {
  test.each([
    [
      ['fuzz', '--scenarios', 'calm'],
      /Unknown flag --scenarios\. Did you mean --scenario\? See: seaworthy fuzz --help/,
    ],
    [['fuzz', '--scenario', 'clam'], /Unknown scenario clam\. Did you mean calm\? See: seaworthy list/],
    [['fuzz', '--seed', 'seven'], /not a seed: "seven" .* Try: --seed 42/],
    [['fuzz', '--seed', '9007199254740991', '--seeds', '2'], /There are no 2 seeds from 9007199254740991 on/],
    [['fuzz', '--output', '/dev/null/out'], /Nothing can be written to \/dev\/null\/out \(--output\)/],
    [['fuzz', '7'], /fuzz takes no "7"/],
    [['fuzz', '--mutant', 'no-such-mutant'], /Unknown mutant no-such-mutant/],
    [['fuzzz'], /Unknown command fuzzz\. Did you mean fuzz\?/],
    [['replay'], /replay takes one seed or one file/],
    [['replay', '7'], /A seed needs its scenario/],
    [['replay', '1.5', '--scenario', 'calm'], /"1\.5" is neither a seed .* nor a file that exists/],
    [['replay', '7', '--scenario', 'clam'], /Unknown scenario clam\. Did you mean calm\?/],
    [['replay', '7', '--scenario', 'calm', '--until', 'noon'], /--until takes a virtual time/],
    [['mutants', '--tier', 'Z'], /--tier takes A, B or C/],
    [['mutants', '--from', 'nowhere'], /There is no folder nowhere/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^seaworthy: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('replay', () => {
  async function reproduction(): Promise<{ folder: string; file: string; text: string }> {
    const folder = temporaryFolder();
    const [failure] = failuresOf(await run([...leakyFuzz, '--json'], folder));
    const file = join(folder, String(failure?.['file']));
    return { folder, file, text: readFileSync(file, 'utf8') };
  }

  test('a reproduction file fails again with its own fingerprint', async () => {
    const { folder, file, text } = await reproduction();
    const { code, stdout } = await run(['replay', file, '--json'], folder);
    expect(code).toBe(1);
    const { fingerprint, invariant, scenario, seed } = asRecord(JSON.parse(text)) ?? {};
    expect(JSON.parse(stdout)).toMatchObject({
      scenario,
      seed,
      fingerprint,
      invariant,
      verdict: 'fail',
      matches: true,
      stale: false,
    });
  });

  test('a file that no longer fits says stale and exits with 4', async () => {
    const { folder, file, text } = await reproduction();
    writeFileSync(file, text.replaceAll('"wave"', '"tide"'));
    const { code, stdout } = await run(['replay', file], folder);
    expect(code).toBe(4);
    expect(stdout).toContain('stale: ');
  });

  test('--diff shows where a run parts from another one, and by which choices', async () => {
    const { folder, file, text } = await reproduction();
    const choices = decodeReproduction(text).choices;
    const last = choices.findLast(({ label }) => label === 'wave');
    const lower = text.replace(
      `["wave",${last?.occurrence},${last?.value}]`,
      `["wave",${last?.occurrence},1]`,
    );
    const other = join(folder, 'other.json');
    writeFileSync(other, lower);
    const { code, stdout } = await run(['replay', file, '--diff', other], folder);
    expect(code).toBe(1);
    expect(stdout).toContain(`parts from ${other} after`);
    expect(stdout).toMatch(new RegExp(`< #\\d+ t=\\d+ sea wave height=${last?.value}\\n`));
    expect(stdout).toMatch(/> #\d+ t=\d+ sea wave height=1\n/);
    expect(stdout).toMatch(new RegExp(`wave#${last?.occurrence} +${last?.value} +1\\n`));
    const same = await run(['replay', file, '--diff', file], folder);
    expect(same.stdout).toContain('all choices are the same');
    const seeds = await run(['replay', '7', '--scenario', 'calm', '--diff', '8', '--json'], folder);
    expect(jsonOf(seeds)['comparison']).toMatchObject({ other: 'seed 8', common: 0, last: null });
    const foreign = await run(['replay', '7', '--scenario', 'calm', '--diff', file], folder);
    expect({ code: foreign.code, stderr: foreign.stderr }).toMatchObject({ code: 2 });
    expect(foreign.stderr).toContain('is of scenario leaky, not of calm');
  });

  test('a damaged file exits with 2', async () => {
    const { folder, file, text } = await reproduction();
    writeFileSync(file, text.slice(0, 100));
    const { code, stderr } = await run(['replay', file], folder);
    expect(stderr).toMatch(
      /^seaworthy: .* cannot be replayed: it is damaged: it is not JSON\. Write it anew[^\n]*\n$/,
    );
    expect(code).toBe(2);
  });

  test('a file of another version of the format, or of the scenario, exits with 2', async () => {
    const { folder, file, text } = await reproduction();
    writeFileSync(file, text.replace('reproduction.v1', 'reproduction.v9'));
    const format = await run(['replay', file], folder);
    expect(format.code).toBe(2);
    expect(format.stderr).toMatch(
      /^seaworthy: .*reproduction\.v9.*Replay it with the build that wrote it\.\n$/,
    );
    writeFileSync(file, text.replace('"scenarioSchema": 1', '"scenarioSchema": 2'));
    const scenario = await run(['replay', file], folder);
    expect(scenario.code).toBe(2);
    expect(scenario.stderr).toMatch(
      /^seaworthy: .*is of version 2 of leaky, this build has 1: replay it with/,
    );
  });

  test('a seed that passes exits with 0', async () => {
    const ended = await run(['replay', '0x7', '--scenario', 'calm', '--json']);
    expect(ended.code).toBe(0);
    expect(jsonOf(ended)).toMatchObject({ seed: 7, verdict: 'pass', matches: true, invariant: null });
  });

  test('--trace prints all events, --until and --node some of them', async () => {
    const all = await run(['replay', '7', '--scenario', 'calm', '--trace']);
    expect(all.stdout.match(/^#\d+ /gm)).toHaveLength(3);
    const some = await run(['replay', '7', '--scenario', 'calm', '--until', '#0', '--node', 'sea']);
    expect(some.stdout.match(/^#\d+ /gm)).toHaveLength(1);
    const none = await run(['replay', '7', '--scenario', 'calm', '--node', 'nobody', '--json']);
    expect(jsonOf(none)['trace']).toEqual([]);
  });
});

describe('when the world fails', () => {
  test('a disk that is full while results are written exits with 3 and still prints the summary', async () => {
    const first = await run([...leakyFuzz, '--json']);
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.seaworthy/failures'), { recursive: true });
    for (const { file } of failuresOf(first))
      symlinkSync('/dev/full', join(folder, `${String(file)}.partial`));
    const { code, stdout } = await run(leakyFuzz, folder);
    expect(code).toBe(3);
    expect(stdout).toMatch(/cannot write \.seaworthy\/failures\/leaky-\d+\.json: ENOSPC/);
    expect(stdout).toContain('2 distinct failures in 100 runs');
  });

  test('a stdout that is full exits with 3, in one line', async () => {
    const stdout = openSync('/dev/full', 'w');
    const { ended } = start(leakyFuzz, temporaryFolder(), ['ignore', stdout, 'pipe']);
    const { code, stderr } = await ended;
    closeSync(stdout);
    expect(code).toBe(3);
    expect(stderr).toMatch(/\nseaworthy: the result could not be written: [^\n]*ENOSPC[^\n]*\n$/);
  });

  test('a reader that goes away changes neither the exit code nor stderr', async () => {
    const { child, ended } = start(leakyFuzz);
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^seaworthy [^\n]*\n$/);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the campaign, prints the summary and exits with %i', async (signal, code) => {
    const folder = temporaryFolder();
    const { child, ended, said } = start(['fuzz', '--scenario', 'calm', '--for', '1h'], folder);
    await said('from seed');
    child.kill(signal);
    const result = await ended;
    expect(result.code).toBe(code);
    expect(result.stdout).toContain('ended by a signal');
    expect(existsSync(join(folder, '.seaworthy/campaign.json'))).toBe(true);
  });

  test('a second SIGINT ends everything at once', async () => {
    const args = ['fuzz', '--scenario', 'hanging', '--for', '1h', '--workers', '1'];
    const { child, ended, said } = start(args);
    await said('from seed');
    child.kill('SIGINT');
    await said('once more to stop at once');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
  });
});

test('--help names the flags and gives an example; list and --version answer', async () => {
  const help = await run(['fuzz', '--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toMatch(/--seeds N[^]*Example: seaworthy fuzz/);
  const list = await run(['list', '--json']);
  expect(list.code).toBe(0);
  expect(jsonOf(list)).toMatchObject({
    invariants: ['keel', 'level', 'mast'],
    faults: ['test.storm', 'test.wave'],
  });
  expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await run([])).code).toBe(2);
});

test('mutants: a stale one exits with 1, and the table says so', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'bugs'));
  const mutant = { id: 'X1', title: 't', file: 'sim/kernel/tape.ts', find: 'no such text', replace: '' };
  const rest = { invariant: 'level', fault: 'none', tier: 'A' };
  writeFileSync(join(folder, 'bugs/X1.json'), JSON.stringify({ ...mutant, ...rest }));
  const ended = await run(['mutants', '--from', 'bugs', '--json'], folder);
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.stdout)).toMatchObject([{ id: 'X1', verdict: 'stale', by: null, seedsRun: 0 }]);
  expect((await run(['fuzz', '--mutant', 'X1', '--from', 'bugs'], folder)).code).toBe(2);
});

test('mutants: chance that slips into the tape is caught at the first seed, and exits with 0', async () => {
  const { code, stdout } = await real.run(['mutants', 'H4', '--json']);
  expect(JSON.parse(stdout)).toMatchObject([
    { id: 'H4', verdict: 'killed', by: 'same-tape-same-trace', seedsToKill: 1, seedsRun: 1 },
  ]);
  expect(code).toBe(0);
});

test('a mutant that survives exits with 1, unless it is not required', async () => {
  const folder = temporaryFolder();
  const mutant = {
    id: 'X2',
    title: 'no bug',
    file: 'sim/campaign/serve-voyages.ts',
    find: 'beat);',
    replace: 'beat );',
  };
  const rest = { invariant: 'level', fault: 'none', tier: 'A', scenarios: ['log-crash-storm'] };
  writeFileSync(join(folder, 'X2.json'), JSON.stringify({ ...mutant, ...rest }));
  const args = ['mutants', '--from', '.', '--seeds', '1', '--json'];
  expect((await real.run(args, folder)).code).toBe(1);
  writeFileSync(join(folder, 'X2.json'), JSON.stringify({ ...mutant, ...rest, required: false }));
  const ended = await real.run(args, folder);
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject([{ verdict: 'survived', seedsRun: 1 }]);
});
