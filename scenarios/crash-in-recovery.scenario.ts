import { runClient } from '../sim/cluster/workflow-client.js';
import { sailWorkflows, workflowInvariants } from '../sim/cluster/workflow-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';

const diskFaults = [
  'disk.lost-unsynced',
  'disk.reordered',
  'disk.torn',
  'disk.lost-directory-entry',
  'disk.eio-sync',
  'disk.no-space',
] as const;

/** A crash, and another one while the node recovers from it, and another one while it recovers from that. */
export const crashInRecovery: Scenario = {
  name: 'crash-in-recovery',
  summary:
    'workflows through crashes that fall into the recovery from crashes: what is recovered does not depend on how often it began',
  schema: 1,
  faults: [...crashFaultKinds, ...diskFaults],
  invariants: workflowInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailWorkflows(simulation, { diskFaults, crashes: 'recovery', client: runClient, clientsMax: 2 }),
};
