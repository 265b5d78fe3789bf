import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
// Within the project, so that its packages are found; and without the peers, which are found from where it is run.
mkdirSync(join(root, '.reports'), { recursive: true });
const folder = mkdtempSync(join(root, '.reports', 'bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the benchmarks of steps, of recovery and of everything run and tell all of their figures', async () => {
  await build({
    entryPoints: ['main.ts', 'recover.child.ts'].map((name) => join(root, 'test/bench', name)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    sourcemap: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const script = join(folder, 'main.mjs');
  const printed = execFileSync(process.execPath, [script, '--quick', 'steps', 'recovery', 'everything'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(printed).toMatch(/^ +2 at once: seaworthy, idempotent steps +\d.*\/s +\d.*\/s +\d.* x +\d+ %$/m);
  expect(printed).toMatch(/^ +2 at once: seaworthy, guarded steps +\d.*\/s +\d.*\/s +\d.* x +\d+ %$/m);
  expect(printed).toContain('DBOS was not measured: @dbos-inc/dbos-sdk is not installed (npm ci');
  expect(printed.match(/^(whole log|snapshot) +[\d,]+ +[\d,]+ ms .* µs +\d+ MB +\d+ MB$/gm)).toHaveLength(4);
  expect(printed).toMatch(/^virtual seconds +\d.*\/s +\d.*\/s$/m);
  expect(printed).toMatch(/^engine +\d+\.\d % +\d.* µs +\d+\.\d % +[\d,]+ B$/m);
  expect(printed.match(/^\d+ runs +[\d.]+ MB +[\d.]+ x$/gm)).toHaveLength(10);
});
