import { runClient } from '../sim/cluster/workflow-client.js';
import { sailWorkflows, workflowInvariants } from '../sim/cluster/workflow-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';
import { failingDisk } from './failing-disk.js';

/** Workflows that act upon an outside world, while the one node that runs them crashes and its disk fails. */
export const workflowCrashStorm: Scenario = {
  name: 'workflow-crash-storm',
  summary:
    'workflows with steps of every class, through crashes and a failing disk: everything is done exactly once',
  schema: 1,
  faults: [...crashFaultKinds, ...failingDisk],
  invariants: workflowInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailWorkflows(simulation, {
      diskFaults: failingDisk,
      crashes: 'anywhere',
      client: runClient,
      clientsMax: 3,
    }),
};
