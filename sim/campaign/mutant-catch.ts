import type { Scenario } from '../kernel/voyage.js';
import type { CampaignResult } from './campaign.js';
import { judgedFromRuns, judgeKnobs, noDeadKnob } from './dead-knob.js';
import type { Mutant } from './mutant.js';

/** What noticed a planted bug. */
export interface MutantCatch {
  readonly by: string;
  readonly scenario: string;
  readonly seed: number | null;
}

/** The first violation of an invariant. */
export function caughtIn(result: CampaignResult): MutantCatch | undefined {
  for (const [scenario, tally] of result.tallies) {
    for (const { invariant, seed } of tally.failures.values()) return { by: invariant, scenario, seed };
  }
  return undefined;
}

/**
 * Counts only for bugs in the harness itself, and only for the knob that they name, if they name one: in so few runs, others may be
 * dead by chance.
 */
export function deadKnobIn(
  result: CampaignResult,
  mutant: Mutant,
  scenarios: readonly Scenario[],
): MutantCatch | undefined {
  if (!isOfHarness(mutant)) return undefined;
  const expected = mutant.invariants.includes(noDeadKnob);
  const named = knobsNamed(mutant, scenarios);
  for (const scenario of scenarios) {
    const tally = result.tallies.get(scenario.name);
    if (tally === undefined) continue;
    const { dead } = judgeKnobs(scenario, tally);
    const counts = (subject: string) => (named.length > 0 ? named.includes(subject) : expected);
    if (!dead.some(({ subject }) => counts(subject))) continue;
    return { by: noDeadKnob, scenario: scenario.name, seed: null };
  }
  return undefined;
}

/** So many runs of each of these scenarios say whether the knob that a mutant names is dead: more would say it again. Infinity for others. */
export function runsToJudgeKnob(mutant: Mutant, scenarios: readonly Scenario[]): number {
  const named = knobsNamed(mutant, scenarios);
  if (!isOfHarness(mutant) || !mutant.invariants.includes(noDeadKnob) || named.length === 0) return Infinity;
  return Math.max(...scenarios.flatMap((scenario) => named.map((knob) => judgedFromRuns(scenario, knob))));
}

function isOfHarness({ file }: Mutant): boolean {
  return !file.startsWith('src/');
}

function knobsNamed({ fault, invariants }: Mutant, scenarios: readonly Scenario[]): readonly string[] {
  const declared = scenarios.flatMap((scenario) => [...scenario.faults, ...scenario.invariants]);
  return [fault, ...invariants].filter((name) => declared.includes(name));
}
