import type { Ports } from '../../src/runtime/ports.js';
import type { Life } from '../kernel/process.js';
import { SimulatedClock } from './clock.js';
import type { SimulatedDisk } from './disk/simulated-disk.js';
import { SimulatedEntropy } from './entropy.js';
import type { FaultyClock } from './faulty-clock.js';
import { SimulatedProbe } from './probe.js';

/**
 * All ports of one life. To be called once per life, at its start.
 *
 * @param clock - The node's clock, where it is a faulty one.
 */
export function simulatedPorts(life: Life, disk: SimulatedDisk, clock?: FaultyClock): Ports {
  return {
    clock: clock?.bind(life) ?? new SimulatedClock(life),
    entropy: new SimulatedEntropy(life),
    disk: disk.bind(life),
    probe: new SimulatedProbe(life),
  };
}
