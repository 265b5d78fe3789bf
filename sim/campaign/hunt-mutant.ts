import type { Scenario } from '../kernel/voyage.js';
import { bundleMutants, StaleMutantError } from './bundle-worker.js';
import { diagnoseSurvivor } from './diagnose-survivor.js';
import type { Mutant } from './mutant.js';
import { caughtIn, deadKnobIn, type MutantCatch } from './mutant-catch.js';
import { type MutantVerdict, verdictOf } from './mutant-verdict.js';
import { type HuntOptions, sailMutant, scenariosOf } from './sail-mutant.js';
import { sweepMutant } from './sweep-mutant.js';

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
    const stale = (note: string) => verdictOf(mutant, { verdict: 'stale', seedsRun: 0, note });
    if (error instanceof StaleMutantError) return stale(error.message);
    if (!isBuildFailure(error)) throw error;
    return stale(`its code does not build: ${error.message}`);
  }
}

async function huntAlone(
  mutant: Mutant,
  scenarios: readonly Scenario[],
  options: HuntOptions,
): Promise<MutantVerdict | undefined> {
  await bundleMutants([mutant], options);
  if (mutant.tier === 'C') return sweepMutant(mutant, scenarios, options);
  const catches: MutantCatch[] = [];
  const kills: number[] = [];
  let seedsRun = 0;
  for (let firstSeed = 0; catches.length < options.starts;) {
    const result = await sailMutant(mutant, scenarios, options, { firstSeed });
    if (result.ended === 'stopped') return undefined;
    seedsRun += result.runs;
    const found = caughtIn(result) ?? deadKnobIn(result, mutant, scenarios);
    if (found === undefined && catches.length === 0) {
      // A worker that dies is noticed, but by no invariant: it proves nothing about the oracles.
      const lost = result.lost?.message;
      if (lost !== undefined) return verdictOf(mutant, { verdict: 'survived', seedsRun, note: lost });
      const diagnosis = await diagnoseSurvivor(mutant, scenariosOf(mutant, scenarios), options);
      return verdictOf(mutant, { verdict: 'survived', seedsRun, diagnosis });
    }
    if (found === undefined) {
      const note = `not found again in ${result.runs} seeds from ${firstSeed} on`;
      return verdictOf(mutant, { verdict: 'survived', seedsRun, kills, note });
    }
    catches.push(found);
    kills.push(result.runs);
    // What a campaign as a whole shows is the same from every start.
    if (found.seed === null) break;
    firstSeed = found.seed + 1;
  }
  const [caught] = catches;
  if (caught === undefined) throw new Error('a mutant is hunted at least once');
  const needless = await needlessFault(mutant, scenarios, options, catches.at(-1)?.seed ?? 0);
  if (needless !== undefined) return verdictOf(mutant, { verdict: 'stale', seedsRun, note: needless });
  return verdictOf(mutant, { verdict: 'killed', seedsRun, caught, kills });
}

/** Sails the seeds up to `lastSeed` again, without one of its faults at a time. Tells of one without which it is found all the same. */
async function needlessFault(
  mutant: Mutant,
  scenarios: readonly Scenario[],
  options: HuntOptions,
  lastSeed: number,
): Promise<string | undefined> {
  for (const fault of mutant.faults) {
    const seeds = { seedsEach: lastSeed + 1, without: fault.split(' ') };
    const found = caughtIn(await sailMutant(mutant, scenarios, options, seeds));
    if (found !== undefined) return `it is found without ${fault} too: ${found.by}, seed ${found.seed}`;
  }
  return undefined;
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
  const without = await huntAlone(blinded, scenarios, { ...options, starts: 1 });
  if (without === undefined) return undefined;
  if (without.verdict !== 'killed') {
    const note = `${blinded.id} is not found without it either (${without.verdict})`;
    return verdictOf(mutant, { verdict: 'survived', seedsRun: without.seedsRun, note });
  }
  await bundleMutants([mutant, blinded], options);
  const result = await sailMutant(blinded, scenarios, options);
  if (result.ended === 'stopped') return undefined;
  const { runs: seedsRun } = result;
  const found = caughtIn(result);
  if (found !== undefined || result.lost !== undefined) {
    const note = `${blinded.id} is found all the same (${found?.by ?? result.lost?.message})`;
    return verdictOf(mutant, { verdict: 'survived', seedsRun, note });
  }
  const caught: MutantCatch = { by: killRate, scenario: without.scenario ?? '', seed: null };
  const note = `${blinded.id} survives with it`;
  return verdictOf(mutant, { verdict: 'killed', seedsRun, caught, kills: [seedsRun], note });
}

/** An error of esbuild about the code that it was given. */
function isBuildFailure(error: unknown): error is Error {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
