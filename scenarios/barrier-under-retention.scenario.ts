import { operationsInvariants, sailOperations } from '../sim/cluster/operations-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';
import { failingDisk } from './failing-disk.js';

/** Barriers and watches over operations that end, are taken back and pushed out, while the one node crashes and its disk fails. */
export const barrierUnderRetention: Scenario = {
  name: 'barrier-under-retention',
  summary:
    'operations that are waited for, one and several at once, while few ended ones are held, through crashes and a failing disk',
  schema: 1,
  faults: [...crashFaultKinds, ...failingDisk],
  invariants: operationsInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) => sailOperations(simulation, { diskFaults: failingDisk, focus: 'waits' }),
};
