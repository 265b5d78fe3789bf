import { AuthorityClient } from '../../src/node/authority/authority-client.js';
import { Requests } from '../../src/requests/requests.js';
import type { AgreementRule } from '../../src/agreement/records.js';
import type { NodeName } from '../../src/runtime/network.js';
import { FleetSuperior } from '../../src/node/worker/fleet-superior.js';
import type { WitnessLimits } from '../../src/node/worker/witness-room.js';
import { WorkerSagas } from '../../src/node/worker/worker-sagas.js';
import type { RemoteSteps } from '../../src/node/worker/remote-steps.js';
import { WorkerNode } from '../../src/node/worker/worker-node.js';
import { listWorkflowRooms, makeWorkflowRooms, type WorkflowLimits } from '../../src/node/workflow-rooms.js';
import { patientDisk } from '../../src/log/patient-disk.js';
import type { OwnerLossPolicy } from '../../src/ownership/ending.js';
import { Bulkhead } from '../../src/remote/bulkhead.js';
import type { BulkheadLimits } from '../../src/remote/bulkhead-limits.js';
import { dispatchTo } from '../../src/remote/dispatch.js';
import { segmentComputations } from '../../src/remote/segment-computations.js';
import type { SagaDefinition } from '../../src/sagas/definition.js';
import { LocalSegments } from '../../src/sagas/local-segments.js';
import type { LeaseEscalation } from '../../src/remote/executor.js';
import type { Workflow } from '../../src/steps/run-workflow.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Fact } from '../oracles/facts.js';
import { authorityName, marginMs } from './authority-service.js';
import type { FleetPorts, FleetProgram } from './fleet.js';
import type { FleetLimits } from './fleet-limits.js';
import { heldEvidence } from './held-evidence.js';
import { orderComputation } from './order.js';
import { recordAuthority } from './recorded-authority.js';
import { segmentsDirectory, segmentSagas } from './segment-works.js';
import type { Audit, Service } from './service.js';
import { shadowOfRooms, stateDigest } from './shadow.js';
import { storeName } from './store-service.js';
import { tellDecided } from './tell-decided.js';
import { tellWorker } from './tell-worker.js';

/** What a worker of a voyage is made of. */
export interface WorkerTerms {
  readonly policyOf: (sessionId: string) => OwnerLossPolicy;
  readonly bulkhead: BulkheadLimits;
  readonly escalation: LeaseEscalation;
  readonly workflows: (life: Life, remote: RemoteSteps) => readonly Workflow[];
  /** Who has to witness a result. */
  readonly agreement: { readonly rule: AgreementRule; readonly participants: readonly NodeName[] };
  readonly sagas: (life: Life) => readonly SagaDefinition[];
  readonly limits: FleetLimits;
}

/** So many tombstones that none is dropped. */
export const tombstonesMax = 1000;
const sagaLimits = { attemptsMax: 6, openMax: 64, endedMax: 512, namesMax: 512 };
const authorityDeadlineMs = 500;
const peerDeadlineMs = 300;
const remoteDeadlineMs = 1500;

/** A worker as something that a server can run. */
export class WorkerService implements Service {
  readonly node: WorkerNode;
  readonly stopped: Promise<unknown>;
  readonly #name: string;
  readonly #limits: FleetLimits;

  private constructor(node: WorkerNode, name: string, limits: FleetLimits) {
    this.node = node;
    this.stopped = node.failure;
    this.#name = name;
    this.#limits = limits;
  }

  static async open(
    { ports, network, options, life }: FleetPorts,
    bench: Bench<Fact>,
    terms: WorkerTerms,
  ): Promise<WorkerService> {
    const { self: name } = network;
    const opened: WorkerNode[] = [];
    const requests = new Requests(ports, network, async (_from, body) => {
      const [running] = opened;
      // Nobody is answered before it has recovered, and whoever asked asks again.
      if (running === undefined) throw new Error('not open yet');
      return running.serve(body);
    });
    const client = new AuthorityClient(requests, authorityName, { deadlineMs: authorityDeadlineMs });
    const authority = recordAuthority(client, bench, name);
    const { policyOf, escalation, workflows } = terms;
    const local = await LocalSegments.open(
      patientDisk(ports.disk, ports.clock, ports.probe),
      segmentsDirectory,
    );
    const node = await WorkerNode.open(ports, {
      ...options,
      ...roomLimits(terms.limits),
      name,
      authority,
      leaseMarginMs: marginMs,
      policyOf,
      agreement: terms.agreement,
      witnesses: witnessLimits(terms.limits),
      peers: { asker: requests, deadlineMs: peerDeadlineMs },
      sagas: {
        ...sagaLimits,
        definitions: (store) => [
          ...terms.sagas(life),
          ...(store === undefined ? [] : segmentSagas(local, store)),
        ],
      },
      workflows: (remote) => workflows(life, remote),
      remote: {
        computations: [orderComputation, ...Object.values(segmentComputations)],
        dispatch: dispatchTo(storeName, requests),
        escalation,
        backoff: { retriesMax: 3, firstDelayMs: 20, delayMaxMs: 200 },
        bulkhead: new Bulkhead(ports, terms.bulkhead),
        deadlineMs: remoteDeadlineMs,
      },
    });
    opened.push(node);
    return new WorkerService(node, name, terms.limits);
  }

  get lastLsn(): number {
    return this.node.lastLsn;
  }

  start(): void {
    this.node.start();
  }

  async audit(): Promise<Audit> {
    const { lsn, state } = await this.node.durableState();
    const cache = heldEvidence(this.#name, this.#limits.evidenceMax, state, lsn);
    return { lsn, digest: stateDigest(state), shows: [cache] };
  }

  get decided(): readonly Fact[] {
    return tellDecided(this.#name, this.node.plan);
  }
}

function roomLimits({ completedMax, evidenceMax }: FleetLimits): WorkflowLimits {
  return { completedMax, evidenceMax, concurrentMax: null, tombstonesMax };
}

function witnessLimits({ witnessesMax }: FleetLimits): WitnessLimits {
  return { sessionsMax: 64, witnessesMax };
}

/** A worker of a fleet. */
export function workerProgram(
  simulation: Simulation,
  name: string,
  bench: Bench<Fact>,
  terms: WorkerTerms,
): FleetProgram<WorkerService> {
  return {
    name,
    makeShadow: () => {
      const { sagas, locator } = new WorkerSagas({ ...sagaLimits, definitions: () => [] });
      const agreement = { ...terms.agreement, ownerId: authorityName };
      const { rooms } = new FleetSuperior(agreement, witnessLimits(terms.limits), [sagas, locator]);
      return shadowOfRooms([...listWorkflowRooms(makeWorkflowRooms(roomLimits(terms.limits))), ...rooms]);
    },
    tell: tellWorker(simulation, name),
    open: (ports) => WorkerService.open(ports, bench, terms),
  };
}
