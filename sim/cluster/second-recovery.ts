import type { Ports } from '../../src/runtime/ports.js';
import type { Simulation } from '../kernel/simulation.js';
import type { SimulatedDisk } from '../world/disk/simulated-disk.js';
import { simulatedPorts } from '../world/ports.js';
import type { Service } from './server.js';

/** Where a recovery on a copy of a disk ended up. */
export interface Recovered {
  readonly lsn: number;
  readonly digest: string;
}

/**
 * Recovers a copy of `disk`, as it would be after the loss of all that is not durable, twice in a row. The original is not
 * touched. Undefined from a recovery that failed.
 */
export async function recoverCopyTwice(
  simulation: Simulation,
  disk: SimulatedDisk,
  open: (ports: Ports) => Promise<Service>,
): Promise<readonly [Recovered | undefined, Recovered | undefined]> {
  const copy = disk.fork();
  const first = await recover(simulation, copy, open);
  const second = await recover(simulation, copy, open);
  return [first, second];
}

function recover(
  simulation: Simulation,
  disk: SimulatedDisk,
  open: (ports: Ports) => Promise<Service>,
): Promise<Recovered | undefined> {
  return new Promise((resolve) => {
    const process = simulation.process('copy', async (life) => {
      try {
        const service = await open(simulatedPorts(life, disk));
        resolve({ lsn: service.lastLsn, digest: service.digest() });
      } catch {
        resolve(undefined);
      }
      process.crash('done');
    }, () => disk.crash('process'));
    process.start();
  });
}
