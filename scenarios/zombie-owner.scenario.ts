import { authorityInvariants, sailAuthority } from '../sim/cluster/authority-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

/** Owners that are paused or cut off until others own what they had, and then go on: nothing of theirs lands any more. */
export const zombieOwner: Scenario = {
  name: 'zombie-owner',
  summary: 'owners that come back from pauses and partitions to sessions that are no longer theirs',
  schema: 1,
  faults: fleetStormFaults,
  invariants: authorityInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailAuthority(simulation, {
      storm: fleetStorm,
      acts: ['work', 'work', 'renew', 'renew', 'stale', 'stale', 'witness', 'transfer', 'edge'],
    }),
};
