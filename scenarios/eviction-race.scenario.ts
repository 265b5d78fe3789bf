import { fleetInvariants, sailFleet, segmentInvariants } from '../sim/cluster/fleet-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';
import { chosen, lossyDisks } from './short-form.js';

/** Segments that move to the store, each more than once at the same time, while some of that is taken back. */
export const evictionRace: Scenario = {
  name: 'eviction-race',
  summary:
    'evictions of the same segments that race, crash and are taken back: the bytes are always somewhere',
  schema: 1,
  faults: fleetStormFaults,
  invariants: [...fleetInvariants, ...segmentInvariants],
  eventsMax: 400_000,
  timeMaxMs: 600_000,
  // One segment of two sectors, evicted twice at once, and one operation beside it.
  shortForm: [
    ...lossyDisks(4),
    ...chosen('workload.think', [60, 20]),
    ...chosen('workload.segment-length', [600]),
    ...chosen('workload.fate', [1]),
  ],
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
      segments: ['evict', 'evict-twice', 'evict-twice'],
    }),
};
