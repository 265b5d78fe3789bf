import { operationsInvariants, sailOperations } from '../sim/cluster/operations-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';
import { failingDisk } from './failing-disk.js';

/** Readers of the completion feed that are slower than what pushes rows out, while the one node crashes and its disk fails. */
export const feedSlowReader: Scenario = {
  name: 'feed-slow-reader',
  summary: 'readers of the completion feed that fall behind what is held, through crashes and a failing disk',
  schema: 1,
  faults: [...crashFaultKinds, ...failingDisk],
  invariants: operationsInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) => sailOperations(simulation, { diskFaults: failingDisk, focus: 'feed' }),
};
