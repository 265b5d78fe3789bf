import type { CborValue } from '../codec/cbor.js';
import { digestHex } from '../codec/digest.js';
import type { OperationsCommand } from '../operations/command.js';
import type { OperationsEntry } from '../operations/entry.js';
import { type CompletionPage, feedSince } from '../operations/feed.js';
import type { OperationsLimits } from '../operations/limits.js';
import { operationsProjection } from '../operations/projection.js';
import type { OperationsRefusal } from '../operations/refusal.js';
import type { OperationSpec } from '../operations/spec.js';
import type { OperationsState } from '../operations/state.js';
import { type OperationSnapshot, snapshotOf, standingOf } from '../operations/view.js';
import { Watchers, type WatchEnd } from '../operations/watchers.js';
import type { Ports } from '../runtime/ports.js';
import type { FinishCommand } from '../steps/command.js';
import { ExecutionInterrupted, OutcomeUnknown } from '../steps/halt.js';
import { viewExecution } from '../steps/journal.js';
import type { Failure } from '../steps/outcome.js';
import { openPayload, payloadOf, sealCanonical, sealPayload } from '../steps/payload.js';
import { stepsProjection } from '../steps/projection.js';
import { resolvePromise } from '../steps/promise-token.js';
import type { StepRefusal } from '../steps/refusal.js';
import { runWorkflow, type Workflow } from '../steps/run-workflow.js';
import type { StepsState } from '../steps/state.js';
import { stepKeyOf } from '../steps/step-key.js';
import { NodeStopped, UnknownWorkflow } from './errors.js';
import { type Finish, NodeJournal, type StepsRoom } from './node-journal.js';
import { Room } from './room.js';
import { type Outcome, Shell, type ShellOptions } from './shell.js';
import {
  type SubmissionCommand,
  type SubmissionEntry,
  type Submissions,
  submissionsProjection,
} from './submissions.js';

/** What a workflow node is made of. */
export interface WorkflowNodeOptions extends ShellOptions, OperationsLimits {
  readonly workflows: readonly Workflow[];
}

/** What is submitted: the same id with the same workflow and input is the same operation, for ever. */
export interface SubmitRequest {
  readonly operationId: string;
  readonly workflow: string;
  readonly input: CborValue;
}

/** How an operation ended, and what its workflow returned, if it completed and that is still held. */
export interface OperationEnd {
  readonly watch: WatchEnd;
  readonly value: CborValue | undefined;
}

type OperationsRoom = Room<OperationsState, OperationsCommand, OperationsEntry, OperationsRefusal>;
type SubmissionsRoom = Room<Submissions, SubmissionCommand, SubmissionEntry, never>;

/** One workflow that is being run. Stopped and run again, it gets another controller. */
interface Run {
  controller: AbortController;
  ended: Promise<void>;
}

const ownerSessionId = 'node';

/**
 * A node that runs workflows: registers operations, runs each to its durable end, and takes up after a restart what had not ended.
 *
 * What belongs together is one batch of the log: submission, registration and opening; the end of the execution, of the operation and of
 * the submission. So no crash can tear them.
 */
export class WorkflowNode {
  readonly #ports: Ports;
  readonly #shell: Shell;
  readonly #workflows: ReadonlyMap<string, Workflow>;
  readonly #operations: OperationsRoom;
  readonly #steps: StepsRoom;
  readonly #submissions: SubmissionsRoom;
  readonly #watchers: Watchers;
  readonly #journal: NodeJournal;
  readonly #runs = new Map<string, Run>();
  #isStarted = false;
  #isClosing = false;

  private constructor(
    ports: Ports,
    shell: Shell,
    options: WorkflowNodeOptions,
    rooms: {
      readonly operations: OperationsRoom;
      readonly steps: StepsRoom;
      readonly submissions: SubmissionsRoom;
    },
  ) {
    this.#ports = ports;
    this.#shell = shell;
    this.#workflows = new Map(options.workflows.map((workflow) => [workflow.name, workflow]));
    this.#operations = rooms.operations;
    this.#steps = rooms.steps;
    this.#submissions = rooms.submissions;
    this.#watchers = new Watchers(rooms.operations);
    this.#journal = new NodeJournal(ports, shell, rooms.steps, {
      finish: (command) => this.#finish(command),
      settled: (operationId) => this.#stopIfCancelled(operationId),
    });
    void this.failure.then(() => this.#watchers.close());
  }

  /** Recovers the node from its log. It answers, and acts only once it is started. Rejects as {@link Shell.open}. */
  static async open(ports: Ports, options: WorkflowNodeOptions): Promise<WorkflowNode> {
    const made: WorkflowNode[] = [];
    const operations = new Room(operationsProjection(options), (entry) => {
      for (const node of made) node.#told(entry);
    });
    const steps = new Room(stepsProjection);
    const submissions = new Room(submissionsProjection);
    const shell = await Shell.open(ports, options, [operations, steps, submissions]);
    const node = new WorkflowNode(ports, shell, options, { operations, steps, submissions });
    made.push(node);
    return node;
  }

  /** Begins to act: takes up every operation that has not ended. */
  start(): void {
    this.#isStarted = true;
    for (const operationId of this.#steps.state.executions.keys()) this.#forgetUnlessHeld(operationId);
    for (const operationId of this.#submissions.state.keys()) this.#begin(operationId);
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
   */
  async submit({
    operationId,
    workflow,
    input,
  }: SubmitRequest): Promise<Outcome<OperationsRefusal | StepRefusal>> {
    if (!this.#workflows.has(workflow)) throw new UnknownWorkflow(workflow);
    const subject = `input of ${operationId}`;
    const payload = sealPayload(input, subject);
    const inputDigest = digestHex(sealCanonical(input, subject));
    const atMs = this.#ports.clock.wallMs();
    const spec = specOf(operationId, workflow);
    const isNew = (): boolean => standingOf(this.#operations.state, operationId).kind === 'absent';
    const outcome = await this.#shell.submitTogether<OperationsRefusal | StepRefusal>([
      () =>
        this.#operations.propose({
          kind: 'register_operation',
          spec,
          inputFingerprint: inputDigest,
          concurrentMax: null,
          atMs,
        }),
      () =>
        isNew()
          ? this.#steps.propose({ kind: 'open', executionId: operationId, attempt: 1, workflow, inputDigest })
          : this.#steps.proposeNothing(),
      () =>
        isNew()
          ? this.#submissions.propose({ kind: 'submitted', operationId, workflow, input: payload })
          : this.#submissions.proposeNothing(),
    ]);
    if (outcome.kind === 'accepted') this.#begin(operationId);
    return outcome;
  }

  /** Waits for an operation to end. Rejects with {@link NodeStopped} when this life is over already. */
  async wait(operationId: string): Promise<OperationEnd> {
    // In a box, since a read waits for what it is given. What nobody knows is told only when that, too, is durable.
    const box = await this.#shell.read(() => ({ end: this.#watchers.subscribe(operationId) }));
    const watch = await box.end;
    const outcome = viewExecution(this.#steps.state, operationId)?.outcome;
    const value = outcome?.kind === 'completed' ? openPayload(outcome.payload) : undefined;
    return { watch, value };
  }

  /** Everything that is known of an operation; undefined when it is not held. */
  status(operationId: string): Promise<OperationSnapshot | undefined> {
    return this.#shell.read(() => snapshotOf(this.#operations.state, operationId));
  }

  /**
   * Asks an operation to stop. Effects that have begun are journaled first; then it ends as cancelled, unless it has ended in another
   * way by then.
   */
  async cancel(operationId: string, reason: string): Promise<void> {
    await this.#shell.submit(this.#submissions, { kind: 'cancel_requested', operationId, reason });
    this.#stopIfCancelled(operationId);
    await this.#runs.get(operationId)?.ended;
  }

  /** Resolves a promise of a workflow, by a token that the workflow has handed out. @throws InvalidStepKey, PayloadRejected */
  async resolve(
    promise: { readonly operationId: string; readonly stepKey: string },
    token: string,
    value: CborValue,
  ): Promise<Outcome<StepRefusal>> {
    const { operationId } = promise;
    const stepKey = stepKeyOf(promise.stepKey);
    const outcome = await this.#shell.submit(this.#steps, resolvePromise(operationId, stepKey, token, value));
    if (outcome.kind === 'accepted') this.#journal.resolved(operationId, stepKey);
    return outcome;
  }

  /** A page of the completion feed. */
  feed(afterSeq: number, limit: number): Promise<CompletionPage> {
    return this.#shell.read(() => feedSince(this.#operations.state, afterSeq, limit));
  }

  /** The whole state as data, with the LSN that it is the fold of, once that is durable. For comparing nodes. */
  durableState(): Promise<{ readonly lsn: number; readonly state: CborValue }> {
    return this.#shell.read(() => ({
      lsn: this.lastLsn,
      state: [this.#operations.capture(), this.#steps.capture(), this.#submissions.capture()],
    }));
  }

  /** Stops running. What has not ended is taken up by the next life. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const runs = [...this.#runs.values()];
    for (const { controller } of runs) controller.abort();
    await Promise.all(runs.map(({ ended }) => ended));
    this.#watchers.close();
    await this.#shell.close();
  }

  /** An entry about an operation has become durable. */
  #told(entry: OperationsEntry): void {
    this.#watchers.told(entry);
    if (entry.kind === 'operation_evicted') this.#forgetUnlessHeld(entry.operationId);
  }

  /** Drops the journal of an operation that has ended and is no longer held. Tried again by the next life when this one ends first. */
  #forgetUnlessHeld(operationId: string): void {
    if (standingOf(this.#operations.state, operationId).kind === 'held') return;
    this.#shell.submit(this.#steps, { kind: 'forget', executionId: operationId }).catch((error: unknown) => {
      this.#ports.probe.event('node.not-forgotten', { operationId, reason: String(error) });
    });
  }

  /** Runs an operation, unless it is being run, has ended, or has to wait for the start of the node. */
  #begin(operationId: string): void {
    if (!this.#isStarted || this.#runs.has(operationId)) return;
    if (!this.#submissions.state.has(operationId)) return;
    const run: Run = { controller: new AbortController(), ended: Promise.resolve() };
    this.#runs.set(operationId, run);
    run.ended = this.#run(operationId, run).finally(() => this.#runs.delete(operationId));
  }

  /**
   * Stops the run of an operation that is to be cancelled, but not while an effect of it is in doubt: such a window is resolved by its
   * policy first, which only the program can do.
   */
  #stopIfCancelled(operationId: string): void {
    const submission = this.#submissions.state.get(operationId);
    if (submission === undefined || submission.cancelReason === null) return;
    if (!isInDoubt(this.#steps.state, operationId)) this.#runs.get(operationId)?.controller.abort();
  }

  /** Never rejects: whatever ends a run early is told to the probe, and the operation goes on in this life or the next. */
  async #run(operationId: string, run: Run): Promise<void> {
    // Not within the call of whoever submitted.
    await Promise.resolve();
    try {
      await this.#sail(operationId, run);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
      this.#ports.probe.event('node.run-ended', { operationId, code });
    }
  }

  async #sail(operationId: string, run: Run): Promise<void> {
    const atMs = this.#ports.clock.wallMs();
    // Refused when a former life has said so already.
    await this.#shell.submit(this.#operations, { kind: 'provisioning_succeeded', operationId, atMs });
    for (;;) {
      const submission = this.#submissions.state.get(operationId);
      if (submission === undefined) return;
      const isCancelled = submission.cancelReason !== null;
      if (isCancelled && !isInDoubt(this.#steps.state, operationId)) {
        return this.#endCancelled(operationId, submission.cancelReason);
      }
      const workflow = this.#workflows.get(submission.workflow);
      if (workflow === undefined) throw new UnknownWorkflow(submission.workflow);
      try {
        const input = openPayload(payloadOf(submission.input, `input of ${operationId}`));
        await runWorkflow(this.#journal, operationId, workflow, input, run.controller.signal);
        return;
      } catch (error) {
        if (isDivergence(error)) return this.#endDiverged(operationId, error);
        if (error instanceof OutcomeUnknown) continue;
        if (!(error instanceof ExecutionInterrupted)) throw error;
        // Interrupted, but not cancelled: the node is closing.
        if (this.#isClosing || this.#submissions.state.get(operationId)?.cancelReason === null) return;
        run.controller = new AbortController();
      }
    }
  }

  readonly #finish: Finish = (command) => {
    const { executionId: operationId, outcome } = command;
    const atMs = this.#ports.clock.wallMs();
    const watched = this.#watchers.watched();
    return this.#end(
      command,
      outcome.kind === 'completed'
        ? {
            kind: 'complete_operation',
            operationId,
            result: { id: operationId, content: '', isError: false, durationMs: 0, tokensUsed: 0 },
            atMs,
            watched,
          }
        : {
            kind: 'fail_operation',
            operationId,
            error: `${outcome.failure.name}: ${outcome.failure.message}`,
            atMs,
            watched,
          },
    );
  };

  /** The end of an execution, with that of its operation and its submission. */
  #end(execution: FinishCommand, operation: OperationsCommand): ReturnType<Finish> {
    return this.#shell.submitTogether<OperationsRefusal | StepRefusal>([
      () => this.#steps.propose(execution),
      () => this.#operations.propose(operation),
      () => this.#submissions.propose({ kind: 'dropped', operationId: execution.executionId }),
    ]);
  }

  async #endCancelled(operationId: string, reason: string): Promise<void> {
    const atMs = this.#ports.clock.wallMs();
    const watched = this.#watchers.watched();
    const outcome = await this.#end(this.#failing(operationId, { name: 'Cancelled', message: reason }), {
      kind: 'cancel_operation',
      operationId,
      reason,
      atMs,
      watched,
    });
    if (outcome.kind === 'refused') throw outcome.refusal;
  }

  /** A program that no longer matches its journal fails its operation: nothing of it acts again. */
  async #endDiverged(operationId: string, { name, message }: Error): Promise<void> {
    const outcome = await this.#finish(this.#failing(operationId, { name, message }));
    if (outcome.kind === 'refused') throw outcome.refusal;
  }

  /** What ends an execution that its program does not end itself. */
  #failing(executionId: string, failure: Failure): FinishCommand {
    const attempt = viewExecution(this.#steps.state, executionId)?.attempt ?? 1;
    return { kind: 'finish', executionId, attempt, outcome: { kind: 'failed', failure } };
  }
}

/** Whether some guarded effect of an operation may or may not have happened. */
function isInDoubt({ executions }: StepsState, operationId: string): boolean {
  const records = executions.get(operationId)?.records.values() ?? [];
  return [...records].some(({ kind }) => kind === 'intent');
}

function specOf(operationId: string, workflow: string): OperationSpec {
  return {
    operationId,
    kind: 'background_tool_op',
    ownerSessionId,
    displayName: operationId,
    sourceLabel: workflow,
    source: null,
  };
}

function isDivergence(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'STEPS_REPLAY_DIVERGENCE' || error.code === 'STEPS_OUT_OF_TURN')
  );
}
