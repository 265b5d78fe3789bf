import { join } from 'node:path';
import type { TapeSource } from '../kernel/tape.js';
import type { Scenario, Verdict } from '../kernel/voyage.js';
import { causalChain } from './causal-chain.js';
import { sameTapeSameTrace } from './determinism.js';
import { failureIdentity, stateLabel } from './failure-identity.js';
import { replayFileCommand } from './invocation.js';
import { lastEvents } from './last-events.js';
import type { SweepFailureReport } from './sweep-document.js';
import type { SweepTally, SweptFailure } from './sweep-tally.js';
import { WorkerLostError } from './worker-thread.js';
import { writeErrorOf } from './write-error.js';
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
      const { report, writeError } = await judgeFailure(scenario, failure, options);
      failures.push(report);
      if (writeError !== undefined) writeErrors.push(writeError);
    }
  }
  return { failures, writeErrors };
}

async function judgeFailure(
  scenario: Scenario,
  { choices, ...failure }: SweptFailure,
  options: SweepJudgeOptions,
): Promise<{ report: SweepFailureReport; writeError: string | undefined }> {
  const { invariant, subject, message, fingerprint } = failure;
  const { name } = scenario;
  const base = {
    ...failure,
    scenario: name,
    state: '',
    lastEvents: [],
    chain: null,
    command: null,
    file: null,
  };
  const again = await sailAgain(name, { choices }, options);
  if (typeof again === 'string' || again.fingerprint !== fingerprint) {
    const identity = failureIdentity(sameTapeSameTrace, name, null);
    const ended = typeof again === 'string' ? again : `it ended as ${again.fingerprint}`;
    const differs = `${invariant} was violated (${fingerprint}), but again ${ended}`;
    const told = { identity, invariant: sameTapeSameTrace, subject: name, message: differs };
    return { report: { ...base, ...told }, writeError: undefined };
  }
  const state = stateLabel(again.sighting);
  const identity = failureIdentity(invariant, state, null);
  const told = { identity, state, lastEvents: lastEvents(again), chain: causalChain(again) };
  const report = { ...base, ...told };
  const file = join(options.outputFolder, 'failures', `${name}-sweep-${invariant}.json`);
  const command = replayFileCommand(options.invocation, file);
  const known = { seed: 0, invariant, subject, message, command };
  const writeError = writeErrorOf(() => writeReproduction(file, scenario, known, again, options));
  return { report: writeError === undefined ? { ...report, command, file } : report, writeError };
}

/** Why there is no verdict, if there is none. */
async function sailAgain(
  scenario: string,
  source: TapeSource,
  options: SweepJudgeOptions,
): Promise<Verdict | string> {
  try {
    return await options.sailAfresh(scenario, source);
  } catch (error) {
    if (!(error instanceof WorkerLostError)) throw error;
    return `its worker was lost: ${error.message}`;
  }
}
