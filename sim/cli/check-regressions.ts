import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { WorkerLostError } from '../campaign/worker-thread.js';
import { exitCode } from '../campaign/exit-code.js';
import { progressText } from '../report/progress.js';
import { describeReplay } from './describe-replay.js';
import type { GateRequest, PartResult } from './gate-request.js';
import { ProgressLine } from './progress-line.js';
import { sailTwice } from './replay.js';
import { readReplaySubject, replayParameters } from './replay-subject.js';
import { StopSignals } from './stop-signals.js';
import { UsageError } from './usage-error.js';

/** Replays every failure that was kept for good. What is stale does not count as fixed. */
export async function checkRegressions(request: GateRequest): Promise<PartResult> {
  const folder = join(request.home.rootFolder, 'scenarios', 'regressions');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const broken: string[] = [];
  const unchecked = files.length === 0 ? [`there are no regressions in ${folder}`] : [];
  const signals = new StopSignals();
  let done = 0;
  let harnessFault = false;
  const progress = new ProgressLine((elapsedMs) =>
    progressText(
      { runs: done, failures: broken.length },
      elapsedMs,
      { runs: files.length, durationMs: Infinity },
      'regression',
    ),
  );
  try {
    for (const name of files) {
      const path = join(folder, name);
      const line = (what: string) => `${relative(process.cwd(), path)}: ${what}`;
      if (signals.received !== undefined) unchecked.push(line('not replayed'));
      else {
        const outcome = await replayOne(request, path);
        if (outcome.exit === exitCode.inconclusive) unchecked.push(line(outcome.told));
        else if (outcome.exit !== exitCode.clean) broken.push(line(outcome.told));
        harnessFault ||= outcome.exit === exitCode.harnessFault;
      }
      done += 1;
    }
  } finally {
    progress.end();
    signals.close();
  }
  const doneText = `replayed ${files.length} regressions, each twice`;
  return {
    part: { done: doneText, broken, unchecked, harnessFault },
    figures: { regressions: files.length },
    stoppedBy: signals.received,
  };
}

async function replayOne({ ship }: GateRequest, path: string): Promise<{ exit: number; told: string }> {
  try {
    const subject = readReplaySubject('gate', [path], undefined);
    const parameters = replayParameters(subject, {});
    const [first, second] = await sailTwice(subject, { ...ship, parameters });
    const { exit, verdict, invariant, message, notes } = describeReplay(
      subject,
      ship.build,
      first,
      second,
      {},
    );
    const failure = invariant === null ? [] : [`${invariant}: ${message}`];
    return { exit, told: [verdict, ...failure, ...notes].join('; ') };
  } catch (error) {
    if (error instanceof UsageError) return { exit: exitCode.inconclusive, told: error.message };
    if (error instanceof WorkerLostError) return { exit: exitCode.harnessFault, told: error.message };
    throw error;
  }
}
