import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Attempt, ChoiceWalk, type OpenDraw } from '../../../sim/campaign/choice-walk.js';

/** What a run draws that has drawn `values` so far: the next bound, or nothing more. */
type Draws = (values: readonly number[]) => number | undefined;

/** All ways to go, by plain recursion. */
function allWays(draws: Draws, values: readonly number[] = []): readonly string[] {
  const bound = draws(values);
  if (bound === undefined) return [values.join()];
  return Array.from({ length: bound }, (_, value) => allWays(draws, [...values, value])).flat();
}

/** Sails one attempt: every draw has a label of its own, all others give 0. */
function sail(
  draws: Draws,
  { choices }: Attempt,
): { readonly way: string; readonly met: readonly OpenDraw[] } {
  const values: number[] = [];
  const met: OpenDraw[] = [];
  for (let bound = draws(values); bound !== undefined; bound = draws(values)) {
    const label = `draw.${values.length % 3}`;
    const occurrence = Math.floor(values.length / 3);
    met.push({ label, occurrence, bound });
    const chosen = choices.find((choice) => choice.label === label && choice.occurrence === occurrence);
    values.push(chosen?.value ?? 0);
  }
  return { way: values.join(), met };
}

/** Which draws there are depends on what the earlier ones gave. */
const someDraws: fc.Arbitrary<Draws> = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }), fc.integer({ min: 1, max: 3 }))
  .map(([bounds, twist]) => (values) => {
    const bound = bounds[values.length];
    if (bound === undefined) return undefined;
    const sum = values.reduce((total, value) => total + value, 0);
    return sum % (twist + 1) === twist ? undefined : bound;
  });

function walkAll(draws: Draws, attemptsMax: number) {
  const walk = new ChoiceWalk();
  const ways: string[] = [];
  const weights: number[] = [];
  while (ways.length < attemptsMax) {
    const attempt = walk.next();
    if (attempt === undefined) break;
    const { way, met } = sail(draws, attempt);
    walk.met(attempt, met);
    ways.push(way);
    weights.push(attempt.choices.length);
  }
  return { ways, weights, waiting: walk.waitingCount };
}

test('every way to go is tried exactly once', () => {
  fc.assert(
    fc.property(someDraws, (draws) => {
      const { ways, waiting } = walkAll(draws, Infinity);
      expect(ways.toSorted()).toEqual(allWays(draws).toSorted());
      expect(waiting).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test('a bound cuts what has the most choices, and says whether it has cut anything', () => {
  fc.assert(
    fc.property(someDraws, fc.integer({ min: 1, max: 20 }), (draws, attemptsMax) => {
      const all = allWays(draws).length;
      const { ways, weights, waiting } = walkAll(draws, attemptsMax);
      expect(ways).toHaveLength(Math.min(all, attemptsMax));
      expect(new Set(ways).size).toBe(ways.length);
      expect(weights).toEqual(weights.toSorted((left, right) => left - right));
      expect(waiting > 0).toBe(all > attemptsMax);
      expect(waiting).toBeLessThanOrEqual(all - ways.length);
    }),
    { numRuns: 200 },
  );
});
