import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRuns } from '../../../sim/campaign/compare-runs.js';
import { sail } from '../../../sim/kernel/voyage.js';
import { leaky } from './fixtures/scenarios.js';

const wave = fc.integer({ min: 0, max: 15 });
const waves = fc.tuple(wave, wave, wave);

async function sailWaves(values: readonly number[]) {
  const choices = values.flatMap((value, occurrence) =>
    value === 0 ? [] : [{ label: 'wave', occurrence, value }],
  );
  return sail(leaky, { choices }, { record: true });
}

test('two runs have their events in common up to the first choice that differs', () =>
  fc.assert(
    fc.asyncProperty(waves, waves, async (left, right) => {
      const [here, there] = [await sailWaves(left), await sailWaves(right)];
      const { common, last, choices, ...next } = compareRuns(here, there, 2);
      expect(here.trace.slice(0, common)).toEqual(there.trace.slice(0, common));
      expect(last).toEqual(here.trace[common - 1] ?? null);
      expect(next.here).toEqual(here.trace.slice(common, common + 2));
      expect(next.there).toEqual(there.trace.slice(common, common + 2));
      expect(next.here.length === 0 || next.here[0]).not.toEqual(next.there[0]);
      const valueOf = (run: typeof here, place: number): number =>
        run.choices.find(({ occurrence }) => occurrence === place)?.value ?? 0;
      const differing = [0, 1, 2].filter((place) => valueOf(here, place) !== valueOf(there, place));
      expect(choices.map(({ occurrence }) => occurrence)).toEqual(differing);
      for (const { occurrence, ...values } of choices) {
        expect(values).toMatchObject({ here: valueOf(here, occurrence), there: valueOf(there, occurrence) });
      }
    }),
  ));
