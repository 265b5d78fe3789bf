import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

/** Where a test file's child process runs. Both paths stand once the file's tests run. */
export interface BundledChild {
  /** Empty but for the bundle, and removed after the file's last test. */
  readonly folder: string;
  /** The bundle, for `node` alone to run: a process that is to be killed has no loader between it and the test. */
  readonly script: string;
}

/** Bundles `<name>.child.ts` of this folder into a folder of its own, for the tests of one file. */
export function bundledChild(name: string): BundledChild {
  const child = { folder: '', script: '' };
  beforeAll(async () => {
    child.folder = await mkdtemp(join(tmpdir(), `seaworthy-${name}-`));
    child.script = join(child.folder, 'child.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, `${name}.child.ts`)],
      outfile: child.script,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
  });
  afterAll(async () => {
    await rm(child.folder, { recursive: true });
  });
  return child;
}
