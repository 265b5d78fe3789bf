import { scenarios as allScenarios } from '../../scenarios/index.js';
import { replayCommand } from '../campaign/invocation.js';
import { type PairedRun, sailPairs } from '../campaign/sail-pairs.js';
import { counted } from '../report/figures.js';
import { progressText } from '../report/progress.js';
import type { GateRequest, PartResult } from './gate-request.js';
import { ProgressLine } from './progress-line.js';
import { workerOptions } from './ship.js';
import { StopSignals } from './stop-signals.js';

/** Of each scenario. A campaign compares one run in a hundred by itself, but in one worker. */
const seedsOfEach = 5;

/** Sails some runs of each scenario in two workers. */
export async function checkDeterminism(request: GateRequest): Promise<PartResult> {
  const { scenarios, firstSeed, ship } = request;
  const runs: readonly PairedRun[] = scenarios.flatMap(({ name }) =>
    Array.from({ length: seedsOfEach }, (_, index) => ({ scenario: name, seed: firstSeed + index })),
  );
  const signals = new StopSignals();
  let sailed = 0;
  const progress = new ProgressLine((elapsedMs) =>
    progressText({ runs: sailed, failures: 0 }, elapsedMs, { runs: 2 * runs.length, durationMs: Infinity }),
  );
  try {
    const { compared, unlike } = await sailPairs(runs, {
      ...workerOptions(ship),
      signal: signals.signal,
      onProgress: (latest) => {
        sailed = latest;
      },
    });
    const leftOut = allScenarios.filter((scenario) => !scenarios.includes(scenario));
    return {
      part: {
        done: `sailed ${counted(compared, 'run')} twice, in two workers`,
        broken: unlike.map(({ scenario, seed, message }) => {
          return `same-tape-same-trace in ${scenario}: ${message}: ${replayCommand(ship.invocation, scenario, seed)}`;
        }),
        unchecked: [
          ...leftOut.map(({ name }) => `no run of ${name} was sailed twice`),
          ...(compared < runs.length ? [`${runs.length - compared} runs were not compared`] : []),
        ],
        harnessFault: unlike.length > 0,
      },
      figures: { runsSailedTwice: compared },
      stoppedBy: signals.received,
    };
  } finally {
    progress.end();
    signals.close();
  }
}
