import { fleetInvariants, sailFleet } from '../sim/cluster/fleet-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

/** Effects that take longer than what is left of a lease, at the store and without it. */
export const leaseExpiryMidEffect: Scenario = {
  name: 'lease-expiry-mid-effect',
  summary: 'effects under way while the lease that they were begun under ends',
  schema: 1,
  faults: fleetStormFaults,
  invariants: fleetInvariants,
  eventsMax: 400_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailFleet(simulation, {
      storm: fleetStorm,
      workersMax: 3,
      clientsMax: 2,
      operationsMax: 3,
      sessionsMax: 2,
      plan: ['remote', 'remote', 'charged', 'deduplicated'],
      bulkhead: { permitsMax: 2, waitingMax: 3 },
      thinkMsMax: 600,
      effectsMs: 1600,
    }),
};
