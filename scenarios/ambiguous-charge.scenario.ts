import { programInvariants, sailPrograms } from '../sim/cluster/program-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';
import { effectCrashFaultKind } from '../sim/nemesis/effect-crash.js';

const diskFaults = [
  'disk.lost-unsynced',
  'disk.torn',
  'disk.eio-sync',
  'disk.stall',
  'disk.blocked',
] as const;

/** Effects that nobody knows whether they happened: every subclass, policy and kind of provider, and crashes where they hurt. */
export const ambiguousCharge: Scenario = {
  name: 'ambiguous-charge',
  summary:
    'guarded effects that crash between intent, deed and outcome, at providers that fail, hang and forget',
  schema: 1,
  faults: [...crashFaultKinds, effectCrashFaultKind, ...diskFaults],
  invariants: programInvariants,
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailPrograms(simulation, {
      kinds: ['effect', 'effect', 'effect', 'effect', 'fork'],
      changes: false,
      crashesAtEffects: true,
      diskFaults,
    }),
};
