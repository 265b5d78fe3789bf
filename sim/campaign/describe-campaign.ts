import type { Scenario } from '../kernel/voyage.js';
import type { CampaignResult } from './campaign.js';
import { coverageFigures } from './coverage.js';
import {
  type CampaignDocument,
  campaignSchema,
  type InconclusiveReport,
  type LostReport,
  type ScenarioFigures,
} from './campaign-document.js';
import { addLanes, type Lanes, lanesText, noLanes } from './combined-fingerprint.js';
import { noDeadKnob } from './dead-knob.js';
import { sameTapeSameTrace } from './determinism.js';
import { campaignExitCode } from './exit-code.js';
import { type Invocation, replayCommand } from './invocation.js';
import type { Judgement } from './judge-campaign.js';
import type { CanaryReport } from './judge-canary.js';
import type { SeedPlan } from './seed-plan.js';
import { sortedTable, sumCounts, sumFaults } from './sum-tables.js';
import type { Tally } from './tally.js';

/** What a campaign's document tells besides its runs. */
export interface CampaignContext {
  readonly build: string;
  readonly mutant: string | undefined;
  readonly workers: number;
  readonly canary: CanaryReport;
  readonly invocation: Invocation;
  readonly stoppedBy: 'SIGINT' | 'SIGTERM' | undefined;
}

/** Puts a campaign into its document, and decides its exit code. */
export function describeCampaign(
  scenarios: readonly Scenario[],
  plan: SeedPlan,
  result: CampaignResult,
  judgement: Judgement,
  context: CampaignContext,
): CampaignDocument {
  const figures: ScenarioFigures[] = [];
  const inconclusive: InconclusiveReport[] = [];
  let lanes: Lanes = noLanes;
  for (const scenario of scenarios) {
    const tally = result.tallies.get(scenario.name);
    if (tally === undefined) continue;
    figures.push(scenarioFigures(scenario, tally));
    lanes = addLanes(lanes, tally.lanes);
    if (tally.inconclusive === undefined) continue;
    const command = replayCommand(context.invocation, scenario.name, tally.inconclusive.seed);
    inconclusive.push({ scenario: scenario.name, ...tally.inconclusive, command });
  }
  const { failures, knobsJudged, undecided, writeErrors } = judgement;
  const lost = lostReport(result, context.invocation);
  return {
    schema: campaignSchema,
    build: context.build,
    mutant: context.mutant ?? null,
    parameters: context.invocation.parameters,
    firstSeed: plan.firstSeed,
    seedsEach: plan.seedsEach === Infinity ? null : plan.seedsEach,
    shard: `${plan.shard.index + 1}/${plan.shard.of}`,
    workers: context.workers,
    canary: context.canary,
    scenarios: figures,
    runs: result.runs,
    events: sum(figures.map(({ events }) => events)),
    virtualMs: sum(figures.map(({ virtualMs }) => virtualMs)),
    wallMs: Math.round(result.wallMs),
    faults: sumFaults(figures.map(({ faults }) => faults)),
    invariants: sumCounts([...figures.map(({ invariants }) => invariants), { [noDeadKnob]: knobsJudged }]),
    sometimes: sumCounts(figures.map(({ sometimes }) => sometimes)),
    failures,
    inconclusive,
    undecided,
    lost,
    writeErrors,
    combinedFingerprint: lanesText(lanes),
    ended: result.ended,
    exit: campaignExitCode({
      stoppedBy: context.stoppedBy,
      harnessFault:
        lost !== null ||
        writeErrors.length > 0 ||
        failures.some(({ invariant }) => invariant === sameTapeSameTrace),
      failures: failures.length,
      inconclusiveRuns: sum(inconclusive.map(({ count }) => count)),
      runs: result.runs,
    }),
  };
}

function scenarioFigures(scenario: Scenario, tally: Tally): ScenarioFigures {
  const faults = new Map(scenario.faults.map((kind) => [kind, { fired: 0, effective: 0 }]));
  for (const [kind, count] of tally.faults) faults.set(kind, count);
  const checks = new Map(scenario.invariants.map((invariant) => [invariant, 0]));
  for (const [invariant, count] of tally.checks) checks.set(invariant, count);
  return {
    name: scenario.name,
    schema: scenario.schema,
    runs: tally.runs,
    events: tally.events,
    virtualMs: tally.virtualMs,
    workerMs: Math.round(tally.workerMs),
    seeds: tally.seeds,
    orderShare: tally.orderShare ?? null,
    faults: sortedTable(faults),
    invariants: sortedTable(checks),
    sometimes: sortedTable(tally.sometimes),
    seenIn: sortedTable(tally.seenIn),
    coverage: coverageFigures(scenario, tally),
  };
}

function lostReport(result: CampaignResult, invocation: Invocation): LostReport | null {
  if (result.lost === undefined) return null;
  const { scenario, seed, reason } = result.lost;
  const command = seed === undefined ? null : replayCommand(invocation, scenario, seed);
  return { scenario, seed: seed ?? null, reason, command };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
