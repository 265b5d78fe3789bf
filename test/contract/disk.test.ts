import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeDisk } from '../../src/runtime/node/disk.js';
import { SimulatedDisk } from '../../sim/world/disk/simulated-disk.js';
import { diskContract } from './disk.contract.js';
import { inSimulation } from './in-simulation.js';

diskContract('simulated disk on a calm day', async (use) => {
  await inSimulation((life) => {
    const disk = new SimulatedDisk(life.process.simulation, { node: 'node', faults: {} });
    return use(disk.bind(life));
  });
});

diskContract('simulated disk with drawn latencies and stalls', async (use) => {
  await inSimulation(
    (life) => {
      const faults = { 'disk.stall': { numerator: 1, denominator: 5 } };
      const disk = new SimulatedDisk(life.process.simulation, { node: 'node', faults });
      return use(disk.bind(life));
    },
    { seed: 7 },
  );
});

diskContract('disk of the machine', async (use) => {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-disk-'));
  try {
    await use(new NodeDisk(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
});
