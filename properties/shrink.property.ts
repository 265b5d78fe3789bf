import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Choices, type FirstFailing, shrinkChoices } from '../sim/campaign/shrink.js';
import { type Choice, Tape, type TapeSource } from '../sim/kernel/tape.js';

/** A run in small: draws from a tape, and tells whether it failed. */
type Program = (tape: Tape) => boolean;

interface Run {
  readonly fails: boolean;
  readonly choices: Choices;
}

function run(program: Program, source: TapeSource): Run {
  const tape = new Tape(source, { record: true });
  const fails = program(tape);
  return { fails, choices: tape.choices() };
}

function shrinking(program: Program): { readonly firstFailing: FirstFailing; readonly trials: () => number } {
  let trials = 0;
  return {
    trials: () => trials,
    firstFailing: async (candidates, accepts) => {
      for (const [index, candidate] of candidates.entries()) {
        trials += 1;
        const { fails, choices } = run(program, candidate());
        if (fails && accepts(choices)) return { index, choices };
      }
      return undefined;
    },
  };
}

async function shrinkSeed(program: Program, seed: number): Promise<readonly Choice[]> {
  const { fails, choices } = run(program, { seed });
  expect(fails).toBe(true);
  const smallest = await shrinkChoices(choices, shrinking(program).firstFailing);
  return smallest.map(({ label, occurrence, value }) => ({ label, occurrence, value }));
}

function seedThatFails(program: Program): number {
  for (let seed = 0; ; seed += 1) if (run(program, { seed }).fails) return seed;
}

const labels = ['a', 'b', 'c', 'd', 'e'];

/** Ten draws under each of five labels, in turns; fails when each of the needed ones is at least so much. */
const needing =
  (needed: readonly Choice[]): Program =>
  (tape) => {
    const values = Array.from({ length: 50 }, (_, index) => tape.draw(labels[index % 5] ?? 'a', 1000));
    return needed.every(
      ({ label, occurrence, value }) => (values[occurrence * 5 + labels.indexOf(label)] ?? 0) >= value,
    );
  };

describe('shrinking', () => {
  test('leaves exactly the choices that the failure needs, each at its least value', async () => {
    const place = fc.record({ label: fc.constantFrom(...labels), occurrence: fc.nat(9) });
    const needed = fc.uniqueArray(place, {
      maxLength: 4,
      selector: ({ label, occurrence }) => label + occurrence,
    });
    await fc.assert(
      fc.asyncProperty(needed, fc.nat(1_000_000), async (places, seed) => {
        const { choices } = run(needing([]), { seed });
        const wanted = places.flatMap(({ label, occurrence }) => {
          const drawn = choices.find((choice) => choice.label === label && choice.occurrence === occurrence);
          return drawn === undefined ? [] : [{ label, occurrence, value: 1 + (drawn.value >> 1) }];
        });
        const smallest = await shrinkSeed(needing(wanted), seed);
        const byPlace = (list: readonly Choice[]): unknown =>
          list.map(({ label, occurrence, value }) => `${label}${occurrence}=${value}`).toSorted();
        expect(byPlace(smallest)).toEqual(byPlace(wanted));
      }),
      { numRuns: 50 },
    );
  });

  test('ends with a run that passes without any one of its choices, whatever the failure needs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.func(fc.nat(2)), fc.nat(1_000_000), async (chance, seed) => {
        const drawn = (tape: Tape): readonly number[] =>
          Array.from({ length: 15 }, (_, index) => tape.draw(labels[index % 3] ?? 'a', 3));
        const first = drawn(new Tape({ seed })).join();
        const program: Program = (tape) => {
          const values = drawn(tape);
          return values.join() === first || chance(values) === 0;
        };
        const smallest = await shrinkSeed(program, seed);
        expect(run(program, { choices: smallest }).fails).toBe(true);
        for (const one of smallest) {
          expect(run(program, { choices: smallest.filter((other) => other !== one) }).fails).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('moves the part of the workload that fails up to the front, and drops the rest of it', async () => {
    const program: Program = (tape) => {
      let fails = false;
      const orders = tape.between('orders', 1, 10);
      for (let order = 0; order < orders; order += 1) {
        const kind = tape.draw('kind', 8);
        const cents = tape.draw('cents', 10_000);
        tape.draw('pause', 100);
        fails ||= kind === 7 && cents >= 5000;
      }
      return fails;
    };
    expect(await shrinkSeed(program, seedThatFails(program))).toEqual([
      { label: 'kind', occurrence: 0, value: 7 },
      { label: 'cents', occurrence: 0, value: 5000 },
    ]);
  });

  test('takes out delays that only decide which draw meets the moment that matters', async () => {
    const program: Program = (tape) => {
      let fails = false;
      let atMs = 0;
      for (let step = 0; step < 12; step += 1) {
        atMs += 1 + tape.draw('latency', 4);
        const errs = tape.draw('errs', 3) === 2;
        fails ||= errs && atMs === 12;
      }
      return fails;
    };
    expect(await shrinkSeed(program, seedThatFails(program))).toEqual([
      { label: 'errs', occurrence: 11, value: 2 },
    ]);
  });

  test('goes on from what a candidate really asked for, and needs few runs for it', async () => {
    const program: Program = (tape) => {
      const isLong = tape.chance('long', 1, 2);
      for (let index = 0; index < (isLong ? 500 : 1); index += 1) tape.draw('a', 10);
      return true;
    };
    const seed = 3;
    const { choices } = run(program, { seed });
    const { firstFailing, trials } = shrinking((tape) => program(tape) && tape.choices().length > 0);
    expect(await shrinkChoices(choices, firstFailing)).toHaveLength(1);
    expect(trials()).toBeLessThan(60);
  });

  test('finds a few needed choices among thousands in few runs', async () => {
    const needed = [100, 1700, 2900];
    const program: Program = (tape) => {
      const values = Array.from({ length: 3000 }, (_, index) => tape.draw(`label-${index % 40}`, 10));
      return needed.every((place) => (values[place] ?? 0) > 0);
    };
    const { choices } = run(program, { seed: seedThatFails(program) });
    const { firstFailing, trials } = shrinking(program);
    expect(await shrinkChoices(choices, firstFailing)).toHaveLength(needed.length);
    expect(trials()).toBeLessThan(150);
  });

  test('finds that a calm day shows it', async () => {
    expect(await shrinkSeed((tape) => tape.draw('a', 10) < 20, 1)).toEqual([]);
  });
});
