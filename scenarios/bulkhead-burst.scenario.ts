import { fleetInvariants, sailFleet } from '../sim/cluster/fleet-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

/** More remote work at once than there is room for: some waits, some is refused, and all of it is done in the end. */
export const bulkheadBurst: Scenario = {
  name: 'bulkhead-burst',
  summary: 'bursts of remote work through a bulkhead with room for one, while leases and callers give up',
  schema: 1,
  faults: fleetStormFaults,
  invariants: fleetInvariants,
  eventsMax: 400_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailFleet(simulation, {
      storm: fleetStorm,
      workersMax: 2,
      clientsMax: 4,
      operationsMax: 3,
      sessionsMax: 2,
      plan: ['remote', 'remote', 'remote', 'deduplicated'],
      bulkhead: { permitsMax: 1, waitingMax: 2 },
      thinkMsMax: 20,
      effectsMs: 150,
    }),
};
