import { type Chunk, chunkAt, chunkSeeds } from './seed-plan.js';
import { emptyTally, mergeTally } from './tally.js';
import { type WorkerOptions, WorkerThread } from './worker-thread.js';

/** The failure that is meant to happen, found. */
export interface CanaryReport {
  readonly runs: number;
  readonly seed: number;
  readonly invariant: string;
}

/** The failure that is meant to happen did not, or not as it is meant to: a campaign would find nothing, and say that there is nothing. */
export class CanarySilent extends Error {
  readonly code = 'CANARY_SILENT';
  override readonly name = 'CanarySilent';

  constructor(reason: string) {
    super(
      `the canary is silent: ${reason}. This simulator would miss other bugs too: see sim/campaign/README.md`,
    );
  }
}

/**
 * Sails the canary through a worker, tally and confirmation as any other scenario, up to its first failure. Whatever the campaign is
 * steered by, a day without faults included, the faults of the canary are on.
 *
 * @throws {@link CanarySilent}
 */
export async function judgeCanary(
  canary: { readonly name: string; readonly invariants: readonly string[] },
  options: Omit<WorkerOptions, 'parameters'>,
): Promise<CanaryReport> {
  const worker = new WorkerThread({ ...options, parameters: {} });
  try {
    const tally = emptyTally();
    mergeTally(tally, await worker.sailChunk(canaryChunk(canary.name), true));
    const { runs, failures } = tally;
    const [found] = failures.values();
    if (found === undefined) throw new CanarySilent(`none of its ${runs} runs failed`);
    const { invariant, seed } = found;
    if (!canary.invariants.includes(invariant)) {
      throw new CanarySilent(`seed ${seed} violated ${invariant}, not ${canary.invariants.join()}`);
    }
    const confirmation = await worker.confirm(canary.name, found);
    if (!confirmation.reproduced) throw new CanarySilent(confirmation.message);
    return { runs, seed, invariant };
  } finally {
    await worker.close();
  }
}

/** Four runs in five fail: all of these pass by chance in less than one of 10^11 builds. */
function canaryChunk(scenario: string): Chunk {
  const plan = { scenarios: [scenario], firstSeed: 0, seedsEach: chunkSeeds, shard: { index: 0, of: 1 } };
  const chunk = chunkAt(plan, 0);
  if (chunk === undefined) throw new Error('a plan has a first chunk');
  return chunk;
}
