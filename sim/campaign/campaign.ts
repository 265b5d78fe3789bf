import { type Chunk, chunkAt, chunkCount, type SeedPlan } from './seed-plan.js';
import { emptyTally, mergeTally, type Tally } from './tally.js';
import { WorkerLostError, type WorkerOptions, WorkerThread } from './worker-thread.js';

/** What a campaign needs besides its plan. None of it changes what a seed does. */
export interface CampaignOptions extends WorkerOptions {
  /** 1 or more. */
  readonly workers: number;
  /** Ends the campaign at its first failure: the first in the order of the plan, with any number of workers. */
  readonly bail: boolean;
  /** Aborted: the runs at sea are ended, and the campaign with them. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CampaignProgress) => void;
}

/** How far a campaign is. */
export interface CampaignProgress {
  readonly runs: number;
  /** Distinct failures: pairs of scenario and invariant. */
  readonly failures: number;
}

/** What the runs of a campaign came to, scenario by scenario. */
export interface CampaignResult {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly runs: number;
  readonly wallMs: number;
  readonly ended: 'complete' | 'bail' | 'stopped' | 'worker-lost';
  readonly lost: WorkerLostError | undefined;
}

/** Sails a plan over worker threads. */
export async function runCampaign(plan: SeedPlan, options: CampaignOptions): Promise<CampaignResult> {
  const startedMs = performance.now();
  const workers = Math.min(options.workers, chunkCount(plan));
  const crew = Array.from({ length: workers }, () => new WorkerThread(options));
  const campaign = new Campaign(plan, options, crew);
  const stop = (): void => campaign.stop('stopped');
  options.signal.addEventListener('abort', stop);
  if (options.signal.aborted) stop();
  try {
    await Promise.all(crew.map((worker) => campaign.keepBusy(worker)));
  } finally {
    options.signal.removeEventListener('abort', stop);
    await Promise.all(crew.map((worker) => worker.close()));
  }
  return campaign.result(performance.now() - startedMs);
}

/** Hands out chunks in order, and merges their tallies in that same order, whatever the order of the answers. */
class Campaign {
  readonly #plan: SeedPlan;
  readonly #options: CampaignOptions;
  readonly #crew: readonly WorkerThread[];
  readonly #tallies = new Map<string, Tally>();
  readonly #unmerged = new Map<number, { chunk: Chunk; tally: Tally }>();
  #issued = 0;
  #merged = 0;
  #runs = 0;
  #ended: CampaignResult['ended'] = 'complete';
  #lost: WorkerLostError | undefined;

  constructor(plan: SeedPlan, options: CampaignOptions, crew: readonly WorkerThread[]) {
    this.#plan = plan;
    this.#options = options;
    this.#crew = crew;
    for (const scenario of plan.scenarios) this.#tallies.set(scenario, emptyTally());
  }

  async keepBusy(worker: WorkerThread): Promise<void> {
    while (this.#ended === 'complete') {
      const index = this.#issued;
      const chunk = chunkAt(this.#plan, index);
      if (chunk === undefined) return;
      this.#issued += 1;
      try {
        const tally = await worker.sailChunk(chunk, this.#options.bail);
        this.#unmerged.set(index, { chunk, tally });
        this.#mergeInOrder();
      } catch (error) {
        if (!(error instanceof WorkerLostError)) throw error;
        this.#lost ??= error;
        this.stop('worker-lost');
        return;
      }
    }
  }

  stop(why: 'stopped' | 'worker-lost'): void {
    if (this.#ended !== 'bail') this.#ended = why;
    for (const worker of this.#crew) worker.requestStop();
  }

  result(wallMs: number): CampaignResult {
    // A lost chunk leaves a gap; what came after it was sailed all the same.
    for (const { chunk, tally } of this.#unmerged.values()) this.#merge(chunk, tally);
    return { tallies: this.#tallies, runs: this.#runs, wallMs, ended: this.#ended, lost: this.#lost };
  }

  #mergeInOrder(): void {
    for (;;) {
      const next = this.#unmerged.get(this.#merged);
      if (next === undefined) return;
      this.#unmerged.delete(this.#merged);
      this.#merged += 1;
      this.#merge(next.chunk, next.tally);
    }
  }

  #merge(chunk: Chunk, tally: Tally): void {
    const sum = this.#tallies.get(chunk.scenario);
    if (sum === undefined || this.#ended === 'bail') return;
    mergeTally(sum, tally);
    this.#runs += tally.runs;
    let failures = 0;
    for (const { failures: found } of this.#tallies.values()) failures += found.size;
    this.#options.onProgress({ runs: this.#runs, failures });
    if (this.#options.bail && failures > 0) this.#ended = 'bail';
  }
}
