import { sailStore, storeInvariants } from '../sim/cluster/store-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { failingDisk } from './failing-disk.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

/** What is written here is shorter than a sector, and mostly alone: there is nothing to tear, and hardly anything to reorder. */
const isOn = (kind: string): boolean => kind !== 'disk.torn' && kind !== 'disk.reordered';

/** A store that owner after owner asks for the same work: who was taken over from while it was writing that down is not acted for. */
export const storeFence: Scenario = {
  name: 'store-fence',
  summary: 'a store that is asked for the same work by owners who take over from each other meanwhile',
  schema: 1,
  faults: fleetStormFaults.filter(isOn),
  invariants: storeInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) => sailStore(simulation, { ...fleetStorm, diskFaults: failingDisk.filter(isOn) }),
};
