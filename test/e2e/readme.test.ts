import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commands = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);

/** What README's commands end with. All others end with 0. */
const endsWithFailureFound = /--mutant/;

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

const ran = new Map<string, Ended>();

/** Runs a command once, however often it is asked about. */
function run(command: string): Ended {
  const known = ran.get(command);
  if (known !== undefined) return known;
  const { status, stdout, stderr } = spawnSync(command, { cwd: root, shell: true, encoding: 'utf8' });
  const ended = { status, output: `${stdout}${stderr}` };
  ran.set(command, ended);
  return ended;
}

/** What the table of commands says: a command, and its row. */
const rows = [...readme.matchAll(/^\| `(\w+)[^`]*` +\|.*$/gm)].map(
  ([row, name = '']) => [name, row] as const,
);

describe('README', () => {
  test('opens with three sentences, then the two commands', () => {
    const [opening = ''] = readme.split('Run a campaign');
    const prose = opening.replace(/^# .*$/m, '').replaceAll('\n', ' ');
    expect(prose.match(/[^.:]\.(?= |$)/g)).toHaveLength(3);
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm run fuzz', 'npm ci && npm test']);
  });

  test('its first command runs a campaign', () => {
    const { status, output } = run('npm run fuzz -- --seeds 1');
    expect(status).toBe(0);
    expect(output).toContain('combined fingerprint');
  });

  test.each(commands.slice(2))('%s', (command) => {
    const { status, output } = run(command);
    expect({ status, output }).toMatchObject({ status: endsWithFailureFound.test(command) ? 1 : 0 });
    expect(output.length).toBeGreaterThan(100);
  });

  test('its failure is shown again by the line that the failure is printed with', () => {
    const [find = '', show = ''] = commands.filter((command) => command.includes('--mutant'));
    expect(run(find).output).toContain(show);
  });

  test('lists every command', () => {
    const { output } = run('npm run --silent seaworthy -- --help');
    const known = [...output.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    expect(known.length).toBeGreaterThan(0);
    expect(new Set(rows.map(([name]) => name))).toEqual(new Set(known));
  });

  test.each(rows)('%s has help with an example, --json, and the flags that its row names', (name, row) => {
    const { status, output } = run(`npm run --silent seaworthy -- ${name} --help`);
    expect(status).toBe(0);
    expect(output).toMatch(/example/i);
    const [, does = ''] = row.split(' | ');
    const flags = [...does.matchAll(/`(--[a-z]+)/g)].map(([, flag = '']) => flag);
    for (const flag of ['--json', ...flags]) expect(output).toContain(flag);
  });
});
