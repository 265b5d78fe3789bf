import type { Clock } from './clock.js';
import type { Disk } from './disk.js';
import type { Entropy } from './entropy.js';
import type { Probe } from './probe.js';

/** All that an engine on one machine may touch. Whoever holds these holds the world. */
export interface Ports {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly disk: Disk;
  readonly probe: Probe;
}
