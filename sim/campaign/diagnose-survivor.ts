import { pathToFileURL } from 'node:url';
import { bundleMutants } from './bundle-worker.js';
import type { Mutant } from './mutant.js';
import { mutatedPlaces } from './mutated-places.js';
import type { HuntOptions } from './sail-mutant.js';
import type { Survey, Surveyed } from './survey.js';
import { WorkerThread } from './worker-thread.js';

/**
 * Why nothing has noticed a planted bug: its line never ran; it ran, and no run was another one than without it; runs were, but hardly ever, since
 * what makes it matter is too rare; or many were, and nobody minds.
 */
export type Diagnosis = 'unreached' | 'bad mutant' | 'weak fault' | 'no oracle';

/** Enough to tell, few enough to wait for. */
const surveyedSeeds = 64;
/** Runs that differ more seldom than this share are an accident. */
const rareShare = 1 / 16;

/** Sails the same seeds with the bug and without it, and looks at what ran and what differed. The bundle with the bug is there. */
export async function diagnoseSurvivor(
  mutant: Mutant,
  scenarios: readonly string[],
  options: HuntOptions,
): Promise<Diagnosis> {
  const soundPath = options.outputPath.replace(/\.mjs$/, '.sound.mjs');
  await bundleMutants([], { ...options, outputPath: soundPath });
  const places = mutatedPlaces(mutant, options);
  const seeds = Math.min(surveyedSeeds, options.seedsMax);
  const mutated = await surveyAll(options.outputPath, scenarios, { seeds, places }, options);
  if (!mutated.some(({ reached }) => reached)) return 'unreached';
  const sound = await surveyAll(soundPath, scenarios, { seeds, places: [] }, options);
  const differing = mutated.flatMap(({ fingerprints }, index) => {
    return fingerprints.filter((fingerprint, seed) => fingerprint !== sound[index]?.fingerprints[seed]);
  });
  if (differing.length === 0) return 'bad mutant';
  return differing.length < rareShare * seeds * scenarios.length ? 'weak fault' : 'no oracle';
}

async function surveyAll(
  path: string,
  scenarios: readonly string[],
  survey: Survey,
  { hangMs }: HuntOptions,
): Promise<readonly Surveyed[]> {
  const worker = new WorkerThread({ entry: pathToFileURL(path), hangMs, parameters: {} });
  try {
    const surveyed: Surveyed[] = [];
    for (const scenario of scenarios) surveyed.push(await worker.survey(scenario, survey));
    return surveyed;
  } finally {
    await worker.close();
  }
}
