import { listWorkflowRooms, makeWorkflowRooms } from '../../src/node/workflow-rooms.js';
import type { Simulation } from '../kernel/simulation.js';
import { cacheIsFold } from '../oracles/cache-is-fold.js';
import type { CrashAim } from '../nemesis/crash-schedule.js';
import { converges } from '../oracles/converges.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
import { exactlyOnceEffect } from '../oracles/exactly-once-effect.js';
import { feedGapFree } from '../oracles/feed-gap-free.js';
import { inDoubtIsAudited } from '../oracles/in-doubt-is-audited.js';
import { intentBeforeEffect } from '../oracles/intent-before-effect.js';
import { monotonicEscalation } from '../oracles/monotonic-escalation.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { oneKeyOneInput } from '../oracles/one-key-one-input.js';
import { oneTerminalEvent } from '../oracles/one-terminal-event.js';
import { recoverySoundness } from '../oracles/recovery-soundness.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { registryAccounts } from '../oracles/registry-accounts.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { replayedValueStable } from '../oracles/replayed-value-stable.js';
import { terminalImmutable } from '../oracles/terminal-immutable.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { drawnWorkflow } from './drawn-workflow.js';
import { Outside } from './outside.js';
import { shadowOfRooms } from './shadow.js';
import { sailSingleNode } from './single-node.js';
import { tellWorkflow } from './tell-workflow.js';
import type { Sea } from './workflow-requests.js';
import { limits, WorkflowService } from './workflow-service.js';

/** The invariants that a workflow voyage judges. */
export const workflowInvariants = [
  'cache-is-fold',
  'converges',
  'durable-before-visible',
  'exactly-once-effect',
  'feed-gap-free',
  'in-doubt-is-audited',
  'intent-before-effect',
  'monotonic-escalation',
  'no-silent-corruption',
  'one-key-one-input',
  'one-terminal-event',
  'recovered-prefix',
  'recovery-soundness',
  'registry-accounts',
  'replay-equivalence',
  'replayed-value-stable',
  'terminal-immutable',
] as const;

/** How a voyage of a workflow node differs from others. */
export interface WorkflowVoyage {
  readonly diskFaults: readonly DiskFaultKind[];
  readonly crashes: CrashAim;
  readonly clientsMax: number;
  readonly client: (sea: Sea, name: string) => Promise<void>;
}

/** One workflow node, an outside world that it acts upon, and clients. */
export function sailWorkflows(simulation: Simulation, voyage: WorkflowVoyage): void {
  const outsides: Outside[] = [];
  sailSingleNode<WorkflowService>(simulation, {
    makeShadow: () => shadowOfRooms(listWorkflowRooms(makeWorkflowRooms(limits))),
    open: (ports, options, life, bench) => {
      const outside = outsides[0] ?? new Outside(simulation, bench);
      outsides[0] = outside;
      return WorkflowService.open(ports, options, [drawnWorkflow(life, outside, bench)]);
    },
    oracles: [
      cacheIsFold(),
      converges(),
      durableBeforeVisible(),
      exactlyOnceEffect(),
      feedGapFree(),
      inDoubtIsAudited(),
      intentBeforeEffect(),
      monotonicEscalation(),
      noSilentCorruption(),
      oneKeyOneInput(),
      oneTerminalEvent(),
      recoveredPrefix(),
      recoverySoundness(),
      registryAccounts(limits),
      replayEquivalence(),
      replayedValueStable(),
      terminalImmutable(),
    ],
    tell: tellWorkflow(simulation),
    ...voyage,
  });
}
