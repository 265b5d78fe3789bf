import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { commandLine } from './command-line.js';

const { run } = commandLine('real');

test.each([
  ['sweep', ['--scenario', 'log-crash-storm'], 'sweep.json', 'crash points'],
  ['mutants', ['W1', '--seeds', '50'], 'mutants.json', 'W1'],
  ['gate', ['--part', 'regressions'], 'certificate.json', 'regressions'],
  [
    'shrink',
    ['1', '--scenario', 'log-crash-storm', '--mutant', 'W1', '--trials', '50'],
    'failures/log-crash-storm-1.small.json',
    'FAIL durable-before-visible',
  ],
])(
  '%s: a result that cannot be written is printed all the same: exit code 3',
  async (command, args, name, told) => {
    const folder = temporaryFolder();
    // Nothing can be renamed onto a folder, whoever does it.
    mkdirSync(join(folder, '.seaworthy', name), { recursive: true });
    const { code, stdout, stderr } = await run([command, ...args], folder);
    expect(code).toBe(3);
    expect(stdout).toContain(told);
    expect(stdout + stderr).toContain(`cannot write .seaworthy/${name}: `);
    expect(stderr).not.toContain('    at ');
  },
);
