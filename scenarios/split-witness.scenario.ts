import { fleetInvariants, sailFleet } from '../sim/cluster/fleet-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

/** Results that others have to witness, in a fleet that is parted while they are asked. */
export const splitWitness: Scenario = {
  name: 'split-witness',
  summary:
    'witness rounds through partitions and changes of owner: no result is settled that was not witnessed',
  schema: 1,
  faults: fleetStormFaults,
  // Nothing in it is remote work.
  invariants: fleetInvariants.filter((invariant) => invariant !== 'nothing-after-end'),
  eventsMax: 400_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailFleet(simulation, {
      storm: fleetStorm,
      workersMax: 4,
      clientsMax: 3,
      operationsMax: 3,
      sessionsMax: 2,
      plan: ['deduplicated', 'charged', 'clock'],
      bulkhead: { permitsMax: 2, waitingMax: 3 },
      thinkMsMax: 800,
      effectsMs: 50,
      rules: [{ kind: 'any_participant' }, { kind: 'unanimous' }],
    }),
};
