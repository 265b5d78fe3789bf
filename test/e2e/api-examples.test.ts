import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docExamples } from './doc-examples.js';

const root = join(import.meta.dirname, '../..');

/** What a program is written with: each has an example. */
const documented = [
  'exactlyOnceGuarded',
  'idempotent',
  'lineProbe',
  'nodePorts',
  'open',
  'openEmbedded',
  'submit',
  'wait',
  'waitAll',
  'watch',
  'cancel',
  'resolve',
  'feed',
  'close',
];

describe('the examples in a source', () => {
  const source = `
    /** Says nothing. */
    export const nothing = 0;

    /**
     * Adds.
     *
     * @param one - The first.
     * @example
     * \`\`\`ts
     * import { add } from 'seaworthy';
     *
     * console.log(add(1, 2)); // => 3
     * for (const letter of 'ab') console.log(letter);
     * // => a
     * // => b
     * \`\`\`
     * @example Of zeros
     * Nothing is added.
     * \`\`\`ts
     * console.log(0); // => 0
     * \`\`\`
     */
    export async function add(one: number, other: number): Promise<number> {}

    class Node {
      /**
       * Opens it.
       *
       * \`\`\`ts
       * not.an(example);
       * \`\`\`
       * @example
       * \`\`\`ts
       * if (true) {
       *   console.log('open'); // => open
       * }
       * \`\`\`
       */
      static async open(): Promise<Node> {}
    }`;

  test('are found, with what they are of and what they print', () => {
    expect(docExamples(source)).toEqual([
      {
        of: 'add',
        code: "import { add } from 'seaworthy';\n\nconsole.log(add(1, 2)); // => 3\nfor (const letter of 'ab') console.log(letter);\n// => a\n// => b\n",
        output: ['3', 'a', 'b'],
      },
      { of: 'add', code: 'console.log(0); // => 0\n', output: ['0'] },
      { of: 'open', code: "if (true) {\n  console.log('open'); // => open\n}\n", output: ['open'] },
    ]);
  });
});

describe('every example in the documentation of the engine', () => {
  const examples = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .flatMap((file) => docExamples(readFileSync(join(root, 'src', file), 'utf8')))
    .map((example, index) => ({ ...example, file: `example-${index}` }));
  let folder = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'seaworthy-examples-'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const { file, code } of examples) writeFileSync(join(folder, `${file}.ts`), code);
    await build({
      entryPoints: examples.map(({ file }) => join(folder, `${file}.ts`)),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      alias: { seaworthy: join(root, 'src/index.ts') },
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is there, of each thing that a program is written with', () => {
    expect(examples.map((example) => example.of)).toEqual(expect.arrayContaining(documented));
  });

  test('has types that fit', () => {
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        rootDir: '/',
        paths: { seaworthy: [join(root, 'src/index.ts')] },
        typeRoots: [join(root, 'node_modules/@types')],
      },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    expect(run(compiler, ['-p', folder])).toBe('');
  });

  test.each(examples)('runs and prints what it says: $of ($file)', async ({ file, output }) => {
    expect(output.length).toBeGreaterThan(0);
    const cwd = join(folder, `${file}.folder`);
    mkdirSync(cwd);
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, `${file}.mjs`)], { cwd });
    expect(stdout.trimEnd().split('\n')).toEqual(output);
  });
});

/** What a program of Node.js prints, whether it is content or not. */
function run(script: string, args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  }
}
