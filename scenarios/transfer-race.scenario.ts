import { authorityInvariants, sailAuthority } from '../sim/cluster/authority-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

const often = ['work', 'transfer', 'transfer', 'renew'] as const;

/** Sessions that change hands: offered, taken, taken back and released at the same time, while leases run out. */
export const transferRace: Scenario = {
  name: 'transfer-race',
  summary: 'holders that give each other the same few sessions, over a network that loses and parts them',
  schema: 1,
  faults: fleetStormFaults,
  invariants: authorityInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailAuthority(simulation, {
      storm: fleetStorm,
      acts: [...often, ...often, 'release', 'witness', 'close'],
    }),
};
