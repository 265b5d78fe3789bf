import { NodeClock } from '../../src/runtime/node/clock.js';
import { SimulatedClock } from '../../sim/world/clock.js';
import { clockFaultKinds } from '../../sim/world/clock-faults.js';
import { FaultyClock } from '../../sim/world/faulty-clock.js';
import { clockContract } from './clock.contract.js';
import { inSimulation } from './in-simulation.js';

clockContract('simulated clock', async (use) => {
  await inSimulation((life) => use(new SimulatedClock(life)));
});

for (const seed of [1, 2, 3, 4]) {
  clockContract(`simulated clock that is wrong in every way, from seed ${seed}`, async (use) => {
    await inSimulation(
      (life) => {
        const faults = Object.fromEntries(
          clockFaultKinds.map((kind) => [kind, { numerator: 3, denominator: 4 }]),
        );
        const bounds = { skewMsMax: 10_000, driftPpmMax: 50_000 };
        return use(new FaultyClock(life.process.simulation, { node: 'node', faults, bounds }).bind(life));
      },
      { seed },
    );
  });
}

clockContract('clock of the machine', (use) => use(new NodeClock()));
