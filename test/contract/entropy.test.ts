import { NodeEntropy } from '../../src/runtime/node/entropy.js';
import { SimulatedEntropy } from '../../sim/world/entropy.js';
import { entropyContract } from './entropy.contract.js';
import { inSimulation } from './in-simulation.js';

for (const [day, source] of [
  ['on a calm day', { choices: [] }],
  ['from a seed', { seed: 3 }],
] as const) {
  entropyContract(`simulated entropy ${day}`, async (use) => {
    await inSimulation((life) => use(new SimulatedEntropy(life)), source);
  });
}

entropyContract('entropy of the machine', (use) => use(new NodeEntropy()));
