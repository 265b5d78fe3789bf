import { SleepAborted } from '../runtime/clock.js';
import type { Ports } from '../runtime/ports.js';
import { ExecutionInterrupted, OutcomeUnknown } from '../steps/halt.js';
import type { StepJournal } from '../steps/journal.js';
import { failureOf } from '../steps/outcome.js';
import { openPayload, payloadOf } from '../steps/payload.js';
import { runWorkflow, type Workflow } from '../steps/run-workflow.js';
import { settleDoubt } from '../steps/settle-doubt.js';
import { UnknownWorkflow } from './errors.js';
import type { EndRefusal, OperationRecorder } from './operation-recorder.js';
import { retryDelayMs } from './retry-delay.js';
import type { Outcome, Shell } from './shell.js';
import type { Submission } from './submissions.js';
import type { Superior } from './superior.js';
import type { WorkflowRooms } from './workflow-rooms.js';

/** One workflow that is being run. Stopped and run again, it gets another controller. */
interface Run {
  controller: AbortController;
  /** Somebody wants it to be run while it is coming to an end. */
  isWanted: boolean;
  ended: Promise<void>;
}

/** Runs the program of each operation that is alive, from wherever it is, to its durable end. */
export class WorkflowRunner {
  readonly #ports: Ports;
  readonly #shell: Shell;
  readonly #rooms: WorkflowRooms;
  readonly #recorder: OperationRecorder;
  readonly #journal: StepJournal;
  readonly #superior: Superior;
  readonly #workflows: ReadonlyMap<string, Workflow>;
  readonly #runs = new Map<string, Run>();
  #isStarted = false;
  #isClosing = false;

  constructor(options: {
    readonly ports: Ports;
    readonly shell: Shell;
    readonly rooms: WorkflowRooms;
    readonly recorder: OperationRecorder;
    readonly journal: StepJournal;
    readonly superior: Superior;
    readonly workflows: readonly Workflow[];
  }) {
    this.#ports = options.ports;
    this.#shell = options.shell;
    this.#rooms = options.rooms;
    this.#recorder = options.recorder;
    this.#journal = options.journal;
    this.#superior = options.superior;
    this.#workflows = new Map(options.workflows.map((workflow) => [workflow.name, workflow]));
  }

  knows(workflow: string): boolean {
    return this.#workflows.has(workflow);
  }

  start(): void {
    this.#isStarted = true;
  }

  /** Runs an operation, unless it is being run, has ended, may not be run here, or has to wait for the start of the node. */
  begin(operationId: string): void {
    if (!this.#isStarted || this.#isClosing) return;
    const known = this.#runs.get(operationId);
    if (known !== undefined) {
      known.isWanted = true;
      return;
    }
    if (!this.#rooms.submissions.state.has(operationId) || !this.#superior.mayRun(operationId)) return;
    const run: Run = { controller: new AbortController(), isWanted: false, ended: Promise.resolve() };
    this.#runs.set(operationId, run);
    run.ended = this.#run(operationId, run).finally(() => {
      this.#runs.delete(operationId);
      // It was stopped, and may be run again since.
      if (run.controller.signal.aborted && run.isWanted) this.begin(operationId);
    });
  }

  /** Resolves when the operation is not being run. */
  async idle(operationId: string): Promise<void> {
    await this.#runs.get(operationId)?.ended;
  }

  /** Stops the run of an operation, if there is one: it looks anew at what is to be done. */
  interrupt(operationId: string): void {
    this.#runs.get(operationId)?.controller.abort();
  }

  /** Stops all runs where they are. The next life takes them up. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const runs = [...this.#runs.values()];
    for (const { controller } of runs) controller.abort();
    await Promise.all(runs.map(({ ended }) => ended));
  }

  /** Never rejects: whatever ends a run early is told to the probe, and the operation goes on in this life or the next. */
  async #run(operationId: string, run: Run): Promise<void> {
    // Not within the call of whoever submitted.
    await Promise.resolve();
    try {
      const refused = await this.#sail(operationId, run);
      if (refused !== undefined) throw refused;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
      this.#ports.probe.event('node.run-ended', { operationId, code });
    }
  }

  /** Returns why the end of the operation was refused, if it was. */
  async #sail(operationId: string, run: Run): Promise<EndRefusal | undefined> {
    const atMs = this.#ports.clock.wallMs();
    // Refused when a former life has said so already.
    await this.#shell.submit(this.#rooms.operations, { kind: 'provisioning_succeeded', operationId, atMs });
    let doubts = 0;
    for (;;) {
      const submission = this.#rooms.submissions.state.get(operationId);
      if (submission === undefined || !this.#superior.mayRun(operationId)) return undefined;
      const certified = this.#recorder.certified(submission);
      if (certified !== undefined) {
        const conclusion = { kind: 'completed', payload: certified } as const;
        return refusalOf(await this.#recorder.settle(operationId, conclusion));
      }
      const { cancelReason: reason } = submission;
      if (reason !== null) {
        await settleDoubt(this.#journal, operationId);
        return refusalOf(await this.#recorder.settle(operationId, { kind: 'cancelled', reason }));
      }
      try {
        await this.#program(submission, run.controller.signal);
        return undefined;
      } catch (error) {
        if (isDivergence(error)) {
          await settleDoubt(this.#journal, operationId);
          const failure = failureOf(error);
          return refusalOf(await this.#recorder.settle(operationId, { kind: 'failed', failure }));
        }
        if (error instanceof OutcomeUnknown) {
          doubts += 1;
          if (await this.#hasPaused(retryDelayMs(doubts), run)) continue;
        } else if (!(error instanceof ExecutionInterrupted)) throw error;
        // Interrupted, but not cancelled: the node is closing.
        const isCancelled = (this.#rooms.submissions.state.get(operationId)?.cancelReason ?? null) !== null;
        if (this.#isClosing || !isCancelled) return undefined;
        run.controller = new AbortController();
      }
    }
  }

  /** False when the run was interrupted meanwhile. */
  async #hasPaused(delayMs: number, { controller }: Run): Promise<boolean> {
    try {
      await this.#ports.clock.sleep(delayMs, controller.signal);
      return true;
    } catch (error) {
      if (error instanceof SleepAborted) return false;
      throw error;
    }
  }

  async #program({ operationId, workflow, input }: Submission, signal: AbortSignal): Promise<void> {
    const known = this.#workflows.get(workflow);
    if (known === undefined) throw new UnknownWorkflow(workflow);
    const value = openPayload(payloadOf(input, `input of ${operationId}`));
    await runWorkflow(this.#journal, operationId, known, value, signal);
  }
}

function refusalOf(outcome: Outcome<EndRefusal>): EndRefusal | undefined {
  return outcome.kind === 'refused' ? outcome.refusal : undefined;
}

/** A program that no longer matches its journal fails its operation: nothing of it acts again. */
function isDivergence(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'STEPS_REPLAY_DIVERGENCE' || error.code === 'STEPS_OUT_OF_TURN')
  );
}
