import type { Ports } from '../ports.js';
import { type Probe, silentProbe } from '../probe.js';
import { NodeClock } from './clock.js';
import { NodeDisk } from './disk.js';
import { NodeEntropy } from './entropy.js';

/**
 * All ports of this machine.
 *
 * @param rootFolder - Where files are kept. It must exist.
 * @param probe - Who watches; nobody by default.
 * @example
 * ```ts
 * import { nodePorts } from 'seaworthy';
 *
 * const { disk } = nodePorts('.');
 * await disk.makeDirectory('orders/log');
 * console.log(await disk.list('orders')); // => [ 'log' ]
 * ```
 */
export function nodePorts(rootFolder: string, probe: Probe = silentProbe): Ports {
  return {
    clock: new NodeClock(),
    entropy: new NodeEntropy(),
    disk: new NodeDisk(rootFolder),
    probe,
  };
}
