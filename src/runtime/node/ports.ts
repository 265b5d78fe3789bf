import type { Ports } from '../ports.js';
import { silentProbe } from '../probe.js';
import { NodeClock } from './clock.js';
import { NodeDisk } from './disk.js';
import { NodeEntropy } from './entropy.js';

/** All ports of this machine, with files under `rootFolder`, which must exist, and nobody watching. */
export function nodePorts(rootFolder: string): Ports {
  return {
    clock: new NodeClock(),
    entropy: new NodeEntropy(),
    disk: new NodeDisk(rootFolder),
    probe: silentProbe,
  };
}
