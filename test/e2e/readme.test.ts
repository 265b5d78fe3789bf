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

function run(command: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(command, { cwd: root, shell: true, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

describe('README', () => {
  test('opens with three sentences, then the two commands', () => {
    const [opening = ''] = readme.split('Run a campaign');
    const prose = opening.replace(/^# .*$/m, '').replaceAll('\n', ' ');
    expect(prose.match(/[^.:]\.(?= |$)/g)).toHaveLength(3);
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm run fuzz', 'npm ci && npm test']);
  });

  test('its first command runs a campaign', () => {
    const { status, output } = run('npm run fuzz -- --for 2s');
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

  test('every command that it lists has help with an example', () => {
    const listed = [...readme.matchAll(/^\| `(\w+)[^`]*` +\|/gm)].map(([, name = '']) => name);
    expect(listed).toEqual([
      'fuzz',
      'replay',
      'shrink',
      'sweep',
      'merge',
      'report',
      'mutants',
      'gate',
      'list',
    ]);
    for (const name of listed) {
      const { status, output } = run(`npm run --silent seaworthy -- ${name} --help`);
      expect(status).toBe(0);
      expect(output).toMatch(/example/i);
    }
  });
});
