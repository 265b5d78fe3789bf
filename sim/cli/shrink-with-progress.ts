import { type ShrunkFailure, shrinkFailure } from '../campaign/shrink-failure.js';
import type { TapeSource } from '../kernel/tape.js';
import type { Verdict } from '../kernel/voyage.js';
import { counted, durationText } from '../report/figures.js';
import { ProgressLine } from './progress-line.js';
import { type Ship, workerOptions } from './ship.js';

/** When shrinking ends, however much is left. */
interface ShrinkBudget {
  readonly workers: number;
  readonly trialsMax: number;
  readonly durationMs: number;
}

/** Shrinks a failure, and shows how far it is. Aborted, it ends with what it has. */
export async function shrinkWithProgress(
  scenario: string,
  source: TapeSource,
  ship: Ship,
  signal: AbortSignal,
  { workers, trialsMax, durationMs }: ShrinkBudget,
): Promise<ShrunkFailure | Verdict> {
  const startedMs = performance.now();
  let status = `shrinking ${scenario}`;
  const progress = new ProgressLine(
    (elapsedMs) => `${status}  at most ${durationText(Math.max(0, durationMs - elapsedMs))} left`,
  );
  try {
    return await shrinkFailure(scenario, source, {
      ...workerOptions(ship),
      workers,
      trialsMax,
      isOver: () => signal.aborted || performance.now() - startedMs >= durationMs,
      onProgress: (trials, choices) => {
        status = `shrinking ${scenario}  ${counted(trials, 'trial')}  ${counted(choices, 'choice')} left`;
      },
    });
  } finally {
    progress.end();
  }
}
