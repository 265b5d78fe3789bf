import type { Storm } from '../sim/cluster/fleet.js';
import { crashFaultKinds, lateRestartFaultKind } from '../sim/nemesis/crash-schedule.js';
import { pauseFaultKind } from '../sim/nemesis/pause-schedule.js';
import { networkFaultKinds } from '../sim/world/network/network-faults.js';
import { failingDisk } from './failing-disk.js';

/** Everything that a fleet has to survive at once: leases last 800 ms. */
export const fleetStorm: Storm = {
  stormMs: 4000,
  diskFaults: failingDisk,
  networkFaults: networkFaultKinds,
  clockFaults: ['clock.drift'],
  crashes: 'anywhere',
  pauses: { leastMs: 20, mostMs: 2000 },
  lateRestarts: { leastMs: 800, mostMs: 3000 },
};

/** The ids of all that {@link fleetStorm} can do. */
export const fleetStormFaults = [
  ...crashFaultKinds,
  lateRestartFaultKind,
  pauseFaultKind,
  ...failingDisk,
  ...networkFaultKinds,
  'clock.drift',
] as const;
