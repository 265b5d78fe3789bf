import { documentedDrain, type Drain, findTickCallback, tickDrain } from '../../../sim/kernel/drain.js';
import type { Life } from '../../../sim/kernel/process.js';
import type { Simulation } from '../../../sim/kernel/simulation.js';
import type { TapeSource } from '../../../sim/kernel/tape.js';
import { sail, type Scenario, type Verdict } from '../../../sim/kernel/voyage.js';

/** Both ways to drain, by name. This Node.js has both, or the tests that want both say so. */
export function bothDrains(): ReadonlyMap<string, Drain> {
  const tickCallback = findTickCallback();
  if (tickCallback === undefined) throw new Error('this Node.js has no process._tickCallback');
  return new Map([
    ['documented', documentedDrain],
    ['tick', tickDrain(tickCallback)],
  ]);
}

/** A scenario that does no more than it must. */
export function scenarioOf(sailIt: (simulation: Simulation) => void): Scenario {
  return {
    name: 'test',
    summary: 'of one test',
    schema: 1,
    faults: [],
    invariants: [],
    eventsMax: 1_000_000,
    timeMaxMs: 1_000_000_000,
    sail: sailIt,
  };
}

/** One run of one process that does `program`. */
export function sailProgram(
  program: (life: Life, simulation: Simulation) => Promise<void> | void,
  drain?: Drain,
): Promise<Verdict> {
  const scenario = scenarioOf((simulation) => {
    simulation.process('alone', (life) => program(life, simulation)).start();
  });
  return sail(scenario, { seed: 1 }, drain === undefined ? { record: true } : { record: true, drain });
}

/** The same scenario and tape, once under each drain. */
export async function sailUnderBoth(scenario: Scenario, source: TapeSource): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const drain of bothDrains().values()) {
    verdicts.push(await sail(scenario, source, { record: true, drain }));
  }
  return verdicts;
}
