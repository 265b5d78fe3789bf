import { fleetInvariants, sailFleet, segmentInvariants } from '../sim/cluster/fleet-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

/** Compactions and evictions that share objects of the store, since their bytes are the same: each lets go of its own. */
export const compactionSharedSegments: Scenario = {
  name: 'compaction-shared-segments',
  summary:
    'compactions and evictions that hold the same objects of the store, and take back only what is theirs',
  schema: 1,
  faults: fleetStormFaults,
  invariants: [...fleetInvariants, ...segmentInvariants],
  eventsMax: 400_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailFleet(simulation, {
      storm: fleetStorm,
      workersMax: 2,
      clientsMax: 2,
      operationsMax: 2,
      sessionsMax: 1,
      plan: ['deduplicated', 'remote'],
      bulkhead: { permitsMax: 2, waitingMax: 4 },
      thinkMsMax: 500,
      effectsMs: 100,
      segments: ['compact', 'compact', 'evict'],
    }),
};
