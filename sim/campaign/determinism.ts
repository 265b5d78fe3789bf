import type { SeedSource } from '../kernel/tape.js';
import { sailTwice } from '../kernel/sail-twice.js';
import { sail, type Scenario, type Verdict } from '../kernel/voyage.js';
import { divergenceMessage } from './divergence.js';

/** The invariant that every comparison of two runs of one tape checks. */
export const sameTapeSameTrace = 'same-tape-same-trace';

/** One run in so many is sailed twice. */
const sampleEvery = 100;

/** Whether the `ordinal`-th seed (from 0) of a scenario is sailed twice. Always true for the first. */
export function isSampled(ordinal: number): boolean {
  return ordinal % sampleEvery === 0;
}

/** Sails the tape of `first` again. The message says where the two runs part; undefined when they are the same. */
export async function sailAgain(
  scenario: Scenario,
  source: SeedSource,
  first: Verdict,
): Promise<string | undefined> {
  const second = await sail(scenario, source);
  if (second.fingerprint === first.fingerprint) return undefined;
  const nondeterminism = await sailTwice(scenario, source);
  return nondeterminism === undefined
    ? `two runs of seed ${source.seed} had different fingerprints, but two recorded ones agree`
    : divergenceMessage(nondeterminism.divergence);
}
