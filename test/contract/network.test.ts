import type { TapeSource } from '../../sim/kernel/tape.js';
import type { Process } from '../../sim/kernel/process.js';
import { SimulatedNetwork } from '../../sim/world/network/simulated-network.js';
import { loopbackNetwork } from '../../src/runtime/node/network.js';
import type { Network, NodeName } from '../../src/runtime/network.js';
import { inSimulation } from './in-simulation.js';
import { type NetworkBench, networkContract } from './network.contract.js';

const settleMs = 1000;

function simulated(source: TapeSource) {
  return async (use: (bench: NetworkBench) => Promise<void>): Promise<void> => {
    await inSimulation((life) => {
      const { simulation } = life.process;
      const network = new SimulatedNetwork(simulation, {});
      const processes = new Map<NodeName, Process>();
      const connect = (name: NodeName): Network => {
        const process = processes.get(name) ?? simulation.process(name, () => {});
        processes.set(name, process);
        process.crash('replaced');
        process.start();
        if (process.life === undefined) throw new Error('a started process has no life');
        return network.bind(process.life);
      };
      return use({ connect, settle: () => life.sleep(settleMs) });
    }, source);
  };
}

networkContract('simulated network on a calm day', simulated({ choices: [] }));

networkContract('simulated network with drawn latencies', simulated({ seed: 7 }));

networkContract('network within one process', async (use) => {
  const network = loopbackNetwork();
  // A message takes one turn of the loop, and so does its answer.
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  await use({ connect: (name) => network.connect(name), settle });
});
