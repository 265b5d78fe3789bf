import { join } from 'node:path';
import type { TapeSource } from '../kernel/tape.js';
import type { Scenario, Verdict } from '../kernel/voyage.js';
import { sameTapeSameTrace } from './determinism.js';
import { replayFileCommand } from './invocation.js';
import { lastEvents } from './last-events.js';
import type { SweepFailureReport } from './sweep-document.js';
import type { SweepTally, SweptFailure } from './sweep-tally.js';
import { type ReproductionWriter, writeReproduction } from './write-reproduction.js';

/** What the judge of a sweep needs from outside. */
export interface SweepJudgeOptions extends ReproductionWriter {
  /** Where `failures/` is. */
  readonly outputFolder: string;
  /** In a worker that has sailed nothing yet, with everything recorded. */
  readonly sailAfresh: (scenario: string, source: TapeSource) => Promise<Verdict>;
}

/** What a sweep is found guilty of. */
export interface SweepJudgement {
  readonly failures: readonly SweepFailureReport[];
  readonly writeErrors: readonly string[];
}

/** Turns what was found into failures to tell: each is sailed again before it is told, and has its reproduction file. */
export async function judgeSweep(
  scenarios: readonly Scenario[],
  tallies: ReadonlyMap<string, SweepTally>,
  options: SweepJudgeOptions,
): Promise<SweepJudgement> {
  const failures: SweepFailureReport[] = [];
  const writeErrors: string[] = [];
  for (const scenario of scenarios) {
    const found = [...(tallies.get(scenario.name)?.failures.values() ?? [])];
    for (const failure of found.toSorted((left, right) => (left.invariant < right.invariant ? -1 : 1))) {
      try {
        failures.push(await judgeFailure(scenario, failure, options));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        writeErrors.push(`${failure.invariant} in ${scenario.name} could not be kept: ${reason}`);
        failures.push(unkept(scenario, failure));
      }
    }
  }
  return { failures, writeErrors };
}

function unkept(scenario: Scenario, failure: SweptFailure): SweepFailureReport {
  const { choices: _choices, ...told } = failure;
  return { ...told, scenario: scenario.name, lastEvents: [], command: null, file: null };
}

async function judgeFailure(
  scenario: Scenario,
  failure: SweptFailure,
  options: SweepJudgeOptions,
): Promise<SweepFailureReport> {
  const { invariant, subject, message, fingerprint, choices } = failure;
  const verdict = await options.sailAfresh(scenario.name, { choices });
  const report = unkept(scenario, failure);
  if (verdict.fingerprint !== fingerprint) {
    const differs = `${invariant} was violated (${fingerprint}), but again it ended as ${verdict.fingerprint}`;
    return { ...report, invariant: sameTapeSameTrace, subject: scenario.name, message: differs };
  }
  const file = join(options.outputFolder, 'failures', `${scenario.name}-sweep-${invariant}.json`);
  const command = replayFileCommand(options.invocation, file);
  writeReproduction(file, scenario, { seed: 0, invariant, subject, message, command }, verdict, options);
  return { ...report, lastEvents: lastEvents(verdict), command, file };
}
