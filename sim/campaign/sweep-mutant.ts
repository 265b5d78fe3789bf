import type { Scenario } from '../kernel/voyage.js';
import { StaleMutantError } from './bundle-worker.js';
import type { Mutant } from './mutant.js';
import { type MutantVerdict, verdictOf } from './mutant-verdict.js';
import { crewOf, type HuntOptions, scenariosOf } from './sail-mutant.js';
import { runSweep } from './sweep.js';
import { limitsOf } from './sweep-tally.js';

/**
 * Hunts a bug of tier C, whose bundle is there: sweeps the crash points of the short forms, and those of recoveries when these do not
 * show it. Undefined when told to stop.
 */
export async function sweepMutant(
  mutant: Mutant,
  scenarios: readonly Scenario[],
  options: HuntOptions,
): Promise<MutantVerdict | undefined> {
  const names = scenariosOf(mutant, scenarios);
  const shortForms = scenarios.filter(
    ({ name, shortForm }) => names.includes(name) && shortForm !== undefined,
  );
  if (shortForms.length === 0) throw new StaleMutantError(mutant, 'none of its scenarios has a short form');
  let seedsRun = 0;
  for (const depth of [1, 2] as const) {
    const result = await runSweep(shortForms, {
      ...crewOf(options),
      limits: limitsOf(depth),
      bail: true,
      onProgress: () => {},
    });
    if (result.ended === 'stopped') return undefined;
    for (const [scenario, tally] of result.tallies) {
      seedsRun += tally.runs;
      const [by] = tally.failures.keys();
      if (by === undefined) continue;
      const caught = { by, scenario, seed: null };
      return verdictOf(mutant, { verdict: 'killed', seedsRun, caught, kills: [seedsRun] });
    }
    const lost = result.lost?.message;
    if (lost !== undefined) return verdictOf(mutant, { verdict: 'survived', seedsRun, note: lost });
  }
  return verdictOf(mutant, { verdict: 'survived', seedsRun });
}
