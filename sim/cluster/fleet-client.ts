import { encodeCanonical } from '../../src/codec/cbor.js';
import { NotOwner, SessionRefused } from '../../src/node/worker/fleet-refusal.js';
import type { WorkerSubmitRequest } from '../../src/node/worker/worker-node.js';
import { bytesDigest } from './bytes-digest.js';
import { drawnWorkflowName, drawPlan, inputOf, type StepKind } from './drawn-workflow.js';
import type { Fleet } from './fleet.js';
import type { Machine } from './machine.js';
import { pause } from './pause.js';
import { ask } from './single-node.js';
import type { WorkerService } from './worker-service.js';

/** How long another worker is asked to take a session. */
const patienceMs = 500;

/** What the clients of a fleet know of it. */
export interface FleetWorkload {
  readonly fleet: Fleet;
  readonly workers: readonly [Machine<WorkerService>, ...Machine<WorkerService>[]];
  readonly sessions: readonly [string, ...string[]];
  readonly plan: readonly [StepKind, ...StepKind[]];
  readonly operationsMax: number;
  /** Between two operations of one client. */
  readonly thinkMsMax: number;
}

/** Submits operations of some sessions to some workers, follows them to their ends, wherever those are told, and cancels now and then. */
export async function runFleetClient(workload: FleetWorkload, name: string): Promise<void> {
  const { simulation } = workload.fleet;
  const { tape } = simulation;
  const operations: Promise<void>[] = [];
  const count = tape.between('workload.operations', 1, workload.operationsMax);
  for (let index = 0; index < count; index += 1) {
    await pause(simulation, tape.draw('workload.think', workload.thinkMsMax));
    const operationId = `${name}.op-${index}`;
    operations.push(
      new FollowedOperation(workload, name, {
        operationId,
        sessionId: tape.pick('workload.session', workload.sessions),
        workflow: drawnWorkflowName,
        input: inputOf(operationId, drawPlan(tape, workload.plan)),
      }).untilEnded(),
    );
  }
  await Promise.all(operations);
}

/** One operation, as its client sees it. */
class FollowedOperation {
  readonly #workload: FleetWorkload;
  readonly #client: string;
  readonly #request: WorkerSubmitRequest;
  #at: Machine<WorkerService>;

  constructor(workload: FleetWorkload, client: string, request: WorkerSubmitRequest) {
    this.#workload = workload;
    this.#client = client;
    this.#request = request;
    this.#at = this.#drawWorker();
  }

  /** Submits it again wherever it is not known any more, which attaches to it. */
  async untilEnded(): Promise<void> {
    const { tape } = this.#workload.fleet.simulation;
    while (await this.#isAccepted()) {
      if (tape.chance('workload.cancel', 1, 10)) await this.#cancel();
      if (tape.chance('workload.hands-over', 1, 6)) await this.#handOver();
      if (tape.chance('workload.other-input', 1, 6)) await this.#submitOther();
      if (tape.chance('workload.waits-elsewhere', 1, 5)) this.#at = this.#drawWorker();
      if (await this.#hasEnded()) {
        if (tape.chance('workload.looks-elsewhere', 1, 2)) this.#at = this.#drawWorker();
        return this.#look();
      }
      await this.#pause();
      this.#at = this.#drawWorker();
    }
  }

  /** False when nobody will ever take it. */
  async #isAccepted(): Promise<boolean> {
    for (;;) {
      const outcome = await this.#submit();
      if (outcome?.kind === 'accepted') return true;
      const refusal = outcome?.refusal;
      if (refusal instanceof SessionRefused && refusal.reason === 'OWNERSHIP_TERMINAL') return false;
      await this.#pause();
      const owner = refusal instanceof NotOwner ? this.#workerOf(refusal.workerName) : undefined;
      this.#at = owner ?? this.#drawWorker();
    }
  }

  #submit(
    request = this.#request,
  ): Promise<Awaited<ReturnType<WorkerService['node']['submit']>> | undefined> {
    const { operationId: operation } = request;
    return this.#ask(
      `submit-${operation}`,
      ({ node }) => node.submit(request),
      (outcome) => {
        const answer = outcome.kind === 'accepted' ? outcome.kind : outcome.refusal.code;
        const input = bytesDigest(encodeCanonical(request.input));
        this.#at.bench.observe({ kind: 'client.submitted', node: this.#client, operation, input, answer });
      },
    );
  }

  /** The id is taken, by this very client: whatever else is asked for under it is a conflict, at every worker, for ever. */
  async #submitOther(): Promise<void> {
    const { workers, plan, fleet } = this.#workload;
    const { operationId } = this.#request;
    const before = this.#at;
    this.#at = fleet.simulation.tape.pick('workload.other-worker', workers);
    await this.#submit({ ...this.#request, input: inputOf(`${operationId}.other`, [plan[0]]) });
    this.#at = before;
  }

  /** Whether it has been told how it ended. */
  async #hasEnded(): Promise<boolean> {
    const { operationId: operation } = this.#request;
    const at = this.#at;
    const end = await this.#ask(
      `wait-${operation}`,
      ({ node }) => node.wait(operation),
      ({ watch }) => {
        if (!('outcome' in watch)) return;
        const outcome = watch.outcome.kind;
        at.bench.observe({ kind: 'client.ended', node: this.#client, operation, outcome });
      },
    );
    return end !== undefined && 'outcome' in end.watch;
  }

  async #cancel(): Promise<void> {
    const { operationId } = this.#request;
    await this.#pause();
    await this.#ask(
      `cancel-${operationId}`,
      ({ node }) => node.cancel(operationId, 'drawn'),
      () => {},
    );
  }

  /** Has the session given to another worker, as whoever takes one out of service would. */
  async #handOver(): Promise<void> {
    const { operationId, sessionId } = this.#request;
    await this.#pause();
    const to = this.#drawWorker().server.running?.node.ownerId;
    if (to === undefined) return;
    await this.#ask(
      `hand-over-${operationId}`,
      ({ node }) => node.transfer(sessionId, to, patienceMs),
      () => {},
    );
  }

  async #look(): Promise<void> {
    const { operationId: operation } = this.#request;
    const at = this.#at;
    await this.#ask(
      `look-${operation}`,
      ({ node }) => node.status(operation),
      (snapshot) => {
        const status = snapshot?.status ?? '';
        at.bench.observe({ kind: 'client.looked', node: this.#client, operation, status });
      },
    );
  }

  async #ask<Answer>(
    request: string,
    action: (service: WorkerService) => Promise<Answer>,
    shown: (answer: Answer) => void,
  ): Promise<Answer | undefined> {
    const { fleet } = this.#workload;
    const id = `${request}-${fleet.simulation.nowMs}`;
    const boxed = await ask(
      fleet.at(this.#at),
      this.#client,
      id,
      async (service) => ({ answer: await action(service) }),
      ({ answer }) => shown(answer),
    );
    return boxed?.answer;
  }

  #pause(): Promise<void> {
    const { simulation } = this.#workload.fleet;
    return pause(simulation, 20 + simulation.tape.draw('workload.retry', 100));
  }

  #workerOf(name: string): Machine<WorkerService> | undefined {
    return this.#workload.workers.find((worker) => worker.name === name);
  }

  #drawWorker(): Machine<WorkerService> {
    return this.#workload.fleet.simulation.tape.pick('workload.worker', this.#workload.workers);
  }
}
