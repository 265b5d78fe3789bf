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
  /** Bugs that are in the code already when others are planted. */
  readonly planted?: readonly Mutant[];
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
 * Bundles a worker with bugs planted in it, packages and all, so that the file runs from anywhere.
 *
 * @throws StaleMutantError
 */
export async function bundleMutants(mutants: readonly Mutant[], options: BundleOptions): Promise<void> {
  const sources = new Map<string, string>();
  for (const mutant of [...(options.planted ?? []), ...mutants]) {
    const path = join(options.rootFolder, mutant.file);
    const mutated = applyMutant(mutant, sources.get(path) ?? readSource(path));
    if (mutated === undefined) {
      throw new StaleMutantError(mutant, `its text is not exactly once in ${mutant.file}`);
    }
    sources.set(path, mutated);
  }
  const used = await bundleWorker(sources, options);
  for (const mutant of mutants) {
    if (used.has(join(options.rootFolder, mutant.file))) continue;
    throw new StaleMutantError(mutant, `${mutant.file} is not part of what runs`);
  }
}

/** Bundles a worker, with the sources of some files replaced. Tells which of these files are part of the bundle. */
export async function bundleWorker(
  sources: ReadonlyMap<string, string>,
  options: BundleOptions,
): Promise<ReadonlySet<string>> {
  // Only a checkout has it, and only mutants need it.
  const { build } = await import('esbuild');
  const used = new Set<string>();
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
        name: 'mutants',
        setup: (bundle) => {
          bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = sources.get(path);
            if (contents === undefined) return undefined;
            used.add(path);
            return { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  return used;
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
