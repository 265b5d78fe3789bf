import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyMutant, type Mutant } from './mutant.js';

/** What is bundled, and where to. */
export interface BundleOptions {
  /** The root of the repository: `file` of a mutant is a path from here. */
  readonly rootFolder: string;
  /** The TypeScript file that calls `serveVoyages`. */
  readonly entryPath: string;
  readonly outputPath: string;
}

/** The code has moved on, and the mutant must be written anew. */
export class StaleMutantError extends Error {
  readonly code = 'MUTANT_STALE';
  override readonly name = 'StaleMutantError';
  readonly mutant: Mutant;

  constructor(mutant: Mutant, reason: string, options?: ErrorOptions) {
    super(`mutant ${mutant.id} is stale: ${reason}`, options);
    this.mutant = mutant;
  }
}

/**
 * Bundles a worker with one bug planted in it, packages and all, so that the file runs from anywhere.
 *
 * @throws StaleMutantError
 */
export async function bundleMutant(mutant: Mutant, options: BundleOptions): Promise<void> {
  const path = join(options.rootFolder, mutant.file);
  const contents = applyMutant(mutant, readSource(path));
  if (contents === undefined) {
    throw new StaleMutantError(mutant, `its text is not exactly once in ${mutant.file}`);
  }
  const used = await bundleWorker({ path, contents }, options).catch((cause: unknown) => {
    const [line] = String(cause instanceof Error ? cause.message : cause).split('\n');
    throw new StaleMutantError(mutant, `its code does not build: ${line}`, { cause });
  });
  if (!used) throw new StaleMutantError(mutant, `${mutant.file} is not part of what runs`);
}

/** Bundles a worker, with one source file replaced if `replacement` is given. Tells whether that file is part of the bundle. */
export async function bundleWorker(
  replacement: { readonly path: string; readonly contents: string } | undefined,
  options: BundleOptions,
): Promise<boolean> {
  // Only a checkout has it, and only mutants need it.
  const { build } = await import('esbuild');
  let replaced = replacement === undefined;
  await build({
    entryPoints: [options.entryPath],
    outfile: options.outputPath,
    absWorkingDir: options.rootFolder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    sourcemap: 'inline',
    logLevel: 'silent',
    // Packages in CommonJS call require() for Node.js built-ins, which a module does not have.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    plugins: [
      {
        name: 'mutant',
        setup: (bundle) => {
          bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (path !== replacement?.path) return undefined;
            replaced = true;
            return { contents: replacement.contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  return replaced;
}

/** The source as it is; nothing when there is no such file, so that a mutant of a file that is gone is stale. */
function readSource(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
