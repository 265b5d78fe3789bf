import type { Scenario } from '../kernel/voyage.js';
import { sameTapeSameTrace } from './determinism.js';
import { campaignExitCode } from './exit-code.js';
import type { SweepJudgement } from './judge-sweep.js';
import type { SweepResult } from './sweep.js';
import { type SweepDocument, sweepSchema, type SweptScenario } from './sweep-document.js';
import type { SweepTally } from './sweep-tally.js';

/** What a sweep's document tells besides its runs. */
export interface SweepContext {
  readonly build: string;
  readonly mutant: string | undefined;
  readonly depth: 1 | 2;
  readonly workers: number;
  readonly stoppedBy: 'SIGINT' | 'SIGTERM' | undefined;
}

/** Puts a sweep into its document, and decides its exit code. */
export function describeSweep(
  scenarios: readonly Scenario[],
  result: SweepResult,
  { failures, writeErrors }: SweepJudgement,
  context: SweepContext,
): SweepDocument {
  const swept = scenarios.flatMap(({ name }) => {
    const tally = result.tallies.get(name);
    return tally === undefined ? [] : [figuresOf(name, tally)];
  });
  const runs = swept.reduce((sum, scenario) => sum + scenario.runs, 0);
  const inconclusiveRuns = swept.reduce((sum, { inconclusive }) => sum + inconclusive, 0);
  const { lost, ended, points } = result;
  const isUnstable = failures.some(({ invariant }) => invariant === sameTapeSameTrace);
  const { stoppedBy, build, depth, workers } = context;
  return {
    schema: sweepSchema,
    build,
    mutant: context.mutant ?? null,
    depth,
    workers,
    scenarios: swept,
    runs,
    wallMs: Math.round(result.wallMs),
    failures,
    lost: lost?.message ?? null,
    writeErrors,
    ended,
    exit: campaignExitCode({
      stoppedBy,
      harnessFault: lost !== undefined || writeErrors.length > 0 || isUnstable,
      failures: failures.length,
      inconclusiveRuns,
      // A sweep that found nothing to crash says nothing.
      runs: points === 0 ? 0 : runs,
    }),
  };
}

function figuresOf(name: string, { failures: _failures, ...figures }: SweepTally): SweptScenario {
  const { runs, states, events, judgedEvents } = figures;
  const naiveEvents = states === 0 ? 0 : (judgedEvents / states) * runs;
  return { name, ...figures, timesNaive: events === 0 ? 1 : Math.round((10 * naiveEvents) / events) / 10 };
}
