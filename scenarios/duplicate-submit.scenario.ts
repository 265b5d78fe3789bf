import { duplicateClient } from '../sim/cluster/duplicate-client.js';
import { sailWorkflows, workflowInvariants } from '../sim/cluster/workflow-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';

const diskFaults = [
  'disk.lost-unsynced',
  'disk.torn',
  'disk.eio-sync',
  'disk.no-space',
  'disk.stall',
] as const;

/** Many clients submit the same few operations, at once and again, with equal and with other inputs. */
export const duplicateSubmit: Scenario = {
  name: 'duplicate-submit',
  summary:
    'the same operations submitted by everybody, at once and again, with equal and other inputs: each is one operation',
  schema: 1,
  faults: [...crashFaultKinds, ...diskFaults],
  invariants: workflowInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailWorkflows(simulation, { diskFaults, crashes: 'anywhere', client: duplicateClient(), clientsMax: 4 }),
};
