import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const snippets = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, snippet = '']) => snippet);

/** Makes a program of what README shows. Each run of it is another life on the same folders. */
async function programOf(snippet: string): Promise<() => string> {
  mkdirSync(join(root, '.reports'), { recursive: true });
  const folder = mkdtempSync(join(root, '.reports', 'readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['data', 'fleet']) mkdirSync(join(folder, name));
  const outfile = join(folder, 'program.mjs');
  await build({
    stdin: { contents: snippet, loader: 'ts', resolveDir: root },
    alias: { seaworthy: join(root, 'src/index.ts') },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return () => execFileSync(process.execPath, [outfile], { cwd: folder, encoding: 'utf8' });
}

test('README shows a workflow and a fleet', () => {
  expect(snippets.map((snippet) => /name: '(\w+)'/.exec(snippet)?.[1])).toEqual(['order', 'charge']);
});

test("README's workflow runs as it stands there, and not a second time when the program is started again", async () => {
  const [snippet = ''] = snippets;
  const run = await programOf(`const reserve = (key: string) => (console.log('reserve'), key);
    const charge = (key: string) => (console.log('charge'), key);
    ${snippet}`);
  const first = run();
  expect(first.match(/^(reserve|charge)$/gm)).toEqual(['reserve', 'charge']);
  expect(first).toContain("value: 'shipped'");
  const again = run();
  expect(again).not.toMatch(/^(reserve|charge)$/m);
  expect(again).toContain("value: 'shipped'");
});

test("README's fleet charges once, however often the program is started", async () => {
  const [, snippet = ''] = snippets;
  const counted = snippet.replace(
    '=> Buffer.from(`charged',
    "=> console.log('charge') ?? Buffer.from(`charged",
  );
  expect(counted).not.toBe(snippet);
  const run = await programOf(counted);
  const first = run();
  expect(first).toMatch(/^charge$/m);
  expect(first).toContain("value: 'charged once: 14 bytes'");
  const again = run();
  expect(again).not.toMatch(/^charge$/m);
  expect(again).toContain("value: 'charged once: 14 bytes'");
});
