import type { CampaignProgress } from '../campaign/campaign.js';
import { counted, durationText, grouped, perSecond } from './figures.js';

/** How a campaign is bounded. */
export interface ProgressGoal {
  /** All runs that it will sail; Infinity when only time bounds it. */
  readonly runs: number;
  /** Infinity when only seeds bound it. */
  readonly durationMs: number;
}

/** The progress line: runs, or what else is counted, how many per second, failures, and the time that is left. */
export function progressText(
  progress: CampaignProgress,
  elapsedMs: number,
  goal: ProgressGoal,
  counts = 'run',
): string {
  const { runs, failures } = progress;
  const rate = perSecond(runs, elapsedMs);
  const parts = [counted(runs, counts), `${grouped(rate)} ${counts}s/s`, counted(failures, 'failure')];
  const left = Math.min(
    goal.durationMs - elapsedMs,
    rate > 0 ? ((goal.runs - runs) * 1000) / rate : Infinity,
  );
  if (Number.isFinite(left)) parts.push(`${durationText(Math.max(0, left))} left`);
  return parts.join('  ');
}
