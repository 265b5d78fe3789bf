import { ledgerInvariants, sailLedger } from '../sim/cluster/ledger-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';
import { chosen, lossyDisks } from './short-form.js';

const diskFaults = [
  'disk.lost-unsynced',
  'disk.reordered',
  'disk.torn',
  'disk.lost-directory-entry',
  'disk.short-write',
  'disk.eio-write',
  'disk.eio-sync',
  'disk.marked-clean',
  'disk.no-space',
  'disk.stall',
  'disk.blocked',
] as const;

/** A log under crashes and a disk that fails honestly: nothing acknowledged may be lost. */
export const logCrashStorm: Scenario = {
  name: 'log-crash-storm',
  summary: 'a durable log through crashes, lost, torn and reordered writes, failed syncs and a full disk',
  schema: 1,
  faults: [...crashFaultKinds, ...diskFaults],
  invariants: ledgerInvariants,
  eventsMax: 100_000,
  timeMaxMs: 600_000,
  // Batches of all sizes, into small segments, with snapshots in between.
  shortForm: [
    ...lossyDisks(1),
    ...chosen('workload.segment-bytes', [1]),
    ...chosen('workload.requests', [3]),
    ...chosen('workload.think', [60, 30, 60, 60, 60, 60, 60]),
    ...chosen('workload.batch', [1]),
    ...chosen('workload.filler', [0, 2, 3, 0, 2]),
  ],
  sail: (simulation) => sailLedger(simulation, diskFaults),
};
