import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreementEscalation } from '../scenarios/agreement-escalation.scenario.js';
import { logCrashStorm } from '../scenarios/log-crash-storm.scenario.js';
import { logRottingDisk } from '../scenarios/log-rotting-disk.scenario.js';
import { Simulation } from '../sim/kernel/simulation.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { tapes, VoyageTape } from './tapes.js';

describe.each([logCrashStorm, logRottingDisk, agreementEscalation])('$name', (scenario) => {
  test('no tape breaks an invariant', async () => {
    await fc.assert(
      fc.asyncProperty(tapes(), async (tape) => {
        const verdict = await tape.sail(scenario);
        expect(verdict.violation).toBeUndefined();
        expect(verdict.end).toBe('idle');
      }),
      { numRuns: 60 },
    );
  });

  test('a recorded tape sails the same voyage as the seed that it was recorded from', async () => {
    await fc.assert(
      fc.asyncProperty(tapes(), async (tape) => {
        const seeded = await tape.sail(scenario);
        const replayed = await new VoyageTape({ choices: seeded.choices }).sail(scenario);
        expect(replayed.fingerprint).toBe(seeded.fingerprint);
        expect(replayed.staleness).toEqual({ misfits: 0, unused: 0 });
      }),
      { numRuns: 20 },
    );
  });
});

test('a failing tape is shrunk to the choices that matter, and printed so that it can be pasted', async () => {
  const details = await fc.check(
    fc.asyncProperty(tapes(), async (tape) => (await tape.sail(threeOfTen)).violation === undefined),
    { seed: 1, numRuns: 1000 },
  );
  expect(details.failed).toBe(true);
  const [smallest] = details.counterexample ?? [];
  expect(smallest?.choices).toHaveLength(3);
  expect(smallest?.choices?.every(({ label, value }) => label === 'hole' && value === 1)).toBe(true);
  expect(fc.stringify(smallest)).toMatch(/^new VoyageTape\({ choices: \[\{"label":"hole",.*\] }\)$/);
});

/** Fails as soon as three of ten planks have a hole; how large a hole is, and the noise, do not matter. */
const threeOfTen: Scenario = {
  name: 'three-of-ten',
  summary: 'sinks with three holes',
  schema: 1,
  faults: [],
  invariants: ['afloat'],
  eventsMax: 100,
  timeMaxMs: 1000,
  sail(simulation: Simulation) {
    let holes = 0;
    for (let plank = 0; plank < 10; plank += 1) {
      simulation.schedule(plank, () => {
        simulation.tape.draw('noise', 100);
        if (simulation.tape.draw('hole', 4) > 0) holes += 1;
        if (holes === 3) simulation.fail({ invariant: 'afloat', subject: 'ship', message: 'three holes' });
      });
    }
  },
};
