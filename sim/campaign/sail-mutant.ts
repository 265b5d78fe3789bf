import { pathToFileURL } from 'node:url';
import type { Scenario } from '../kernel/voyage.js';
import type { BundleOptions } from './bundle-worker.js';
import { type CampaignResult, runCampaign } from './campaign.js';
import type { CrewOptions } from './in-order.js';
import { type Mutant, seedBudgets } from './mutant.js';
import { runsToJudgeKnob } from './mutant-catch.js';
import type { SeedPlan } from './seed-plan.js';

export interface HuntOptions extends BundleOptions {
  readonly workers: number;
  readonly hangMs: number;
  /** Cuts the budget of its tier. Infinity leaves it. */
  readonly seedsMax: number;
  /** How often it is hunted, each time from the seed after the one that showed it. */
  readonly starts: number;
  readonly signal: AbortSignal;
}

/** The scenarios in which a mutant can show. */
export function scenariosOf(mutant: Mutant, scenarios: readonly Scenario[]): readonly string[] {
  return scenarios
    .map(({ name }) => name)
    .filter((name) => mutant.scenarios.length === 0 || mutant.scenarios.includes(name));
}

/**
 * Sails the bundle that is there until something notices a bug, or the seeds are spent: if not told otherwise, the budget of the mutant's
 * tier, or as many as it takes to judge the knob that a bug of the harness is known to silence.
 */
export function sailMutant(
  mutant: Mutant,
  scenarios: readonly Scenario[],
  options: HuntOptions,
  seeds: Partial<Pick<SeedPlan, 'firstSeed' | 'seedsEach' | 'without'>> = {},
): Promise<CampaignResult> {
  const names = scenariosOf(mutant, scenarios);
  const sailed = scenarios.filter(({ name }) => names.includes(name));
  const plan: SeedPlan = {
    scenarios: names,
    firstSeed: 0,
    seedsEach: Math.min(seedBudgets[mutant.tier], options.seedsMax, runsToJudgeKnob(mutant, sailed)),
    shard: { index: 0, of: 1 },
    ...seeds,
  };
  return runCampaign(plan, { ...crewOf(options), bail: true, onProgress: () => {} });
}

export function crewOf({ outputPath, hangMs, workers, signal }: HuntOptions): CrewOptions {
  return { entry: pathToFileURL(outputPath), hangMs, parameters: {}, workers, signal };
}
