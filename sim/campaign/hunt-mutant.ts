import { pathToFileURL } from 'node:url';
import type { Scenario } from '../kernel/voyage.js';
import { bundleMutants, type BundleOptions, StaleMutantError } from './bundle-worker.js';
import { type CampaignResult, runCampaign } from './campaign.js';
import { deadKnobs, noDeadKnob } from './dead-knob.js';
import { type Mutant, seedBudgets } from './mutant.js';

/** What became of one planted bug. */
export interface MutantVerdict {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly tier: string;
  readonly required: boolean;
  /** The invariants that should catch it. */
  readonly invariant: readonly string[];
  readonly verdict: 'killed' | 'survived' | 'stale';
  /** The invariant that caught it, expected or not. */
  readonly by: string | null;
  readonly scenario: string | null;
  /** The seed that shows it. */
  readonly seed: number | null;
  readonly seedsToKill: number | null;
  readonly seedsRun: number;
  /** Why it is stale, or what else there is to know. */
  readonly note: string | null;
}

export interface HuntOptions extends BundleOptions {
  readonly workers: number;
  readonly hangMs: number;
  /** Cuts the budget of its tier. Infinity leaves it. */
  readonly seedsMax: number;
  readonly signal: AbortSignal;
}

interface Catch {
  readonly by: string;
  readonly scenario: string;
  readonly seed: number | null;
}

/** The invariant of the mutants as a whole: what is found stays found. */
const killRate = 'kill-rate';

/**
 * Plants one bug and sails, from seed 0 on, until something notices it or its budget is spent. Undefined when told to stop.
 *
 * @param all - Where the mutant that this one blinds is found.
 */
export async function huntMutant(
  mutant: Mutant,
  all: readonly Mutant[],
  scenarios: readonly Scenario[],
  options: HuntOptions,
): Promise<MutantVerdict | undefined> {
  try {
    return mutant.blinds === undefined
      ? await huntAlone(mutant, scenarios, options)
      : await huntBlinding(mutant, all, scenarios, options);
  } catch (error) {
    if (error instanceof StaleMutantError) return verdictOf(mutant, 'stale', undefined, 0, error.message);
    if (!isBuildFailure(error)) throw error;
    return verdictOf(mutant, 'stale', undefined, 0, `its code does not build: ${error.message}`);
  }
}

async function huntAlone(
  mutant: Mutant,
  scenarios: readonly Scenario[],
  options: HuntOptions,
): Promise<MutantVerdict | undefined> {
  await bundleMutants([mutant], options);
  const result = await sailMutant(mutant, scenarios, options);
  if (result.ended === 'stopped') return undefined;
  const caught = caughtIn(result) ?? deadKnobIn(result, mutant, scenarios);
  if (caught !== undefined) return verdictOf(mutant, 'killed', caught, result.runs, null);
  // A worker that dies is noticed, but by no invariant: it proves nothing about the oracles.
  return verdictOf(mutant, 'survived', undefined, result.runs, result.lost?.message ?? null);
}

/** A bug that the harness has: noticed when another bug, which is found without it, is found no more. */
async function huntBlinding(
  mutant: Mutant,
  all: readonly Mutant[],
  scenarios: readonly Scenario[],
  options: HuntOptions,
): Promise<MutantVerdict | undefined> {
  const blinded = all.find(({ id }) => id === mutant.blinds);
  if (blinded === undefined) throw new StaleMutantError(mutant, `there is no mutant ${mutant.blinds}`);
  const without = await huntAlone(blinded, scenarios, options);
  if (without === undefined) return undefined;
  if (without.verdict !== 'killed') {
    const note = `${blinded.id} is not found without it either (${without.verdict})`;
    return verdictOf(mutant, 'survived', undefined, without.seedsRun, note);
  }
  await bundleMutants([mutant, blinded], options);
  const result = await sailMutant(blinded, scenarios, options);
  if (result.ended === 'stopped') return undefined;
  const found = caughtIn(result);
  if (found !== undefined || result.lost !== undefined) {
    const note = `${blinded.id} is found all the same (${found?.by ?? result.lost?.message})`;
    return verdictOf(mutant, 'survived', undefined, result.runs, note);
  }
  const caught: Catch = { by: killRate, scenario: without.scenario ?? '', seed: null };
  return verdictOf(mutant, 'killed', caught, result.runs, `${blinded.id} survives with it`);
}

/** An error of esbuild about the code that it was given. */
function isBuildFailure(error: unknown): error is Error {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function sailMutant(
  mutant: Mutant,
  scenarios: readonly Scenario[],
  options: HuntOptions,
): Promise<CampaignResult> {
  const names = scenarios
    .map(({ name }) => name)
    .filter((name) => mutant.scenarios.length === 0 || mutant.scenarios.includes(name));
  const budget = Math.min(seedBudgets[mutant.tier], options.seedsMax);
  const plan = {
    scenarios: names,
    firstSeed: 0,
    seedsEach: budget,
    shard: { index: 0, of: 1 },
  };
  return runCampaign(plan, {
    entry: pathToFileURL(options.outputPath),
    hangMs: options.hangMs,
    workers: options.workers,
    bail: true,
    signal: options.signal,
    onProgress: () => {},
  });
}

function caughtIn(result: CampaignResult): Catch | undefined {
  for (const [scenario, tally] of result.tallies) {
    for (const { invariant, seed } of tally.failures.values()) return { by: invariant, scenario, seed };
  }
  return undefined;
}

/**
 * Counts only for bugs in the harness itself, and only for the knob that they name, if they name one: in so few runs, others may be
 * dead by chance.
 */
function deadKnobIn(
  result: CampaignResult,
  mutant: Mutant,
  scenarios: readonly Scenario[],
): Catch | undefined {
  if (mutant.file.startsWith('src/')) return undefined;
  const expected = mutant.invariants.includes(noDeadKnob);
  const declared = scenarios.flatMap(({ faults, invariants }) => [...faults, ...invariants]);
  const named = [mutant.fault, ...mutant.invariants].filter((name) => declared.includes(name));
  for (const scenario of scenarios) {
    const tally = result.tallies.get(scenario.name);
    if (tally === undefined) continue;
    const knobs = deadKnobs(scenario, tally);
    if (knobs === 'not-judged') continue;
    const counts = (subject: string) => (named.length > 0 ? named.includes(subject) : expected);
    if (!knobs.some(({ subject }) => counts(subject))) continue;
    return { by: noDeadKnob, scenario: scenario.name, seed: null };
  }
  return undefined;
}

function verdictOf(
  mutant: Mutant,
  verdict: MutantVerdict['verdict'],
  caught: Catch | undefined,
  seedsRun: number,
  note: string | null,
): MutantVerdict {
  const { id, title, file, tier, required, invariants } = mutant;
  return {
    id,
    title,
    file,
    tier,
    required,
    invariant: invariants,
    verdict,
    by: caught?.by ?? null,
    scenario: caught?.scenario ?? null,
    seed: caught?.seed ?? null,
    seedsToKill: caught === undefined ? null : seedsRun,
    seedsRun,
    note,
  };
}
