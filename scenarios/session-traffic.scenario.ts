import { sailSessions, sessionInvariants } from '../sim/cluster/session-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { fleetStorm, fleetStormFaults } from './fleet-storm.js';

const often = ['talk', 'talk', 'talk', 'talk', 'open', 'renew', 'bind'] as const;
const rarely = ['drain', 'close', 'cancel', 'fault', 'reap', 'stale', 'leave', 'end'] as const;

/** Sessions of two roles or three, in which those who speak and those who own them come and go, and not all of them do what they may. */
export const sessionTraffic: Scenario = {
  name: 'session-traffic',
  summary:
    'sessions that the authority hosts: messages in turn, drains, ends, and owners that are lost in between',
  schema: 1,
  faults: fleetStormFaults,
  invariants: sessionInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailSessions(simulation, {
      storm: fleetStorm,
      acts: [...often, ...often, ...often, ...rarely, 'drain', 'stale'],
    }),
};
