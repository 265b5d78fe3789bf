import type { AgreementRule } from '../../agreement/records.js';
import type { CborValue } from '../../codec/cbor.js';
import type { OwnershipCapability } from '../../ownership/capability.js';
import type { OwnerLossPolicy } from '../../ownership/ending.js';
import type { OperationSnapshot } from '../../operations/view.js';
import type { DurableRecoveryPlan } from '../../recovery/plan.js';
import type { Milliseconds } from '../../runtime/clock.js';
import type { NodeName } from '../../runtime/network.js';
import type { Ports } from '../../runtime/ports.js';
import type { Probe } from '../../runtime/probe.js';
import type { SagaRecorded } from '../../sagas/journal.js';
import type { SagaRequest } from '../../sagas/saga-runner.js';
import type { SagaEnd } from '../../sagas/saga.js';
import { type SealedInput, sealInput } from '../../steps/payload.js';
import type { StepRefusal } from '../../steps/refusal.js';
import type { Workflow } from '../../steps/run-workflow.js';
import type { Answer, AuthorityRefused, Authority, LedgerStanding } from '../authority/authority.js';
import type { WaitOutcome } from '../barrier-waiters.js';
import { type NodeStopped, UnknownWorkflow } from '../errors.js';
import type { SubmitRefusal } from '../operation-recorder.js';
import type { WaitRequest } from '../operations-node.js';
import type { Outcome } from '../shell.js';
import type { Subordinate } from '../superior.js';
import {
  type OperationEnd,
  type SubmitRequest,
  WorkflowNode,
  type WorkflowNodeOptions,
} from '../workflow-node.js';
import { NotAdmitted, NotOwner, SessionLost, SessionRefused } from './fleet-refusal.js';
import { FleetSuperior } from './fleet-superior.js';
import { type PeerOptions, Peers, PeerService } from './peers.js';
import { ownerIdOf } from './lives.js';
import { type RemoteSteps, type RemoteWorkOptions, WorkerRemoteSteps } from './remote-steps.js';
import { SessionActs } from './session-acts.js';
import { SessionDuties } from './session-duties.js';
import { SessionHolder } from './session-holder.js';
import { Settling } from './settling.js';
import { type TransferEnd, Transfers } from './transfers.js';
import type { WitnessLimits } from './witness-room.js';
import { WitnessRounds } from './witness-round.js';
import { noSagas, WorkerSagas, type WorkerSagasOptions } from './worker-sagas.js';

/** What a worker is made of, besides what any node that runs workflows is. */
export interface WorkerNodeOptions extends Omit<WorkflowNodeOptions, 'workflows'> {
  /** Or what makes them of what their steps can have the store do. */
  readonly workflows: readonly Workflow[] | ((remote: RemoteSteps) => readonly Workflow[]);
  /** The store; without one no step can ask for remote work. */
  readonly remote?: RemoteWorkOptions;
  /** Of the worker on the network: the same in each of its lives. */
  readonly name: NodeName;
  readonly authority: Authority;
  /** How long before the end of a lease nothing begins any more: what this clock may lag behind within a lease, and what an act takes. */
  readonly leaseMarginMs: Milliseconds;
  /** Who has to witness a result before it is settled: other workers, by name. Nobody, unless told otherwise. */
  readonly agreement?: { readonly rule: AgreementRule; readonly participants: readonly NodeName[] };
  /** How other workers are reached. Without it nobody can be asked to witness, and no session be offered. */
  readonly peers?: PeerOptions;
  readonly witnesses?: WitnessLimits;
  /** The sagas that may be run here; none, unless told otherwise. */
  readonly sagas?: WorkerSagasOptions;
  /** What becomes of a session that is claimed here, should its owner be lost. Claimable, unless told otherwise. */
  readonly policyOf?: (sessionId: string) => OwnerLossPolicy;
}

/** What is submitted to a worker: the same id with the same session, workflow and input is the same operation, at every worker, for ever. */
export interface WorkerSubmitRequest extends SubmitRequest {
  /** 1 to 256 characters. */
  readonly sessionId: string;
}

const witnessLimits: WitnessLimits = { sessionsMax: 100_000, witnessesMax: 10_000 };

/** A rule that needs others, and no way to reach them. */
export class NobodyToWitness extends Error {
  readonly code = 'WORKER_NOBODY_TO_WITNESS';
  override readonly name = 'NobodyToWitness';
  constructor() {
    super('a rule needs participants, and `peers` says how they are reached');
  }
}

/** Why a worker does not do what it was asked to. */
export type OwnershipRefusal = NotOwner | SessionRefused;
export type WorkerSubmitRefusal = SubmitRefusal | OwnershipRefusal | NotAdmitted;

/**
 * A node that runs workflows as one of many: for the sessions that it owns, under leases of the authority, which has the last word on how
 * each operation ends. What it holds of sessions that others own it follows, and takes over should its owner be lost.
 */
export class WorkerNode {
  /** Of this life. */
  readonly ownerId: string;
  readonly #probe: Probe;
  readonly #authority: Authority;
  readonly #node: WorkflowNode;
  readonly #inner: Subordinate;
  readonly #holder: SessionHolder;
  readonly #acts: SessionActs;
  readonly #settling: Settling;
  readonly #duties: SessionDuties;
  readonly #service: PeerService;
  readonly #transfers: Transfers;
  readonly #sagas: WorkerSagas;
  /** How many submissions are under way for which session. */
  readonly #submitting = new Map<string, number>();

  private constructor(
    ports: Ports,
    options: WorkerNodeOptions,
    node: WorkflowNode,
    superior: FleetSuperior,
    remote: WorkerRemoteSteps,
    sagas: WorkerSagas,
  ) {
    const { authority, leaseMarginMs } = options;
    const ownerId = ownerIdOf(options.name, superior.lives.state.count);
    const holder = new SessionHolder(ports, {
      authority,
      ownerId,
      leaseMarginMs,
      policyOf: options.policyOf ?? (() => 'claimable'),
      isNeeded: (sessionId) => this.#isNeeded(sessionId),
      onLost: (sessionId) => this.#duties.lost(sessionId),
    });
    const acts = new SessionActs(ports, holder);
    const settling = new Settling({ ports, authority, acts, node: superior.node });
    const duties = new SessionDuties({
      ports,
      authority,
      holder,
      acts,
      settling,
      node: superior.node,
      sagas,
    });
    this.ownerId = ownerId;
    this.#probe = ports.probe;
    this.#authority = authority;
    this.#node = node;
    this.#inner = superior.node;
    this.#holder = holder;
    this.#acts = acts;
    this.#settling = settling;
    this.#duties = duties;
    const peers = options.peers && new Peers(ports.probe, ownerId, options.peers);
    const { terms, node: inner } = superior;
    const rounds = new WitnessRounds({ ports, terms, peers, acts, holder, node: inner });
    const transfers = new Transfers({ ports, authority, ownerId, peers, acts, holder, duties, sagas });
    const take = transfers.take.bind(transfers);
    this.#service = new PeerService(ports.probe, inner.shell, superior.witnesses, take);
    this.#transfers = transfers;
    const post = { authority, acts, duties, settling, rounds };
    superior.take(post);
    const store = remote.take({ ...post, holder });
    sagas.take(ports, { shell: inner.shell, acts, duties, store });
    this.#sagas = sagas;
    void node.failure.then(() => {
      duties.stop();
      holder.abandon();
    });
  }

  /**
   * Opens a folder, alone, and begins a life of its own: nothing that was granted to an earlier one is held. It acts once it is started.
   *
   * Rejects as {@link WorkflowNode.open}.
   */
  static async open(ports: Ports, options: WorkerNodeOptions): Promise<WorkerNode> {
    const { rule, participants } = options.agreement ?? { rule: { kind: 'no_agreement' }, participants: [] };
    if (rule.kind !== 'no_agreement' && options.peers === undefined) throw new NobodyToWitness();
    const sagas = new WorkerSagas(options.sagas ?? noSagas);
    const superior = new FleetSuperior(
      { ownerId: 'authority', rule, participants: participants.filter((name) => name !== options.name) },
      options.witnesses ?? witnessLimits,
      [sagas.sagas, sagas.locator],
    );
    const remote = new WorkerRemoteSteps(ports, options.remote);
    const { workflows } = options;
    const made = typeof workflows === 'function' ? workflows(remote) : workflows;
    const node = await WorkflowNode.openUnder(superior, ports, { ...options, workflows: made });
    try {
      await superior.node.shell.submit(superior.lives, { kind: 'begin_life' });
    } catch (error) {
      await node.close();
      throw error;
    }
    return new WorkerNode(ports, options, node, superior, remote, sagas);
  }

  /** What was decided about each operation when this life began. Whatever is to go on goes on where its session is owned. */
  get plan(): DurableRecoveryPlan {
    return this.#node.plan;
  }

  get lastLsn(): number {
    return this.#node.lastLsn;
  }

  /** Settles when this life is over because the disk failed. */
  get failure(): Promise<NodeStopped> {
    return this.#node.failure;
  }

  /** Begins to act. */
  start(): void {
    this.#node.start();
    this.#duties.start();
    this.#sagas.start().catch((error: unknown) => {
      this.#probe.event('worker.duty-failed', { session: '', reason: String(error) });
    });
  }

  /**
   * Begins an operation of a session, or attaches to it; takes the session if nobody owns it. Told when that is durable, at the authority
   * and here.
   *
   * @returns Refused with {@link NotOwner} when another worker owns the session.
   * @throws UnknownWorkflow, or PayloadRejected when the input is no data.
   */
  async submit(request: WorkerSubmitRequest): Promise<Outcome<WorkerSubmitRefusal>> {
    const { operationId, sessionId, workflow, input } = request;
    if (!this.#inner.runner.knows(workflow)) throw new UnknownWorkflow(workflow);
    const sealed = sealInput(input, operationId);
    return this.#needing(sessionId, () => this.#submit({ operationId, sessionId, workflow, ...sealed }));
  }

  /**
   * Begins a saga of a session, or attaches to it; takes the session if nobody owns it. It is run whenever the session is owned here, in
   * this life or another one, until it is wholly done or wholly undone.
   *
   * @throws UnknownSagaDefinition, or PayloadRejected when the input is no data.
   */
  runSaga(request: SagaRequest): Promise<SagaRecorded | { kind: 'refused'; refusal: OwnershipRefusal }> {
    const { sessionId } = request;
    return this.#needing(sessionId, async () => {
      const owned = await this.#duties.own(sessionId);
      if (owned.kind === 'granted') return this.#sagas.begin(request);
      return { kind: 'refused', refusal: this.#refusalOf(sessionId, owned.refusal) };
    });
  }

  /** Wishes a saga undone. Refused when it is too late. */
  cancelSaga(sagaId: string, reason: string): Promise<SagaRecorded> {
    return this.#sagas.cancel(sagaId, reason);
  }

  /** Resolves when a saga has ended. Rejects with UnknownSaga, or SagaInterrupted when the worker closes first. */
  sagaEnded(sagaId: string): Promise<SagaEnd> {
    return this.#sagas.ended(sagaId);
  }

  /** Waits for an operation to end, here or wherever it is run: see {@link WorkflowNode.wait}. */
  wait(operationId: string): Promise<OperationEnd> {
    return this.#node.wait(operationId);
  }

  /** See {@link WorkflowNode.waitAll}. */
  waitAll(request: WaitRequest): Promise<WaitOutcome> {
    return this.#node.waitAll(request);
  }

  /**
   * Everything that is known of an operation; undefined when it is not held here. Never less than another worker has shown before: mutant V3.
   *
   * Rejects with RequestTimedOut when another worker may own its session, or the authority may have settled it already, and does not say how it
   * stands.
   */
  async status(operationId: string): Promise<OperationSnapshot | undefined> {
    await this.#duties.confirm(operationId);
    return this.#node.status(operationId);
  }

  /** Asks an operation to stop: see {@link WorkflowNode.cancel}. Refused where its session is not owned. */
  async cancel(operationId: string, reason: string): Promise<Outcome<OwnershipRefusal>> {
    const refusal = await this.#refusalFor(operationId);
    if (refusal !== undefined) return { kind: 'refused', refusal };
    const { lastLsn } = this;
    await this.#node.cancel(operationId, reason);
    return { kind: 'accepted', lastLsn: this.lastLsn, recorded: this.lastLsn - lastLsn };
  }

  /** Resolves a promise of a workflow: see {@link WorkflowNode.resolve}. Refused where its session is not owned. */
  async resolve(
    promise: { readonly operationId: string; readonly stepKey: string },
    token: string,
    value: CborValue,
  ): Promise<Outcome<StepRefusal | OwnershipRefusal>> {
    const refusal = await this.#refusalFor(promise.operationId);
    return refusal === undefined ? this.#node.resolve(promise, token, value) : { kind: 'refused', refusal };
  }

  /**
   * Hands a session that is owned here to another worker, with what is open of it. Nothing of it runs meanwhile.
   *
   * @param toOwnerId - One life of the other worker: its `ownerId`.
   * @param patienceMs - For so long the other one is asked; then the session is taken back.
   */
  transfer(sessionId: string, toOwnerId: string, patienceMs: Milliseconds): Promise<TransferEnd> {
    return this.#transfers.offer(sessionId, toOwnerId, patienceMs);
  }

  /** Answers what other workers ask: to be given what comes for this worker over the network. */
  serve(body: CborValue): Promise<CborValue> {
    return this.#service.serve(body);
  }

  /** The whole state as data: see {@link WorkflowNode.durableState}. */
  durableState(): Promise<{ readonly lsn: number; readonly state: CborValue }> {
    return this.#node.durableState();
  }

  /** Stops running, then gives its sessions back, so that others can go on at once. */
  async close(): Promise<void> {
    this.#duties.stop();
    await this.#sagas.close();
    await this.#node.close();
    await this.#holder.close();
  }

  async #submit(
    operation: SealedInput & {
      readonly operationId: string;
      readonly sessionId: string;
      readonly workflow: string;
    },
  ): Promise<Outcome<WorkerSubmitRefusal>> {
    const { operationId, sessionId, workflow, input, inputDigest } = operation;
    const beginning = { operationId, workflow, input, inputDigest, ownerSessionId: sessionId, parent: null };
    const { recorder, runner, rooms } = this.#inner;
    const isHeld = rooms.operations.state.operations.has(operationId);
    // It has ended here, as it has everywhere: nothing more is to be asked for.
    if (isHeld && !rooms.submissions.state.has(operationId)) return recorder.begin(beginning);
    const exhausted = isHeld ? undefined : recorder.exhausted();
    // Whoever has no room neither takes the session nor keeps it from others: bulkhead-burst 2003655.
    if (exhausted !== undefined) return { kind: 'refused', refusal: exhausted };
    const answer = await this.#admit(operation);
    if (answer.kind === 'refused') return answer;
    const outcome = await recorder.begin(beginning);
    if (outcome.kind === 'refused') return outcome;
    await this.#settling.adopt(operationId, answer.standing);
    runner.begin(operationId);
    // The session may be lost by now.
    if (!this.#duties.isOwned(sessionId)) this.#duties.follow(sessionId);
    return outcome;
  }

  /** Makes the operation known to the authority before it is known here: its ledger is a superset of what any worker holds. */
  async #admit(
    operation: Parameters<Authority['admit']>[1],
  ): Promise<
    | { readonly kind: 'admitted'; readonly standing: LedgerStanding }
    | { readonly kind: 'refused'; readonly refusal: OwnershipRefusal | NotAdmitted }
  > {
    const { operationId, sessionId } = operation;
    for (;;) {
      const owned = await this.#duties.own(sessionId);
      if (owned.kind === 'refused') {
        return { kind: 'refused', refusal: this.#refusalOf(sessionId, owned.refusal) };
      }
      const answer = await this.#tryToAdmit(operation);
      if (answer === undefined) continue;
      return answer.kind === 'granted'
        ? { kind: 'admitted', standing: answer.granted }
        : { kind: 'refused', refusal: new NotAdmitted(operationId, answer.refusal) };
    }
  }

  /** Undefined when the session was lost meanwhile. */
  async #tryToAdmit(
    operation: Parameters<Authority['admit']>[1],
  ): Promise<Answer<LedgerStanding> | undefined> {
    try {
      return await this.#acts.ask(operation.sessionId, 'admit', (capability: OwnershipCapability) =>
        this.#authority.admit(capability, operation),
      );
    } catch (error) {
      if (error instanceof SessionLost) return undefined;
      throw error;
    }
  }

  /** Why nothing may be done about an operation here; undefined when it may, or when it is not held or has ended anyway. */
  async #refusalFor(operationId: string): Promise<OwnershipRefusal | undefined> {
    const { submissions } = this.#inner.rooms;
    if (!submissions.state.has(operationId)) return undefined;
    const sessionId = this.#settling.sessionOf(operationId);
    const owned = await this.#duties.own(sessionId);
    return owned.kind === 'refused' ? this.#refusalOf(sessionId, owned.refusal) : undefined;
  }

  #refusalOf(sessionId: string, refusal: AuthorityRefused): OwnershipRefusal {
    const { code, currentOwnerId } = refusal;
    const isOther = code === 'OWNERSHIP_ALREADY_CLAIMED' && currentOwnerId !== null;
    return isOther ? new NotOwner(sessionId, currentOwnerId) : new SessionRefused(sessionId, refusal);
  }

  /** Keeps a session from being given back while something is begun in it. */
  async #needing<T>(sessionId: string, task: () => Promise<T>): Promise<T> {
    this.#submitting.set(sessionId, (this.#submitting.get(sessionId) ?? 0) + 1);
    try {
      return await task();
    } finally {
      const left = (this.#submitting.get(sessionId) ?? 1) - 1;
      if (left > 0) this.#submitting.set(sessionId, left);
      else this.#submitting.delete(sessionId);
    }
  }

  #isNeeded(sessionId: string): boolean {
    return this.#submitting.has(sessionId) || this.#duties.isNeeded(sessionId);
  }
}
