import { fleetInvariants, sailFleet } from '../sim/cluster/fleet-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

/** One session, and owner after owner that is lost in the middle of what it took over. */
export const takeoverChain: Scenario = {
  name: 'takeover-chain',
  summary: 'workers that take over from each other, again and again, and do nothing of it twice',
  schema: 1,
  faults: fleetStormFaults,
  invariants: fleetInvariants,
  eventsMax: 400_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailFleet(simulation, {
      storm: { ...fleetStorm, pauses: { leastMs: 600, mostMs: 2500 } },
      workersMax: 4,
      clientsMax: 2,
      operationsMax: 3,
      sessionsMax: 2,
      plan: ['deduplicated', 'charged', 'timer', 'remote', 'nested'],
      bulkhead: { permitsMax: 2, waitingMax: 2 },
      thinkMsMax: 1200,
      effectsMs: 700,
    }),
};
