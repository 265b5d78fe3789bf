import type { CborValue } from '../codec/cbor.js';
import { resumableEvidenceIds } from '../evidence/lookup.js';
import type { OperationsCommand } from '../operations/command.js';
import type { Cursors } from '../operations/cursors.js';
import type { OperationsEntry } from '../operations/entry.js';
import { type CompletionPage, feedSince } from '../operations/feed.js';
import type { OperationsRefusal } from '../operations/refusal.js';
import { type OperationSnapshot, snapshotOf } from '../operations/view.js';
import { Watchers, type WatchEnd } from '../operations/watchers.js';
import type { DurableRecoveryPlan } from '../recovery/plan.js';
import type { Ports } from '../runtime/ports.js';
import { failureMessage } from '../steps/outcome.js';
import { openPayload, sealInput } from '../steps/payload.js';
import { resolvePromise } from '../steps/promise-token.js';
import type { StepRefusal } from '../steps/refusal.js';
import type { Workflow } from '../steps/run-workflow.js';
import { stepKeyOf } from '../steps/step-key.js';
import { BarrierWaiters, type WaitOutcome } from './barrier-waiters.js';
import { ChildOperations } from './child-operations.js';
import { type NodeStopped, UnknownWorkflow } from './errors.js';
import { NodeJournal } from './node-journal.js';
import { OperationChanges } from './operation-changes.js';
import type { WaitRequest } from './operations-node.js';
import { OperationRecorder, type SubmitRefusal } from './operation-recorder.js';
import { RecoveringAgreement } from './recovering-agreement.js';
import { type Outcome, Shell, type ShellOptions } from './shell.js';
import { nobodyAbove, type Superior } from './superior.js';
import { assertPlanFits, isAlive } from './take-up.js';
import {
  listWorkflowRooms,
  makeWorkflowRooms,
  type WorkflowLimits,
  type WorkflowRooms,
} from './workflow-rooms.js';
import { WorkflowRunner } from './workflow-runner.js';

/** What a workflow node is made of. All but the workflows has a default: {@link workflowNodeDefaults}. */
export interface WorkflowNodeOptions extends Partial<ShellOptions & WorkflowLimits> {
  readonly workflows: readonly Workflow[];
}

/** For a service of ordinary size. */
export const workflowNodeDefaults = {
  directory: 'log',
  segmentBytes: 16_777_216,
  snapshotEveryRecords: 10_000,
  completedMax: 256,
  concurrentMax: null,
  tombstonesMax: 10_000,
  evidenceMax: 10_000,
} as const satisfies ShellOptions & WorkflowLimits;

/** What is submitted: the same id with the same workflow and input is the same operation, for ever. */
export interface SubmitRequest {
  /** 1 to 256 characters. */
  readonly operationId: string;
  readonly workflow: string;
  readonly input: CborValue;
}

/** How an operation ended, and what its workflow returned, if it completed and that is still held. */
export interface OperationEnd {
  readonly watch: WatchEnd;
  readonly value: CborValue | undefined;
}

interface Parts {
  readonly ports: Ports;
  readonly shell: Shell;
  readonly rooms: WorkflowRooms;
  readonly plan: DurableRecoveryPlan;
  readonly superior: Superior;
}

/**
 * A node that runs workflows: registers operations, runs each to its durable end, and takes up after a restart what had not ended.
 *
 * Nothing that it answers rests on anything that is not durable; a question rejects with {@link NodeStopped} when the disk fails first.
 */
export class WorkflowNode {
  /** What was decided about each operation when this life began. It was found to be sound, or there would be no node. */
  readonly plan: DurableRecoveryPlan;
  readonly #ports: Ports;
  readonly #shell: Shell;
  readonly #rooms: WorkflowRooms;
  readonly #superior: Superior;
  readonly #watchers: Watchers;
  readonly #waiters: BarrierWaiters;
  readonly #changes = new OperationChanges();
  readonly #journal: NodeJournal;
  readonly #recorder: OperationRecorder;
  readonly #runner: WorkflowRunner;
  readonly #children: ChildOperations;

  private constructor({ ports, shell, rooms, plan, superior }: Parts, options: WorkflowNodeOptions) {
    const { evidenceMax } = { ...workflowNodeDefaults, ...options };
    this.plan = plan;
    this.#ports = ports;
    this.#shell = shell;
    this.#rooms = rooms;
    this.#superior = superior;
    this.#watchers = new Watchers(rooms.operations);
    this.#waiters = new BarrierWaiters(rooms.operations.state);
    const watchers = this.#watchers;
    const recorder = new OperationRecorder({
      clock: ports.clock,
      shell,
      rooms,
      watchers,
      evidenceMax,
      superior,
    });
    const journal = new NodeJournal(ports, shell, rooms.steps, {
      finish: (command) => recorder.finish(command),
      child: (parent, call, signal) => children.run(parent, call, signal),
      mayAct: (operationId) => superior.mayAct(operationId),
    });
    const { workflows } = options;
    const runner = new WorkflowRunner({ ports, shell, rooms, recorder, journal, superior, workflows });
    const orphaned = (operationId: string): void => this.#orphaned(operationId);
    const children = new ChildOperations({ shell, rooms, recorder, watchers, runner, superior, orphaned });
    superior.attach({ shell, rooms, journal, recorder, runner });
    this.#journal = journal;
    this.#recorder = recorder;
    this.#runner = runner;
    this.#children = children;
    void this.failure.then(() => {
      this.#watchers.close();
      this.#waiters.close();
      this.#changes.close();
    });
  }

  /**
   * Opens a folder, alone: recovers what its log holds, and answers. It acts once it is started.
   *
   * Rejects, and changes nothing, when another live process has the folder open, when its log is damaged or was written by a newer
   * version, and when what it holds cannot have been written by this engine.
   *
   * @example
   * ```ts
   * import { idempotent, nodePorts, WorkflowNode, type Workflow } from 'seaworthy';
   *
   * const greet: Workflow = {
   *   name: 'greet',
   *   program: (context, input) => context.step(idempotent('say', input), () => `hello ${String(input)}`),
   * };
   * const node = await WorkflowNode.open(nodePorts('.'), { workflows: [greet] });
   * node.start();
   * await node.submit({ operationId: 'first', workflow: 'greet', input: 'sea' });
   * console.log((await node.wait('first')).value); // => hello sea
   * await node.close();
   * ```
   */
  static open(ports: Ports, options: WorkflowNodeOptions): Promise<WorkflowNode> {
    return WorkflowNode.openUnder(nobodyAbove, ports, options);
  }

  /** As {@link WorkflowNode.open}, for a node that answers to somebody. */
  static async openUnder(
    superior: Superior,
    ports: Ports,
    options: WorkflowNodeOptions,
  ): Promise<WorkflowNode> {
    const settings = { ...workflowNodeDefaults, ...options };
    const made: WorkflowNode[] = [];
    const rooms = makeWorkflowRooms(settings, (entry) => {
      for (const node of made) node.#told(entry);
    });
    const agreement = new RecoveringAgreement(rooms.agreement);
    const recovering = [...listWorkflowRooms(rooms), ...superior.rooms].map((room) =>
      room === rooms.agreement ? agreement : room,
    );
    const shell = await Shell.open(ports, settings, recovering);
    try {
      const plan = agreement.plan(shell.recovery.snapshotLsn, resumableEvidenceIds(rooms.evidence.state));
      assertPlanFits(plan, {
        registered: rooms.operations.state.operations.keys(),
        submitted: rooms.submissions.state,
      });
      const node = new WorkflowNode({ ports, shell, rooms, plan, superior }, options);
      made.push(node);
      return node;
    } catch (error) {
      await shell.close();
      throw error;
    }
  }

  /** Begins to act: carries out what was decided about each operation. */
  start(): void {
    this.#runner.start();
    for (const { operationId, action } of this.plan.decisions) {
      if (!isAlive(action)) this.#letGo(operationId);
    }
    // Those that go on by the plan, and those that were submitted since.
    for (const operationId of this.#rooms.submissions.state.keys()) this.#runner.begin(operationId);
    this.#children.start();
  }

  get lastLsn(): number {
    return this.#shell.lastLsn;
  }

  /** Settles when this life is over because the disk failed. */
  get failure(): Promise<NodeStopped> {
    return this.#shell.failure;
  }

  /**
   * Begins an operation, or attaches to the one that has the id. Told when that is durable.
   *
   * @returns Refused when the id stands for something else, or when too many operations are alive.
   * @throws {@link UnknownWorkflow}, or PayloadRejected when the input is no data.
   *
   * @example
   * ```ts
   * import { nodePorts, WorkflowNode } from 'seaworthy';
   *
   * const node = await WorkflowNode.open(nodePorts('.'), {
   *   workflows: [{ name: 'echo', program: async (_, input) => input }],
   * });
   * node.start();
   * const request = { operationId: 'e', workflow: 'echo', input: 1 };
   * console.log((await node.submit(request)).kind); // => accepted
   * console.log((await node.submit(request)).kind); // => accepted
   * console.log((await node.submit({ ...request, input: 2 })).kind); // => refused
   * await node.close();
   * ```
   */
  async submit({ operationId, workflow, input }: SubmitRequest): Promise<Outcome<SubmitRefusal>> {
    if (!this.#runner.knows(workflow)) throw new UnknownWorkflow(workflow);
    const sealed = sealInput(input, operationId);
    const outcome = await this.#recorder.begin({
      operationId,
      workflow,
      ...sealed,
      ownerSessionId: 'node',
      parent: null,
    });
    if (outcome.kind === 'accepted') this.#runner.begin(operationId);
    return outcome;
  }

  /**
   * Waits for an operation to end. Rejects with {@link NodeStopped} when this life is over already.
   *
   * @example
   * ```ts
   * import { nodePorts, WorkflowNode } from 'seaworthy';
   *
   * const sink = { name: 'sink', program: () => Promise.reject(new Error('leak')) };
   * const node = await WorkflowNode.open(nodePorts('.'), { workflows: [sink] });
   * node.start();
   * await node.submit({ operationId: 's', workflow: 'sink', input: null });
   * const { watch } = await node.wait('s');
   * if (watch.kind === 'ended') console.log(watch.outcome); // => { kind: 'failed', error: 'Error: leak' }
   * await node.close();
   * ```
   */
  async wait(operationId: string): Promise<OperationEnd> {
    // In a box, since a read waits for what it is given. What nobody knows is told only when that, too, is durable.
    const box = await this.#shell.read(() => ({ end: this.#watchers.subscribe(operationId) }));
    const watch = await box.end;
    const outcome = this.#rooms.steps.state.executions.get(operationId)?.outcome;
    const value = outcome?.kind === 'completed' ? openPayload(outcome.payload) : undefined;
    return { watch, value };
  }

  /**
   * What is known of an operation, now and after each change, up to its end. Whoever is slow sees the newest only. Ends at once when the
   * operation is not held.
   *
   * @example
   * ```ts
   * import { nodePorts, WorkflowNode, type Workflow } from 'seaworthy';
   *
   * const nap: Workflow = { name: 'nap', program: (context) => context.sleep('nap', 50).then(() => null) };
   * const node = await WorkflowNode.open(nodePorts('.'), { workflows: [nap] });
   * await node.submit({ operationId: 'n', workflow: 'nap', input: null });
   * for await (const { status } of node.watch('n')) {
   *   console.log(status);
   *   node.start();
   * }
   * // => provisioning
   * // => running
   * // => completed
   * await node.close();
   * ```
   */
  async *watch(operationId: string): AsyncGenerator<OperationSnapshot, void> {
    for (;;) {
      const change = this.#changes.next(operationId);
      try {
        const snapshot = await this.status(operationId);
        if (snapshot === undefined) return;
        yield snapshot;
        if (snapshot.terminal) return;
        await change.changed;
      } finally {
        change.drop();
      }
    }
  }

  /**
   * Waits until all of these operations have ended, and gives their answers in the order of the request. Asked again with the same request
   * id, also after a restart, it is the same wait; its answers are held until they are acknowledged.
   *
   * @example
   * ```ts
   * import { nodePorts, WorkflowNode } from 'seaworthy';
   *
   * const double = { name: 'double', program: async (_: unknown, input: unknown) => Number(input) * 2 };
   * const node = await WorkflowNode.open(nodePorts('.'), { workflows: [double] });
   * node.start();
   * await node.submit({ operationId: 'one', workflow: 'double', input: 1 });
   * await node.submit({ operationId: 'two', workflow: 'double', input: 2 });
   * const all = await node.waitAll({ requestId: 'both', operationIds: ['two', 'one'] });
   * if (all.kind === 'satisfied') console.log(all.answers.length); // => 2
   * await node.acknowledge('both');
   * await node.close();
   * ```
   */
  waitAll({ requestId, operationIds }: WaitRequest): Promise<WaitOutcome> {
    return this.#waiters.waitAll(this.#shell, requestId, () =>
      this.#rooms.operations.propose({ kind: 'wait_all', requestId, operationIds, ...this.#now() }),
    );
  }

  /** Whoever waited for all has the answers: the node may forget them. */
  acknowledge(requestId: string): Promise<Outcome<OperationsRefusal>> {
    return this.#tell({ kind: 'acknowledge_wait', requestId, ...this.#now() });
  }

  /** Drops a wait for all that is still open. Whoever waits is told. */
  cancelWait(requestId: string): Promise<Outcome<OperationsRefusal>> {
    return this.#tell({ kind: 'cancel_wait', requestId, ...this.#now() });
  }

  /** Everything that is known of an operation; undefined when it is not held. */
  status(operationId: string): Promise<OperationSnapshot | undefined> {
    return this.#shell.read(() => snapshotOf(this.#rooms.operations.state, operationId));
  }

  /** Says how far an operation is. @param percent - 0 to 100, or null. */
  progress(
    operationId: string,
    message: string,
    percent: number | null,
  ): Promise<Outcome<OperationsRefusal>> {
    return this.#tell({ kind: 'report_progress', operationId, message, percent, ...this.#now() });
  }

  /**
   * Asks an operation to stop, durably: nothing of it begins any more. Effects that have begun are waited for, for some seconds; what is in
   * doubt then is settled by its policy. Then it ends as cancelled, unless it has come to another end by then: wait for it to see which.
   *
   * @param reason - Its first 1000 characters are kept.
   *
   * @example
   * ```ts
   * import { nodePorts, WorkflowNode, type Workflow } from 'seaworthy';
   *
   * const patient: Workflow = {
   *   name: 'patient',
   *   program: async (context) => (await context.promise('word')).value(),
   * };
   * const node = await WorkflowNode.open(nodePorts('.'), { workflows: [patient] });
   * node.start();
   * await node.submit({ operationId: 'p', workflow: 'patient', input: null });
   * await node.cancel('p', 'nobody calls');
   * const { watch } = await node.wait('p');
   * if (watch.kind === 'ended') console.log(watch.outcome); // => { kind: 'cancelled', reason: 'nobody calls' }
   * await node.close();
   * ```
   */
  async cancel(operationId: string, reason: string): Promise<void> {
    // It becomes part of several records of one batch, which has to fit.
    const cancelling = { kind: 'cancel_requested', operationId, reason: failureMessage(reason) } as const;
    await this.#shell.submit(this.#rooms.submissions, cancelling);
    this.#runner.interrupt(operationId);
    // Its run may have come to nothing, such as for want of its workflow.
    this.#runner.begin(operationId);
  }

  /**
   * Resolves a promise of a workflow, by a token that the workflow has handed out.
   *
   * @throws InvalidStepKey, PayloadRejected
   *
   * @example
   * ```ts
   * import { idempotent, nodePorts, WorkflowNode, type Workflow } from 'seaworthy';
   *
   * const approval: Workflow = {
   *   name: 'approval',
   *   async program(context) {
   *     const answer = await context.promise('boss');
   *     const token = await answer.issueToken();
   *     await context.step(idempotent('ask', null), () => {
   *       setTimeout(approve, 20, token);
   *       return null;
   *     });
   *     return answer.value();
   *   },
   * };
   * const approve = (token: string) =>
   *   node.resolve({ operationId: 'a', stepKey: 'boss#0' }, token, 'granted');
   * const node = await WorkflowNode.open(nodePorts('.'), { workflows: [approval] });
   * node.start();
   * await node.submit({ operationId: 'a', workflow: 'approval', input: null });
   * console.log((await node.wait('a')).value); // => granted
   * await node.close();
   * ```
   */
  async resolve(
    promise: { readonly operationId: string; readonly stepKey: string },
    token: string,
    value: CborValue,
  ): Promise<Outcome<StepRefusal>> {
    const { operationId } = promise;
    const stepKey = stepKeyOf(promise.stepKey);
    const command = resolvePromise(operationId, stepKey, token, value);
    const outcome = await this.#shell.submit(this.#rooms.steps, command);
    if (outcome.kind === 'accepted') this.#journal.resolved(operationId, stepKey);
    return outcome;
  }

  /**
   * A page of the completion feed: up to `limit` operations that ended behind `afterSeq`, and whether the reader has missed some.
   *
   * @example
   * ```ts
   * import { nodePorts, WorkflowNode } from 'seaworthy';
   *
   * const noop = { name: 'noop', program: async () => null };
   * const node = await WorkflowNode.open(nodePorts('.'), { workflows: [noop] });
   * node.start();
   * for (const operationId of ['a', 'b', 'c']) {
   *   await node.submit({ operationId, workflow: 'noop', input: null });
   *   await node.wait(operationId);
   * }
   * let page = await node.feed(0, 2);
   * console.log(page.entries.map((entry) => entry.operationId)); // => [ 'a', 'b' ]
   * page = await node.feed(page.throughSeq, 2);
   * console.log(page.entries.map((entry) => entry.operationId), page.gap); // => [ 'c' ] null
   * await node.close();
   * ```
   */
  feed(afterSeq: number, limit: number): Promise<CompletionPage> {
    return this.#shell.read(() => feedSince(this.#rooms.operations.state, afterSeq, limit));
  }

  /** Where the durable cursors of the feed are. */
  cursors(): Promise<Cursors> {
    return this.#shell.read(() => this.#rooms.operations.state.cursors);
  }

  /** Moves cursors of the feed forward, durably, so that a reader goes on after a restart where it was. */
  advanceCursors(to: Readonly<Partial<Cursors>>): Promise<Outcome<OperationsRefusal>> {
    return this.#tell({ kind: 'advance_cursors', to, ...this.#now() });
  }

  /** The whole state as data, with the LSN that it is the fold of, once that is durable. For comparing nodes. */
  durableState(): Promise<{ readonly lsn: number; readonly state: CborValue }> {
    return this.#shell.read(() => ({ lsn: this.lastLsn, state: this.#capture() }));
  }

  /**
   * Stops running, once effects that have begun are journaled, or after some seconds. What has not ended is taken up by the next life.
   *
   * @example
   * ```ts
   * import { nodePorts, WorkflowNode, type Workflow } from 'seaworthy';
   *
   * const nap: Workflow = { name: 'nap', program: (context) => context.sleep('nap', 300).then(() => 'rested') };
   * const first = await WorkflowNode.open(nodePorts('.'), { workflows: [nap] });
   * first.start();
   * await first.submit({ operationId: 'n', workflow: 'nap', input: null });
   * await first.close();
   *
   * const second = await WorkflowNode.open(nodePorts('.'), { workflows: [nap] });
   * second.start();
   * console.log((await second.wait('n')).value); // => rested
   * await second.close();
   * ```
   */
  async close(): Promise<void> {
    await this.#runner.close();
    this.#watchers.close();
    this.#waiters.close();
    await this.#shell.close();
    // Now, so that whoever looks again finds the node stopped.
    this.#changes.close();
  }

  #capture(): CborValue {
    return [...listWorkflowRooms(this.#rooms), ...this.#superior.rooms].map((room) => room.capture());
  }

  #tell(command: OperationsCommand): Promise<Outcome<OperationsRefusal>> {
    return this.#shell.submit(this.#rooms.operations, command);
  }

  #now(): { readonly atMs: number } {
    return { atMs: this.#ports.clock.wallMs() };
  }

  /** An entry about an operation has become durable. */
  #told(entry: OperationsEntry): void {
    this.#watchers.told(entry);
    this.#waiters.told(entry);
    this.#changes.told(entry);
    if (entry.kind === 'operation_ended' || entry.kind === 'operation_evicted')
      this.#letGo(entry.operationId);
    if (entry.kind === 'operation_ended') this.#children.parentEnded(entry.operationId);
  }

  /** Whoever waited for this operation has ended. */
  #orphaned(operationId: string): void {
    this.#later(operationId, this.cancel(operationId, 'the operation that waited for it has ended'));
  }

  #letGo(operationId: string): void {
    this.#later(operationId, this.#recorder.letGo(operationId));
  }

  /** What nobody waits for. Done by the next life when this one ends first. */
  #later(operationId: string, task: Promise<void>): void {
    task.catch((error: unknown) => {
      this.#ports.probe.event('node.put-off', { operationId, reason: String(error) });
    });
  }
}
