import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';
import { sail, type Scenario } from '../kernel/voyage.js';
import type { Beat } from './beat.js';

/** The first so many seeds of a scenario, and places in the code of the worker, by offset. */
export interface Survey {
  readonly seeds: number;
  readonly places: readonly number[];
}

/** What they came to, seed by seed, and whether any of the places has run. */
export interface Surveyed {
  readonly fingerprints: readonly string[];
  readonly reached: boolean;
}

/**
 * Sails some seeds with the coverage of V8 on.
 *
 * @param url - Of the file that the worker runs.
 */
export async function sailSurvey(
  scenario: Scenario,
  { seeds, places }: Survey,
  url: string,
  beat: Beat,
): Promise<Surveyed> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const fingerprints: string[] = [];
  for (let seed = 0; seed < seeds; seed += 1) {
    beat.started = seed + 1;
    fingerprints.push((await sail(scenario, { seed })).fingerprint);
  }
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const functions = result.filter((script) => script.url === url).flatMap((script) => script.functions);
  return { fingerprints, reached: places.some((place) => countAt(functions, place) > 0) };
}

/** How often the code at `place` has run: the count of the narrowest range around it. */
function countAt(functions: readonly Profiler.FunctionCoverage[], place: number): number {
  let narrowest = Infinity;
  let count = 0;
  for (const range of functions.flatMap(({ ranges }) => ranges)) {
    const width = range.endOffset - range.startOffset;
    if (place < range.startOffset || place >= range.endOffset || width > narrowest) continue;
    narrowest = width;
    count = range.count;
  }
  return count;
}
