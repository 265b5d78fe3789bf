import { type CrewOptions, workInOrder, type WorkEnd } from './in-order.js';
import { type Chunk, chunkAt, chunkCount, type SeedPlan } from './seed-plan.js';
import { emptyTally, mergeTally, type Tally } from './tally.js';

/** What a campaign needs besides its plan. None of it changes what a seed does. */
export interface CampaignOptions extends CrewOptions {
  /** Ends the campaign at its first failure: the first in the order of the plan, with any number of workers. */
  readonly bail: boolean;
  readonly onProgress: (progress: CampaignProgress) => void;
  /** Where it goes on; absent at its beginning. */
  readonly begun?: CampaignState | undefined;
  /** Told where it could go on, after each chunk. Not kept: the tallies are those that it goes on to count in. */
  readonly onWhole?: (state: CampaignState) => void;
}

/** A chunk, and which one of its campaign. */
interface Piece {
  readonly index: number;
  readonly chunk: Chunk;
}

/** How far a campaign is: that many of its chunks, from the first on, are counted, each of them whole. */
export interface CampaignState {
  readonly taken: number;
  readonly tallies: ReadonlyMap<string, Tally>;
}

/** How far a campaign is, for those who wait for it. */
export interface CampaignProgress {
  readonly runs: number;
  /** Distinct failures: pairs of scenario and invariant. */
  readonly failures: number;
}

/** What the runs of a campaign came to, scenario by scenario. */
export interface CampaignResult extends WorkEnd, CampaignState {
  readonly runs: number;
}

/** Sails a plan, or what is left of it, over worker threads. */
export async function runCampaign(plan: SeedPlan, options: CampaignOptions): Promise<CampaignResult> {
  const { begun } = options;
  const tallies = new Map(plan.scenarios.map((scenario) => [scenario, emptyTally()]));
  let runs = 0;
  const add = (scenario: string, tally: Tally): void => {
    const sum = tallies.get(scenario);
    if (sum !== undefined) mergeTally(sum, tally);
    runs += tally.runs;
  };
  for (const [scenario, tally] of begun?.tallies ?? []) add(scenario, tally);
  const first = begun?.taken ?? 0;
  let taken = first;
  let isWhole = true;
  const end = await workInOrder<Piece, Tally>(
    {
      pieces: chunkCount(plan) - first,
      pieceAt(offset) {
        const index = first + offset;
        const chunk = chunkAt(plan, index);
        return chunk === undefined ? undefined : { index, chunk };
      },
      perform: (worker, { chunk }) => worker.sailChunk(chunk, options.bail),
      take({ index, chunk }, tally) {
        add(chunk.scenario, tally);
        isWhole &&= index === taken && tally.runs === chunk.count;
        taken += 1;
        const failures = countFailures(tallies);
        options.onProgress({ runs, failures });
        const goesOn = !options.bail || failures === 0;
        if (isWhole && goesOn) options.onWhole?.({ taken, tallies });
        return goesOn;
      },
    },
    options,
  );
  return { ...end, taken, tallies, runs };
}

function countFailures(tallies: ReadonlyMap<string, Tally>): number {
  return [...tallies.values()].reduce((total, { failures }) => total + failures.size, 0);
}
