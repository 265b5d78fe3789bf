import { programInvariants, sailPrograms } from '../sim/cluster/program-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';
import { effectCrashFaultKind } from '../sim/nemesis/effect-crash.js';

const diskFaults = [
  'disk.lost-unsynced',
  'disk.torn',
  'disk.eio-sync',
  'disk.no-space',
  'disk.stall',
  'disk.blocked',
] as const;

/** Programs that wait: for somebody outside, for a time, for whichever comes first; while the node restarts early and late. */
export const approvalAndTimer: Scenario = {
  name: 'approval-and-timer',
  summary:
    'durable promises and timers, resolved rightly, wrongly, twice and never, through crashes and restarts',
  schema: 1,
  faults: [...crashFaultKinds, effectCrashFaultKind, ...diskFaults],
  invariants: [...programInvariants, 'promise-is-kept', 'timer-keeps-due'],
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailPrograms(simulation, {
      kinds: ['effect', 'nap', 'until', 'approval', 'approval', 'deadline', 'fork'],
      changes: false,
      crashesAtEffects: true,
      diskFaults,
    }),
};
