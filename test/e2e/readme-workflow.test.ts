import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test("README's workflow runs as it stands there, and not a second time when the program is started again", async () => {
  const [, snippet = ''] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  mkdirSync(join(root, '.reports'), { recursive: true });
  const folder = mkdtempSync(join(root, '.reports', 'readme-'));
  mkdirSync(join(folder, 'data'));
  const outfile = join(folder, 'order.mjs');
  await build({
    stdin: {
      contents: `const reserve = (key: string) => (console.log('reserve'), key);
        const charge = (key: string) => (console.log('charge'), key);
        ${snippet}`,
      loader: 'ts',
      resolveDir: root,
    },
    alias: { seaworthy: join(root, 'src/index.ts') },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  const run = (): string => execFileSync(process.execPath, [outfile], { cwd: folder, encoding: 'utf8' });
  const first = run();
  expect(first.match(/^(reserve|charge)$/gm)).toEqual(['reserve', 'charge']);
  expect(first).toContain("value: 'shipped'");
  const again = run();
  expect(again).not.toMatch(/^(reserve|charge)$/m);
  expect(again).toContain("value: 'shipped'");
});
