import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildCommandLine, start, temporaryFolder } from './cli-harness.js';

let mainPath: string;
let folder: string;

beforeAll(async () => {
  mainPath = await buildCommandLine('real');
});
beforeEach(() => {
  folder = temporaryFolder();
  return () => rmSync(folder, { recursive: true });
});
afterAll(() => rmSync(dirname(mainPath), { recursive: true, force: true }));

/** Nothing can be renamed onto a folder, whoever does it. */
function obstruct(name: string): void {
  mkdirSync(join(folder, '.seaworthy', name), { recursive: true });
}

test('sweep: a document that cannot be written is printed all the same, with what went wrong: exit code 3', async () => {
  obstruct('sweep.json');
  const { code, stdout, stderr } = await start(mainPath, ['sweep', '--scenario', 'log-crash-storm'], folder)
    .ended;
  expect(code).toBe(3);
  expect(stdout).toContain('cannot write .seaworthy/sweep.json: ');
  expect(stderr).not.toContain('    at ');
});

test('mutants: a document that cannot be written is printed all the same, and told in one line: exit code 3', async () => {
  obstruct('mutants.json');
  const { code, stdout, stderr } = await start(mainPath, ['mutants', 'W1', '--seeds', '50'], folder).ended;
  expect(code).toBe(3);
  expect(stdout).toContain('W1');
  expect(stderr).toMatch(/^seaworthy: cannot write \.seaworthy\/mutants\.json: /m);
  expect(stderr).not.toContain('    at ');
});
