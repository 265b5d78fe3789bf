import { join } from 'node:path';
import type { Choice } from '../kernel/tape.js';
import type { Scenario, Verdict } from '../kernel/voyage.js';
import { causalChain } from './causal-chain.js';
import type { CampaignResult } from './campaign.js';
import type { FailureReport, UndecidedReport } from './campaign-document.js';
import type { Confirmation, Suspect } from './confirm.js';
import { type DeadKnob, judgeKnobs, noDeadKnob } from './dead-knob.js';
import { sameTapeSameTrace } from './determinism.js';
import { failureIdentity, mergeByIdentity } from './failure-identity.js';
import { fuzzCommand, type Invocation, replayCommand } from './invocation.js';
import { describeShrunk, type KeepOptions, keepShrunk } from './keep-shrunk.js';
import { lastEvents } from './last-events.js';
import { smallestKnown } from './smallest-known.js';
import type { ShrunkFailure } from './shrink-failure.js';
import type { SeedPlan } from './seed-plan.js';
import type { FoundFailure, Tally } from './tally.js';
import { writeErrorOf } from './write-error.js';
import { writeReproduction } from './write-reproduction.js';

/** What the judge of a campaign needs from outside. */
export interface JudgeOptions extends KeepOptions {
  readonly confirm: (scenario: string, suspect: Suspect) => Promise<Confirmation>;
  /** Makes a confirmed failure small. Undefined when there is no time for it. */
  readonly shrink: (scenario: string, choices: readonly Choice[]) => Promise<ShrunkFailure | undefined>;
}

/** What a campaign is found guilty of. */
export interface Judgement {
  readonly failures: readonly FailureReport[];
  /** How much of all that scenarios declare was judged by no-dead-knob. */
  readonly knobsJudged: number;
  readonly undecided: readonly UndecidedReport[];
  readonly writeErrors: readonly string[];
}

/**
 * Turns what the runs came to into failures to tell: each is sailed again and replayed before it is told, and has its reproduction
 * file. One that does not come back is a failure of the harness: `same-tape-same-trace`.
 */
export async function judgeCampaign(
  scenarios: readonly Scenario[],
  plan: SeedPlan,
  result: CampaignResult,
  options: JudgeOptions,
): Promise<Judgement> {
  const failures: FailureReport[] = [];
  const undecided: UndecidedReport[] = [];
  let knobsJudged = 0;
  const writeErrors: string[] = [];
  for (const scenario of scenarios) {
    const tally = result.tallies.get(scenario.name);
    if (tally === undefined) continue;
    for (const found of sortedFailures(tally)) {
      const { report, writeError } = await judgeFailure(scenario, found, options);
      failures.push(report);
      if (writeError !== undefined) writeErrors.push(writeError);
    }
    // What is to be seen, and how often, is known of scenarios as they are.
    if (Object.keys(options.invocation.parameters).length > 0) continue;
    const { dead, judged, undecided: subjects, decidedFromRuns } = judgeKnobs(scenario, tally);
    failures.push(...dead.map((knob) => deadKnobReport(scenario, plan, tally, knob, options.invocation)));
    knobsJudged += judged;
    if (subjects.length > 0) undecided.push({ scenario: scenario.name, subjects, decidedFromRuns });
  }
  return { failures: mergeByIdentity(failures), knobsJudged, undecided, writeErrors };
}

function sortedFailures(tally: Tally): readonly FoundFailure[] {
  return [...tally.failures.values()].toSorted((left, right) => {
    if (left.invariant !== right.invariant) return left.invariant < right.invariant ? -1 : 1;
    return left.seed - right.seed;
  });
}

async function judgeFailure(
  scenario: Scenario,
  found: FoundFailure,
  options: JudgeOptions,
): Promise<{ report: FailureReport; writeError: string | undefined }> {
  const { events: _events, ...told } = found;
  const base: FailureReport = {
    ...told,
    scenario: scenario.name,
    identity: failureIdentity(found.invariant, found.state, null),
    event: null,
    atMs: null,
    lastEvents: [],
    command: replayCommand(options.invocation, scenario.name, found.seed),
    file: null,
    shrunk: null,
    chain: null,
  };
  if (found.invariant === sameTapeSameTrace) return { report: base, writeError: undefined };
  const confirmation = await options.confirm(scenario.name, found);
  if (!confirmation.reproduced) {
    const { message } = confirmation;
    const identity = failureIdentity(sameTapeSameTrace, scenario.name, null);
    const report = {
      ...base,
      identity,
      invariant: sameTapeSameTrace,
      state: '',
      subject: scenario.name,
      message,
    };
    return { report, writeError: undefined };
  }
  const { verdict } = confirmation;
  const last = verdict.trace.at(-1);
  const report = {
    ...base,
    event: last?.index ?? null,
    atMs: verdict.virtualMs,
    lastEvents: lastEvents(verdict),
    chain: causalChain(verdict),
  };
  return keepReproduction(scenario, report, verdict, options);
}

async function keepReproduction(
  scenario: Scenario,
  report: FailureReport,
  verdict: Verdict,
  options: JudgeOptions,
): Promise<{ report: FailureReport; writeError: string | undefined }> {
  const file = join(options.outputFolder, 'failures', `${scenario.name}-${report.seed}.json`);
  const writeError = writeErrorOf(() => writeReproduction(file, scenario, report, verdict, options));
  if (writeError !== undefined) return { report, writeError };
  const kept = { ...report, file };
  let small: ShrunkFailure | undefined;
  try {
    small = await options.shrink(scenario.name, verdict.choices);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { report: kept, writeError: `cannot make ${file} small: ${reason}` };
  }
  return small === undefined
    ? { report: kept, writeError: undefined }
    : keepSmall(scenario, kept, small, options);
}

/** The small run is told also where it cannot be written. */
function keepSmall(
  scenario: Scenario,
  report: FailureReport,
  small: ShrunkFailure,
  options: JudgeOptions,
): { report: FailureReport; writeError: string | undefined } {
  const shrunk = describeShrunk(scenario, report.seed, small, options);
  const writeError = writeErrorOf(() => keepShrunk(scenario, report.seed, small, shrunk, options));
  return { report: { ...report, shrunk, ...smallestKnown(small) }, writeError };
}

function deadKnobReport(
  scenario: Scenario,
  plan: SeedPlan,
  tally: Tally,
  { subject, message }: DeadKnob,
  invocation: Invocation,
): FailureReport {
  return {
    identity: failureIdentity(noDeadKnob, `${scenario.name} ${subject}`, null),
    invariant: noDeadKnob,
    state: '',
    scenario: scenario.name,
    seed: plan.firstSeed,
    count: 1,
    subject,
    message,
    fingerprint: null,
    event: null,
    atMs: null,
    lastEvents: [],
    command: fuzzCommand(invocation, scenario.name, plan.firstSeed, tally.runs * plan.shard.of),
    file: null,
    shrunk: null,
    chain: null,
  };
}
