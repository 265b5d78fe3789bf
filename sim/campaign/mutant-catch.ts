import type { Scenario } from '../kernel/voyage.js';
import type { CampaignResult } from './campaign.js';
import { judgeKnobs, noDeadKnob } from './dead-knob.js';
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
  if (mutant.file.startsWith('src/')) return undefined;
  const expected = mutant.invariants.includes(noDeadKnob);
  const declared = scenarios.flatMap(({ faults, invariants }) => [...faults, ...invariants]);
  const named = [mutant.fault, ...mutant.invariants].filter((name) => declared.includes(name));
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
