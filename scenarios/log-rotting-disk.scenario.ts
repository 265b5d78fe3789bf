import { ledgerInvariants, sailLedger } from '../sim/cluster/ledger-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';

const diskFaults = [
  'disk.lost-unsynced',
  'disk.torn',
  'disk.eio-read',
  'disk.latent-sector',
  'disk.bit-rot',
  'disk.misdirected',
  'disk.lying-sync',
] as const;

/** A log on a disk that damages what it holds: the node serves everything, or refuses and says where. */
export const logRottingDisk: Scenario = {
  name: 'log-rotting-disk',
  summary: 'a durable log on a disk that rots, lies about syncs, loses sectors and writes to the wrong place',
  schema: 1,
  faults: [...crashFaultKinds, ...diskFaults],
  invariants: ledgerInvariants,
  eventsMax: 100_000,
  timeMaxMs: 600_000,
  sail: (simulation) => sailLedger(simulation, diskFaults),
};
