import type { Scenario } from '../kernel/voyage.js';
import type { CampaignProgress } from './campaign.js';
import { type CrewOptions, workInOrder, type WorkEnd } from './in-order.js';
import type { ShortForm } from './short-form.js';
import {
  countState,
  emptySweepTally,
  mergeSweep,
  type Stretch,
  type SweepLimits,
  type SweepTally,
} from './sweep-tally.js';
import { WorkerThread } from './worker-thread.js';

/** Port calls that one request to a worker covers: enough to hide the message, few enough to stop soon. */
const stretchCalls = 8;

/** What a sweep needs besides its scenarios. */
export interface SweepOptions extends CrewOptions {
  readonly limits: SweepLimits;
  /** Ends the sweep at its first failure: the first in the order of the points, with any number of workers. */
  readonly bail: boolean;
  /** Told after each stretch: how many of so many points are done. */
  readonly onProgress: (progress: CampaignProgress, points: number) => void;
}

/** What a sweep came to, scenario by scenario. */
export interface SweepResult extends WorkEnd {
  readonly tallies: ReadonlyMap<string, SweepTally>;
  /** All crash points of first lives. */
  readonly points: number;
}

/** Crashes every machine of the short form of each scenario at every port call of its first life. */
export async function runSweep(scenarios: readonly Scenario[], options: SweepOptions): Promise<SweepResult> {
  const tallies = new Map<string, SweepTally>();
  const stretches: Stretch[] = [];
  let failures = 0;
  for (const scenario of scenarios) {
    const calm = await sailCalm(scenario, options);
    const tally = emptySweepTally();
    tally.runs += 1;
    tally.events += calm.verdict.events;
    countState(tally, null, scenario.shortForm ?? [], calm.verdict);
    tallies.set(scenario.name, tally);
    failures += tally.failures.size;
    if (tally.failures.size === 0) stretches.push(...stretchesOf(scenario, calm));
  }
  const points = stretches.reduce((sum, { calls }) => sum + 2 * calls, 0);
  if (options.bail && failures > 0) return { tallies, points, ended: 'bail', lost: undefined, wallMs: 0 };
  let done = 0;
  const end = await workInOrder<Stretch, SweepTally>(
    {
      pieces: stretches.length,
      pieceAt: (index) => stretches[index],
      perform: (worker, stretch) => worker.sweep(stretch, options.limits),
      take({ scenario }, tally) {
        const sum = tallies.get(scenario) ?? emptySweepTally();
        const before = sum.failures.size;
        mergeSweep(sum, tally);
        failures += sum.failures.size - before;
        done += tally.points;
        options.onProgress({ runs: done, failures }, points);
        return !options.bail || failures === 0;
      },
    },
    options,
  );
  return { ...end, tallies, points };
}

async function sailCalm({ name }: Scenario, options: SweepOptions): Promise<ShortForm> {
  const worker = new WorkerThread(options);
  try {
    return await worker.sailShortForm(name);
  } finally {
    await worker.close();
  }
}

function stretchesOf({ name: scenario }: Scenario, { machines }: ShortForm): readonly Stretch[] {
  return machines.flatMap(({ name: machine, portCalls }) =>
    Array.from({ length: Math.ceil(portCalls / stretchCalls) }, (_, index) => {
      const firstCall = 1 + index * stretchCalls;
      return { scenario, machine, firstCall, calls: Math.min(stretchCalls, portCalls - firstCall + 1) };
    }),
  );
}
