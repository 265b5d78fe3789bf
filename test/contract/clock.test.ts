import { NodeClock } from '../../src/runtime/node/clock.js';
import { SimulatedClock } from '../../sim/world/clock.js';
import { clockContract } from './clock.contract.js';
import { inSimulation } from './in-simulation.js';

clockContract('simulated clock', async (use) => {
  await inSimulation((life) => use(new SimulatedClock(life)));
});

clockContract('clock of the machine', (use) => use(new NodeClock()));
