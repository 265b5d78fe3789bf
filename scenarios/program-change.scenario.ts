import { programInvariants, sailPrograms } from '../sim/cluster/program-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';
import { effectCrashFaultKind } from '../sim/nemesis/effect-crash.js';

const diskFaults = ['disk.lost-unsynced', 'disk.torn', 'disk.eio-write', 'disk.stall'] as const;

/** Each restart may bring another build, whose programs have been edited, be it in the middle of what they had begun. */
export const programChange: Scenario = {
  name: 'program-change',
  summary:
    'programs that change across restarts: what does not match its journal is told so, and acts no more',
  schema: 1,
  faults: [...crashFaultKinds, effectCrashFaultKind, ...diskFaults],
  invariants: [...programInvariants, 'promise-is-kept', 'timer-keeps-due'],
  eventsMax: 200_000,
  timeMaxMs: 600_000,
  sail: (simulation) =>
    sailPrograms(simulation, {
      kinds: ['effect', 'effect', 'effect', 'stamp', 'nap', 'until', 'approval', 'fork', 'fork'],
      changes: true,
      crashesAtEffects: true,
      diskFaults,
    }),
};
