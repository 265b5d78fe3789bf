import { type CrewOptions, workInOrder, type WorkEnd } from './in-order.js';
import { type Chunk, chunkAt, chunkCount, type SeedPlan } from './seed-plan.js';
import { emptyTally, mergeTally, type Tally } from './tally.js';

/** What a campaign needs besides its plan. None of it changes what a seed does. */
export interface CampaignOptions extends CrewOptions {
  /** Ends the campaign at its first failure: the first in the order of the plan, with any number of workers. */
  readonly bail: boolean;
  readonly onProgress: (progress: CampaignProgress) => void;
}

/** How far a campaign is. */
export interface CampaignProgress {
  readonly runs: number;
  /** Distinct failures: pairs of scenario and invariant. */
  readonly failures: number;
}

/** What the runs of a campaign came to, scenario by scenario. */
export interface CampaignResult extends WorkEnd {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly runs: number;
}

/** Sails a plan over worker threads. */
export async function runCampaign(plan: SeedPlan, options: CampaignOptions): Promise<CampaignResult> {
  const tallies = new Map(plan.scenarios.map((scenario) => [scenario, emptyTally()]));
  let runs = 0;
  const end = await workInOrder<Chunk, Tally>(
    {
      pieces: chunkCount(plan),
      pieceAt: (index) => chunkAt(plan, index),
      perform: (worker, chunk) => worker.sailChunk(chunk, options.bail),
      take({ scenario }, tally) {
        const sum = tallies.get(scenario);
        if (sum !== undefined) mergeTally(sum, tally);
        runs += tally.runs;
        let failures = 0;
        for (const { failures: found } of tallies.values()) failures += found.size;
        options.onProgress({ runs, failures });
        return !options.bail || failures === 0;
      },
    },
    options,
  );
  return { ...end, tallies, runs };
}
