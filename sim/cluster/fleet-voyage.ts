import type { AgreementRule } from '../../src/agreement/records.js';
import type { BulkheadLimits } from '../../src/remote/bulkhead-limits.js';
import { segmentLabels } from '../../src/remote/segment-computations.js';
import { labelOf } from '../../src/remote/computation.js';
import type { LeaseEscalation } from '../../src/remote/executor.js';
import type { Bench, Oracle } from '../kernel/oracle.js';
import type { Simulation } from '../kernel/simulation.js';
import { auditComplete } from '../oracles/audit-complete.js';
import { bulkheadConserved } from '../oracles/bulkhead-conserved.js';
import { cacheIsFold } from '../oracles/cache-is-fold.js';
import { converges } from '../oracles/converges.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
import { exactlyOnceEffect } from '../oracles/exactly-once-effect.js';
import type { Fact } from '../oracles/facts.js';
import { feedGapFree } from '../oracles/feed-gap-free.js';
import { fenced } from '../oracles/fenced.js';
import { intentBeforeEffect } from '../oracles/intent-before-effect.js';
import { leaseLatched, type SeaTime } from '../oracles/lease-latched.js';
import { monotonicEscalation } from '../oracles/monotonic-escalation.js';
import { deletesOnlyItsOwn } from '../oracles/deletes-only-its-own.js';
import { nothingAfterEnd } from '../oracles/nothing-after-end.js';
import { noDataLoss } from '../oracles/no-data-loss.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { oneKeyOneInput } from '../oracles/one-key-one-input.js';
import { oneTerminalEvent } from '../oracles/one-terminal-event.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { recoverySoundness } from '../oracles/recovery-soundness.js';
import { registryAccounts } from '../oracles/registry-accounts.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { replayedValueStable } from '../oracles/replayed-value-stable.js';
import { sagaAllOrNothing } from '../oracles/saga-all-or-nothing.js';
import { sessionConformance } from '../oracles/session-conformance.js';
import { singleOwner } from '../oracles/single-owner.js';
import { terminalImmutable } from '../oracles/terminal-immutable.js';
import { linearizable } from './owners-oracles.js';
import { authorityName, authorityProgram } from './authority-service.js';
import { drawnWorkflow, type StepKind } from './drawn-workflow.js';
import { fleetLimits } from './fleet-limits.js';
import { Fleet, type Storm } from './fleet.js';
import { type FleetWorkload, runFleetClient } from './fleet-client.js';
import type { Machine } from './machine.js';
import { orderComputation, orderHandler } from './order.js';
import { numbered } from './numbered.js';
import { OpenWork } from './open-work.js';
import { gentleMoods, Outside } from './outside.js';
import { Quay } from './quay.js';
import { runSagaClient } from './saga-client.js';
import { runSegmentClient, type SegmentFate } from './segment-client.js';
import { storeName, storeProgram } from './store-service.js';
import { tombstonesMax, type WorkerService, type WorkerTerms, workerProgram } from './worker-service.js';

/** The invariants that a voyage of a fleet judges. */
export const fleetInvariants = [
  'audit-complete',
  'authority-linearizable',
  'bulkhead-conserved',
  'cache-is-fold',
  'converges',
  'durable-before-visible',
  'exactly-once-effect',
  'feed-gap-free',
  'fenced',
  'intent-before-effect',
  'lease-latched',
  'monotonic-escalation',
  'no-silent-corruption',
  'nothing-after-end',
  'one-key-one-input',
  'one-terminal-event',
  'recovered-prefix',
  'recovery-soundness',
  'registry-accounts',
  'replay-equivalence',
  'replayed-value-stable',
  'session-conformance',
  'single-owner',
  'terminal-immutable',
] as const;

/** And those of one with segments. */
export const segmentInvariants = ['deletes-only-its-own', 'no-data-loss', 'saga-all-or-nothing'] as const;

/** How a voyage of a fleet differs from others. */
export interface FleetVoyage {
  readonly storm: Storm;
  readonly workersMax: number;
  readonly clientsMax: number;
  readonly operationsMax: number;
  readonly sessionsMax: number;
  /** Of what the workflows are made. */
  readonly plan: readonly [StepKind, ...StepKind[]];
  readonly bulkhead: BulkheadLimits;
  readonly thinkMsMax: number;
  /** Answers from outside take up to so long. */
  readonly effectsMs: number;
  /** Who has to witness results. Drawn from all kinds of rules when absent. */
  readonly rules?: readonly [AgreementRule, ...AgreementRule[]];
  /** Whether there are sagas too. */
  readonly sagas?: boolean;
  /** What befalls segments. Absent where there are none. */
  readonly segments?: readonly [SegmentFate, ...SegmentFate[]];
}

const allRules: readonly [AgreementRule, ...AgreementRule[]] = [
  { kind: 'no_agreement' },
  { kind: 'any_participant' },
  { kind: 'unanimous' },
  { kind: 'threshold', requiredParticipants: 1 },
];

/** Authority, store, workers and clients, and an outside world that workers and store act upon. */
export function sailFleet(simulation: Simulation, voyage: FleetVoyage): void {
  const { tape } = simulation;
  const names = numbered('worker', tape.between('voyage.workers', 2, voyage.workersMax));
  const sessions = numbered('session', tape.between('voyage.sessions', 1, voyage.sessionsMax));
  // What is half done of a saga would stay so, were nobody ever to own its session again.
  const mortal = new Set(
    sessions.filter(
      () => voyage.sagas !== true && voyage.segments === undefined && tape.chance('voyage.fail-closed', 1, 4),
    ),
  );
  const open = new OpenWork();
  const fleet = new Fleet(simulation, {
    storm: voyage.storm,
    nodes: [authorityName, storeName, ...names],
    oracles: (time) => [...oraclesOfAll(simulation, time, voyage.bulkhead), open],
  });
  const outside = new Outside(simulation, fleet.bench, { ...gentleMoods, answersMs: voyage.effectsMs });
  const limits = tape.pick('voyage.held', fleetLimits);
  fleet.launch(
    authorityProgram([labelOf(orderComputation), ...segmentLabels].sort(), limits.ledger),
    fleet.part([recoveredPrefix()]),
  );
  fleet.launch(
    storeProgram((life) => [[orderComputation, orderHandler(life, outside)]]),
    fleet.part([recoveredPrefix()]),
  );
  const escalation = tape.pick<LeaseEscalation>('voyage.escalation', ['retry', 'cancel', 'fail']);
  const rule = tape.pick<AgreementRule>('voyage.rule', voyage.rules ?? allRules);
  const quay = new Quay(simulation, fleet.bench);
  const launchWorker = (name: string): Machine<WorkerService> => {
    const bench: Bench<Fact> = fleet.part(oraclesOfOne());
    const terms: WorkerTerms = {
      policyOf: (session) => (mortal.has(session) ? 'fail_closed' : 'claimable'),
      bulkhead: voyage.bulkhead,
      escalation,
      workflows: (life, remote) => [drawnWorkflow(life, outside, bench, remote)],
      agreement: { rule, participants: names },
      sagas: (life) => [quay.definition(life)],
      limits,
    };
    return fleet.launch(workerProgram(simulation, name, bench, terms), bench);
  };
  const [first, ...further] = names;
  const workload: FleetWorkload = {
    fleet,
    workers: [launchWorker(first), ...further.map(launchWorker)],
    sessions,
    plan: voyage.plan,
    operationsMax: voyage.operationsMax,
    thinkMsMax: voyage.thinkMsMax,
  };
  const clients = numbered('client', tape.between('workload.clients', 1, voyage.clientsMax));
  const others = [
    ...(voyage.sagas === true ? [runSagaClient(workload, 'saga-client')] : []),
    ...(voyage.segments === undefined ? [] : [runSegmentClient(workload, 'segment-client', voyage.segments)]),
  ];
  Promise.all([...clients.map((name) => runFleetClient(workload, name)), ...others])
    .then(() => open.none())
    .then(() => fleet.end(() => open.none()))
    .catch((error: unknown) => simulation.uncaught('voyage', error));
}

/** Judges of what no single node decides. */
function oraclesOfAll(
  simulation: Simulation,
  time: SeaTime,
  bulkhead: BulkheadLimits,
): readonly Oracle<Fact>[] {
  return [
    auditComplete(),
    linearizable(simulation, time),
    bulkheadConserved(bulkhead),
    converges(),
    exactlyOnceEffect(),
    fenced(),
    intentBeforeEffect(),
    leaseLatched(time),
    deletesOnlyItsOwn(),
    noDataLoss(),
    noSilentCorruption(),
    nothingAfterEnd(),
    oneKeyOneInput(),
    replayEquivalence(),
    sagaAllOrNothing(),
    sessionConformance(),
    singleOwner(),
    terminalImmutable(),
  ];
}

/** Judges of one worker: an operation may be known to several, and each has a log of its own. */
function oraclesOfOne(): readonly Oracle<Fact>[] {
  return [
    cacheIsFold(),
    durableBeforeVisible(),
    feedGapFree(),
    monotonicEscalation(),
    oneTerminalEvent(),
    recoveredPrefix(),
    recoverySoundness(),
    registryAccounts({ tombstonesMax }),
    replayedValueStable(),
  ];
}
