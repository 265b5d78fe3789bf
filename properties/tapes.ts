import * as fc from 'fast-check';
import type { Choice } from '../sim/kernel/tape.js';
import { sail, type Scenario, type Verdict } from '../sim/kernel/voyage.js';

/** A tape is drawn from a seed, and shrunk over its choices. */
type Source = { readonly seed: number } | { readonly choices: readonly Choice[] };

/**
 * A tape as a value that fast-check can generate, shrink and print. It remembers the choices of its voyage, so that a failing one
 * can be cut down, choice by choice.
 */
export class VoyageTape {
  readonly source: Source;
  #choices: readonly Choice[] | undefined;

  constructor(source: Source) {
    this.source = source;
    this.#choices = 'choices' in source ? source.choices : undefined;
  }

  /** The choices that were not benign. Undefined for a seeded tape that has not been sailed yet. */
  get choices(): readonly Choice[] | undefined {
    return this.#choices;
  }

  async sail(scenario: Scenario): Promise<Verdict> {
    const verdict = await sail(scenario, this.source, { record: true });
    this.#choices = verdict.choices;
    return verdict;
  }

  /** How fast-check prints it in a counterexample. */
  [fc.toStringMethod](): string {
    if ('seed' in this.source) return `new VoyageTape({ seed: ${this.source.seed} })`;
    return `new VoyageTape({ choices: ${JSON.stringify(this.source.choices)} })`;
  }
}

/** Tapes, from seeds of the whole range. A counterexample is shrunk to fewer and smaller choices. */
export function tapes(): fc.Arbitrary<VoyageTape> {
  return new TapeArbitrary();
}

class TapeArbitrary extends fc.Arbitrary<VoyageTape> {
  override generate(random: fc.Random): fc.Value<VoyageTape> {
    return new fc.Value(new VoyageTape({ seed: random.nextInt(0, 0x7fff_ffff) }), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is VoyageTape {
    return value instanceof VoyageTape;
  }

  override shrink(tape: VoyageTape): fc.Stream<fc.Value<VoyageTape>> {
    return fc.stream(candidates(tape.choices ?? [], 'seed' in tape.source));
  }
}

/** Fewer choices first: all gone, then halves, quarters and so on, then single ones smaller. */
function* candidates(choices: readonly Choice[], withAll: boolean): IterableIterator<fc.Value<VoyageTape>> {
  if (withAll) yield shrunk(choices);
  for (let size = choices.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < choices.length; from += size) {
      yield shrunk([...choices.slice(0, from), ...choices.slice(from + size)]);
    }
  }
  for (const [index, choice] of choices.entries()) {
    for (let value = Math.floor(choice.value / 2); value >= 1; value = Math.floor(value / 2)) {
      yield shrunk(choices.with(index, { ...choice, value }));
    }
  }
}

function shrunk(choices: readonly Choice[]): fc.Value<VoyageTape> {
  return new fc.Value(new VoyageTape({ choices }), undefined);
}
