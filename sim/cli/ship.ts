import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildId } from '../campaign/build-id.js';
import { bundleMutants, StaleMutantError } from '../campaign/bundle-worker.js';
import type { Invocation } from '../campaign/invocation.js';
import type { WorkerOptions } from '../campaign/worker-thread.js';
import { readRequiredMutants } from '../campaign/required-mutants.js';
import type { VoyageParameters } from '../kernel/parameters.js';
import { loadMutants, type Mutant, MutantFileError } from '../campaign/mutant.js';
import { didYouMean } from './did-you-mean.js';
import { commandPrefix, findPackage, type Package } from './package-root.js';
import { UsageError } from './usage-error.js';

/** A run that keeps a worker busy for longer counts as hung. */
export const hangMs = 60_000;

/** What is to sail: the worker to start, the name of its build, its parameters, and how to call it again. */
export interface Ship {
  readonly workerEntry: URL;
  readonly parameters: VoyageParameters;
  readonly build: string;
  readonly invocation: Invocation;
}

/** What each worker of it is started with. */
export function workerOptions({ workerEntry, parameters }: Ship): WorkerOptions {
  return { entry: workerEntry, hangMs, parameters };
}

/** The flags that choose it. */
export interface ShipFlags {
  readonly mutant?: string | undefined;
  readonly from?: string | undefined;
}

export const mutantOptions = {
  mutant: { type: 'string', value: 'ID', help: 'sail with this bug planted (repository only)' },
  from: { type: 'string', value: 'DIR', help: 'where mutant files are, instead of sim/campaign/mutants' },
} as const;

/** The build as it is, or with a bug planted in it. @throws UsageError */
export async function fitOut(flags: ShipFlags, parameters: VoyageParameters): Promise<Ship> {
  const home = findPackage(import.meta.url);
  const prefix = commandPrefix(home, process.cwd());
  const distFolder = join(home.rootFolder, 'dist');
  if (flags.mutant === undefined) {
    const workerEntry = new URL('./worker.js', import.meta.url);
    const build = buildId(home.version, workerEntry, distFolder);
    return { workerEntry, parameters, build, invocation: { prefix, parameters, mutantArguments: [] } };
  }
  const mutant = findMutant(await readMutants(home, flags.from), flags.mutant);
  const bundle = mutantBundle(home, mutant);
  try {
    await bundleMutants([mutant], bundle);
  } catch (error) {
    if (error instanceof StaleMutantError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
  const workerEntry = pathToFileURL(bundle.outputPath);
  const from = flags.from === undefined ? [] : ['--from', flags.from];
  const mutantArguments = ['--mutant', mutant.id, ...from];
  return {
    workerEntry,
    parameters,
    build: buildId(home.version, workerEntry, distFolder),
    invocation: { prefix, parameters, mutantArguments },
  };
}

/** The mutants of this repository, or of another folder. @throws UsageError */
export async function readMutants(home: Package, from: string | undefined): Promise<readonly Mutant[]> {
  return readFolder(home, from, loadMutants);
}

/** The ids of those that a gate wants killed. @throws UsageError */
export function readRequired(home: Package, from: string | undefined): readonly string[] {
  return readFolder(home, from, readRequiredMutants);
}

function readFolder<Content>(
  home: Package,
  from: string | undefined,
  read: (folder: string) => Content,
): Content {
  if (!home.isCheckout) {
    throw new UsageError('Mutants are planted in the sources: run this in a checkout of the repository.');
  }
  const folder = from === undefined ? join(home.rootFolder, 'sim/campaign/mutants') : resolve(from);
  if (from !== undefined && !existsSync(folder)) throw new UsageError(`There is no folder ${from} (--from).`);
  try {
    return read(folder);
  } catch (error) {
    if (error instanceof MutantFileError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** @throws UsageError */
export function findMutant(mutants: readonly Mutant[], id: string): Mutant {
  const mutant = mutants.find((candidate) => candidate.id === id);
  if (mutant !== undefined) return mutant;
  const known = mutants.map((candidate) => candidate.id);
  throw new UsageError(`Unknown mutant ${id}.${didYouMean(id, known)} See: seaworthy list`);
}

/** Where the worker with this bug in it is built. */
export function mutantBundle(
  home: Package,
  mutant: Mutant,
): { rootFolder: string; entryPath: string; outputPath: string } {
  const { rootFolder } = home;
  const entryPath = join(rootFolder, 'sim/cli/worker.ts');
  return { rootFolder, entryPath, outputPath: resolve('.seaworthy', 'mutants', `${mutant.id}.mjs`) };
}
