import { fleetInvariants, sailFleet } from '../sim/cluster/fleet-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';
import { chosen, lossyDisks } from './short-form.js';

/** Orders that are wholly done or wholly undone, whoever crashes, and however late what was asked arrives. */
export const orderSaga: Scenario = {
  name: 'order-saga',
  summary:
    'sagas that reserve, charge and ship, or take all of it back, beside workflows of the same sessions',
  schema: 1,
  faults: fleetStormFaults,
  invariants: [...fleetInvariants, 'saga-all-or-nothing'],
  eventsMax: 400_000,
  timeMaxMs: 600_000,
  // Two orders and one operation, of one session. The second order is no longer wanted when it has begun.
  shortForm: [
    ...lossyDisks(4),
    ...chosen('workload.think', [60, 20, 40]),
    ...chosen('workload.sagas', [1]),
    ...chosen('workload.cancels-saga', [0, 1]),
    ...chosen('workload.cancel-after', [3]),
  ],
  sail: (simulation) =>
    sailFleet(simulation, {
      storm: fleetStorm,
      workersMax: 3,
      clientsMax: 2,
      operationsMax: 2,
      sessionsMax: 2,
      plan: ['deduplicated', 'remote', 'timer'],
      bulkhead: { permitsMax: 2, waitingMax: 3 },
      thinkMsMax: 600,
      effectsMs: 200,
      sagas: true,
    }),
};
