import type { Scenario } from '../kernel/voyage.js';
import type { CampaignFindings, ScenarioFindings } from './campaign-findings.js';
import type { CertifiedScenario, GatePart } from './certificate.js';
import { judgeKnobs, noDeadKnob } from './dead-knob.js';
import { sameTapeSameTrace } from './determinism.js';
import { failureShareMax } from './judge-gate.js';
import { sumCounts, sumFaults } from './sum-tables.js';

/** What all seeds together come to. */
export interface SeedsJudgement extends Pick<GatePart, 'broken' | 'unchecked' | 'harnessFault'> {
  readonly scenarios: readonly CertifiedScenario[];
  /** Of these, more seeds may show what was not seen yet. */
  readonly undecided: readonly string[];
  /** How much of what scenarios declare was judged by no-dead-knob. */
  readonly knobsJudged: number;
}

/** Judges campaigns of one build, whose seeds are all different, as if they were one. */
export function judgeSeeds(
  scenarios: readonly Scenario[],
  campaigns: readonly CampaignFindings[],
): SeedsJudgement {
  const failures = campaigns.flatMap((campaign) => campaign.failures);
  const harnessFaults = campaigns.flatMap((campaign) => campaign.harnessFaults);
  const broken = [
    ...failures.map(
      ({ invariant, scenario, message, command }) => `${invariant} in ${scenario}: ${message}: ${command}`,
    ),
    ...harnessFaults,
  ];
  const unchecked = campaigns.flatMap(({ inconclusive }) =>
    inconclusive.map(
      ({ scenario, count, command }) => `${count} runs of ${scenario} were cut by a limit: ${command}`,
    ),
  );
  const certified: CertifiedScenario[] = [];
  const undecided: string[] = [];
  let knobsJudged = 0;
  for (const scenario of scenarios) {
    const sum = sumOf(
      campaigns.flatMap((campaign) => campaign.scenarios.filter(({ name }) => name === scenario.name)),
    );
    const { dead, judged, undecided: subjects, decidedFromRuns } = judgeKnobs(scenario, sum);
    knobsJudged += judged;
    const failed = failures.filter((failure) => failure.scenario === scenario.name);
    const isTold = (subject: string) =>
      failed.some((failure) => failure.invariant === noDeadKnob && failure.subject === subject);
    broken.push(
      ...dead
        .filter(({ subject }) => !isTold(subject))
        .map(({ message }) => `${noDeadKnob} in ${scenario.name}: ${message}`),
    );
    if (sum.runs === 0) unchecked.push(`${scenario.name} was not sailed`);
    else if (subjects.length > 0) {
      undecided.push(scenario.name);
      const missed = subjects.join(', ');
      unchecked.push(
        `${scenario.name}: ${missed} not seen in ${sum.runs} runs, which may be chance below ${decidedFromRuns}: sail more of it`,
      );
    }
    certified.push({
      name: scenario.name,
      schema: scenario.schema,
      runs: sum.runs,
      seeds: sum.seeds,
      failureShareMax: failureShareMax(sum.runs, failed.length),
      invariants: Object.fromEntries(sum.checks),
      faults: Object.fromEntries(sum.faults),
    });
  }
  return {
    broken,
    unchecked,
    harnessFault: harnessFaults.length > 0 || failures.some(isHarnessFault),
    scenarios: certified,
    undecided,
    knobsJudged,
  };
}

function isHarnessFault({ invariant }: { readonly invariant: string }): boolean {
  return invariant === sameTapeSameTrace;
}

function sumOf(figures: readonly ScenarioFindings[]) {
  return {
    runs: figures.reduce((sum, { runs }) => sum + runs, 0),
    seeds: figures.flatMap(({ seeds }) => seeds),
    faults: new Map(Object.entries(sumFaults(figures.map(({ faults }) => faults)))),
    checks: new Map(Object.entries(sumCounts(figures.map(({ invariants }) => invariants)))),
    sometimes: new Map(Object.entries(sumCounts(figures.map(({ sometimes }) => sometimes)))),
  };
}
