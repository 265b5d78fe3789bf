import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fuzzCommand } from '../../../sim/cli/fuzz.js';
import { gateCommand } from '../../../sim/cli/gate.js';
import { mergeCommand } from '../../../sim/cli/merge.js';
import { type AnyCommand, helpText, parseCommand } from '../../../sim/cli/options.js';
import { reportCommand } from '../../../sim/cli/report.js';

// There is no YAML library here, and no need for one: workflows are read line by line.

const folder = join(import.meta.dirname, '../../../.github/workflows');
const workflows = readdirSync(folder).map(
  (name) => [name, readFileSync(join(folder, name), 'utf8')] as const,
);
const commands: readonly AnyCommand[] = [fuzzCommand, gateCommand, mergeCommand, reportCommand];

interface Call {
  readonly name: string;
  readonly args: readonly string[];
}

/** What a workflow has the command line do. */
function callsOf(text: string): readonly Call[] {
  return [...text.matchAll(/^.*npm run --silent (seaworthy|fuzz) -- (.*)$/gm)].map(
    ([, script, rest = '']) => {
      const [line = ''] = rest.replaceAll(/\$\{\{.*?\}\}/g, '1').split(' > ');
      const words = line.trim().split(/ +/);
      const [first = '', ...others] = script === 'fuzz' ? ['fuzz', ...words] : words;
      return { name: first, args: others };
    },
  );
}

describe.each(workflows)('%s', (_, text) => {
  test('may only read, and every job of it ends by itself', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
    const jobs = [...text.matchAll(/^ {4}runs-on: /gm)].length;
    expect([...text.matchAll(/^ {4}timeout-minutes: \d+$/gm)]).toHaveLength(jobs);
    expect(jobs).toBeGreaterThan(0);
  });

  test('does not run beside itself', () => {
    expect(text).toMatch(/^concurrency:\n {2}group: /m);
  });

  test('pins its actions', () => {
    const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@v\d+$/.test(action ?? ''))).toEqual([]);
  });

  test('asks the command line for what it knows', () => {
    const calls = callsOf(text);
    // Mutation tests of the engine alone have no need of the simulator.
    expect(calls.length > 0 || text.includes('npm run --silent stryker')).toBe(true);
    for (const { name, args } of calls) {
      const command = commands.find((candidate) => candidate.name === name);
      if (command === undefined) throw new Error(`${name} is no command that workflows may use`);
      expect(() => parseCommand(command, args)).not.toThrow();
      for (const flag of args.filter((word) => word.startsWith('--')))
        expect(helpText(command)).toContain(flag);
    }
  });
});

test('a script that a workflow runs is one of the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(folder, '../../package.json'), 'utf8'));
  const asked = workflows.flatMap(([, text]) => [...text.matchAll(/npm run --silent ([\w:-]+)/g)]);
  expect(asked.length).toBeGreaterThan(workflows.length);
  for (const [, script] of asked) expect(scripts).toHaveProperty([script ?? '']);
});

test('a pull request is gated, and a night is sailed in shares', () => {
  const callsIn = (wanted: string): readonly Call[] => {
    const [, text = ''] = workflows.find(([name]) => name === wanted) ?? [];
    return callsOf(text);
  };
  expect(callsIn('pull-request.yml').map(({ name }) => name)).toEqual(['gate']);
  const [night] = callsIn('nightly.yml');
  expect(night).toMatchObject({ name: 'fuzz' });
  expect(night?.args).toContain('--shard');
});
