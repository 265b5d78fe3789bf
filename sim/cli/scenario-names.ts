import type { Scenario } from '../kernel/voyage.js';
import { didYouMean } from './did-you-mean.js';
import { UsageError } from './usage-error.js';

/** The scenarios called `names`, in the order of the list; all of them when there are no names. @throws UsageError */
export function selectScenarios(all: readonly Scenario[], names: readonly string[]): readonly Scenario[] {
  for (const name of names) findScenario(all, name);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** @throws UsageError */
export function findScenario(all: readonly Scenario[], name: string): Scenario {
  const scenario = all.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  const known = all.map((candidate) => candidate.name);
  throw new UsageError(`Unknown scenario ${name}.${didYouMean(name, known)} See: seaworthy list`);
}
