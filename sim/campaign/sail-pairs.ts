import type { TapeSource } from '../kernel/tape.js';
import { firstDivergence } from '../trace/first-divergence.js';
import { divergenceMessage } from './divergence.js';
import { sailAfresh } from './sail-afresh.js';
import { type WorkerOptions, WorkerThread } from './worker-thread.js';

/** One run to sail twice. */
export interface PairedRun {
  readonly scenario: string;
  readonly seed: number;
}

/** A run that came out in two ways. */
export interface UnlikePair extends PairedRun {
  readonly message: string;
}

/** What came of sailing runs twice. */
export interface Pairs {
  /** How many were compared: fewer than asked for when stopped. */
  readonly compared: number;
  readonly unlike: readonly UnlikePair[];
}

/**
 * Sails each run in two workers. One goes through the list from its beginning, the other from its end, so that what leaks from run to run
 * leaks otherwise in each.
 */
export async function sailPairs(
  runs: readonly PairedRun[],
  options: WorkerOptions & { readonly signal: AbortSignal; readonly onProgress: (sailed: number) => void },
): Promise<Pairs> {
  let sailed = 0;
  const sailAll = async (order: readonly PairedRun[]): Promise<ReadonlyMap<PairedRun, string>> => {
    const worker = new WorkerThread(options);
    const fingerprints = new Map<PairedRun, string>();
    try {
      for (const run of order) {
        if (options.signal.aborted) break;
        fingerprints.set(run, (await worker.sail(run.scenario, { seed: run.seed })).fingerprint);
        sailed += 1;
        options.onProgress(sailed);
      }
      return fingerprints;
    } finally {
      await worker.close();
    }
  };
  const [first, second] = await Promise.all([sailAll(runs), sailAll(runs.toReversed())]);
  const compared = runs.filter((run) => first.has(run) && second.has(run));
  const unlike: UnlikePair[] = [];
  for (const run of compared) {
    if (first.get(run) === second.get(run)) continue;
    unlike.push({ ...run, message: await whereTheyPart(run, options) });
  }
  return { compared: compared.length, unlike };
}

async function whereTheyPart({ scenario, seed }: PairedRun, options: WorkerOptions): Promise<string> {
  const source: TapeSource = { seed };
  const first = await sailAfresh(scenario, source, options);
  const second = await sailAfresh(scenario, source, options);
  return first.fingerprint === second.fingerprint
    ? 'two runs differ, but not two in workers that have sailed nothing yet: something leaks from run to run'
    : divergenceMessage(firstDivergence(first.trace, second.trace));
}
