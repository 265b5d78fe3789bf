import { fleetInvariants, sailFleet, segmentInvariants } from '../sim/cluster/fleet-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

/** Clients, workers, authority and store through everything at once. */
export const everything: Scenario = {
  name: 'everything',
  summary: 'a whole fleet: clients, workers, authority and store, through every kind of fault at once',
  schema: 1,
  faults: [...fleetStormFaults, 'clock.offset', 'clock.jump-forward', 'clock.jump-back'],
  invariants: [...fleetInvariants, ...segmentInvariants],
  eventsMax: 400_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailFleet(simulation, {
      storm: {
        ...fleetStorm,
        clockFaults: ['clock.drift', 'clock.offset', 'clock.jump-forward', 'clock.jump-back'],
      },
      workersMax: 3,
      clientsMax: 3,
      operationsMax: 3,
      sessionsMax: 3,
      plan: ['deduplicated', 'remote', 'remote', 'charged', 'timer', 'clock', 'parallel', 'nested'],
      bulkhead: { permitsMax: 2, waitingMax: 3 },
      thinkMsMax: 1200,
      effectsMs: 400,
      sagas: true,
      segments: ['evict', 'evict-twice', 'compact'],
    }),
};
