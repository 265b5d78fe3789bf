import { barriersMax, type OperationsLimits } from '../../src/operations/limits.js';
import { operationsProjection } from '../../src/operations/projection.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Tape } from '../kernel/tape.js';
import { barrierResolves } from '../oracles/barrier-resolves.js';
import { bounded } from '../oracles/bounded.js';
import { converges } from '../oracles/converges.js';
import { cursorsBounded } from '../oracles/cursors-bounded.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
import { feedGapFree } from '../oracles/feed-gap-free.js';
import { noLostWake } from '../oracles/no-lost-wake.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { oneTerminalEvent } from '../oracles/one-terminal-event.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { registryAccounts } from '../oracles/registry-accounts.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { type Focus, type Harbour, OperationsClient } from './operations-client.js';
import { OperationsService } from './operations-service.js';
import { tellOperations } from './operations-teller.js';
import { shadowOf } from './shadow.js';
import { sailSingleNode } from './single-node.js';

/** The invariants that an operations voyage judges. */
export const operationsInvariants = [
  'barrier-resolves',
  'bounded',
  'converges',
  'cursors-bounded',
  'durable-before-visible',
  'feed-gap-free',
  'no-lost-wake',
  'no-silent-corruption',
  'one-terminal-event',
  'recovered-prefix',
  'registry-accounts',
  'replay-equivalence',
] as const;

/**
 * One operations node that holds few ended operations, and clients that take operations through their lives in good order or not, watch
 * them, wait for several at once, take them back, end whole owners, and read the feed too slowly.
 */
export function sailOperations(
  simulation: Simulation,
  options: { readonly diskFaults: readonly DiskFaultKind[]; readonly focus: Focus },
): void {
  const { diskFaults, focus } = options;
  const limits = drawLimits(simulation.tape);
  const harbour: Harbour = { focus, operations: [], waits: [], busy: 0 };
  sailSingleNode<OperationsService>(simulation, {
    makeShadow: () => shadowOf(operationsProjection(limits)),
    open: (ports, shellOptions) => OperationsService.open(ports, shellOptions, limits),
    oracles: [
      // Before `converges`, which sees of a lost wake only that somebody was never answered.
      noLostWake(),
      barrierResolves(),
      bounded({ ...limits, activeMax: limits.concurrentMax ?? Infinity, waitsMax: barriersMax }),
      converges(),
      cursorsBounded(),
      durableBeforeVisible(),
      feedGapFree(),
      noSilentCorruption(),
      oneTerminalEvent(),
      recoveredPrefix(),
      registryAccounts(limits),
      replayEquivalence(),
    ],
    tell: tellOperations,
    diskFaults,
    crashes: 'anywhere',
    client: (sea, name) => new OperationsClient(sea, name, harbour).run(),
    clientsMax: 3,
  });
}

/** Few are held, so that eviction is an everyday matter; the horizon is near now and then. */
function drawLimits(tape: Tape): OperationsLimits {
  return {
    completedMax: tape.between('workload.completed-max', 2, 4),
    concurrentMax: tape.pick('workload.concurrent-max', [null, null, 4, 6]),
    tombstonesMax: tape.pick('workload.tombstones-max', [100, 2, 5]),
  };
}
