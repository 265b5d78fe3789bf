import type { SeedSource } from '../kernel/tape.js';
import { sail, type Scenario } from '../kernel/voyage.js';
import type { Beat } from './beat.js';
import { isSampled, sailAgain, sameTapeSameTrace } from './determinism.js';
import type { Chunk } from './seed-plan.js';
import { addCount, countFailure, countVerdict, emptyTally, type Tally } from './tally.js';

/** Sails a chunk, seed by seed. Ends early when asked to stop, and, with `bail`, after the first failure. */
export async function sailChunk(scenario: Scenario, chunk: Chunk, bail: boolean, beat: Beat): Promise<Tally> {
  const tally = emptyTally();
  const startedMs = performance.now();
  for (let index = 0; index < chunk.count; index += 1) {
    if (beat.stopRequested || (bail && tally.failures.size > 0)) break;
    beat.started = index + 1;
    const source = { seed: chunk.firstSeed + index * chunk.step, without: chunk.without };
    await sailSeed(scenario, source, chunk.firstOrdinal + index, tally);
  }
  tally.workerMs = performance.now() - startedMs;
  if (tally.runs > 0) {
    const { firstSeed: from, step } = chunk;
    tally.seeds.push({ from, to: from + (tally.runs - 1) * step, step });
  }
  return tally;
}

async function sailSeed(
  scenario: Scenario,
  source: SeedSource,
  ordinal: number,
  tally: Tally,
): Promise<void> {
  const { seed } = source;
  const verdict = await sail(scenario, source);
  countVerdict(tally, seed, verdict);
  if (!isSampled(ordinal)) return;
  addCount(tally.checks, sameTapeSameTrace, 1);
  const message = await sailAgain(scenario, source, verdict);
  if (message === undefined) return;
  const { fingerprint, events } = verdict;
  countFailure(tally, {
    invariant: sameTapeSameTrace,
    state: '',
    seed,
    subject: scenario.name,
    message,
    events,
    fingerprint,
    count: 1,
  });
}
