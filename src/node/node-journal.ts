import type { Ports } from '../runtime/ports.js';
import { SleepAborted } from '../runtime/clock.js';
import type { FinishCommand, StepCommand } from '../steps/command.js';
import {
  type ChildCall,
  type ChildEnd,
  type ExecutionView,
  findStep,
  type RecordOutcome,
  type StepJournal,
  viewExecution,
} from '../steps/journal.js';
import type { StepRecord } from '../steps/record.js';
import type { StepRefusal } from '../steps/refusal.js';
import type { StepsState } from '../steps/state.js';
import type { StepKey } from '../steps/step-key.js';
import type { StepEntry } from '../steps/entry.js';
import type { Room } from './room.js';
import type { Outcome, Shell } from './shell.js';
import type { ParentStep } from './submissions.js';

export type StepsRoom = Room<StepsState, StepCommand, StepEntry, StepRefusal>;

/** What a node does about its executions besides journaling them. */
export interface ExecutionKeeper {
  /** Ends an execution together with whatever else has to end with it. */
  readonly finish: Finish;
  /** Runs a workflow that a step of it waits for. */
  readonly child: (parent: ParentStep, call: ChildCall, signal: AbortSignal) => Promise<ChildEnd>;
  readonly mayAct: (executionId: string) => boolean;
}

export type Finish = (command: FinishCommand) => Promise<Outcome<Error>>;

/** The step journal of a node: the steps room of its log, its clock and its entropy. */
export class NodeJournal implements StepJournal {
  readonly #ports: Ports;
  readonly #shell: Shell;
  readonly #steps: StepsRoom;
  readonly #keeper: ExecutionKeeper;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(ports: Ports, shell: Shell, steps: StepsRoom, keeper: ExecutionKeeper) {
    this.#ports = ports;
    this.#shell = shell;
    this.#steps = steps;
    this.#keeper = keeper;
  }

  execution(executionId: string): Promise<ExecutionView | undefined> {
    return this.#shell.read(() => viewExecution(this.#steps.state, executionId));
  }

  lookup(executionId: string, key: StepKey): Promise<StepRecord | undefined> {
    return this.#shell.read(() => findStep(this.#steps.state, executionId, key));
  }

  async record(command: StepCommand): Promise<RecordOutcome> {
    if (command.kind === 'finish') {
      const finished = await this.#keeper.finish(command);
      // What refuses an end besides the steps room is a bug of the node: it is told as one.
      if (finished.kind === 'refused') throw finished.refusal;
      return { kind: 'accepted' };
    }
    const outcome = await this.#shell.submit(this.#steps, command);
    return outcome.kind === 'accepted' ? { kind: 'accepted' } : outcome;
  }

  mayAct(executionId: string): boolean {
    return this.#keeper.mayAct(executionId);
  }

  child(executionId: string, stepKey: StepKey, call: ChildCall, signal: AbortSignal): Promise<ChildEnd> {
    return this.#keeper.child({ operationId: executionId, stepKey }, call, signal);
  }

  whenResolved(executionId: string, key: StepKey, signal: AbortSignal): Promise<void> {
    const name = `${executionId}/${key}`;
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new SleepAborted());
        return;
      }
      if (this.#isResolved(executionId, key)) {
        resolve();
        return;
      }
      const waiting = this.#waiting.get(name) ?? new Set();
      const wake = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        waiting.delete(wake);
        if (waiting.size === 0 && this.#waiting.get(name) === waiting) this.#waiting.delete(name);
        reject(new SleepAborted());
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(name, waiting.add(wake));
    });
  }

  /** Wakes who waits for a promise. To be called when its resolution is durable. */
  resolved(executionId: string, key: StepKey): void {
    const name = `${executionId}/${key}`;
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    for (const wake of waiting) wake();
  }

  wallMs(): number {
    return this.#ports.clock.wallMs();
  }

  sleepUntil(dueMs: number, signal: AbortSignal): Promise<void> {
    return this.#ports.clock.sleep(Math.max(0, dueMs - this.wallMs()), signal);
  }

  randomBytes(length: number): Uint8Array {
    return this.#ports.entropy.bytes(length);
  }

  /** A resolution that is not durable yet wakes when it is: who is woken looks it up again. */
  #isResolved(executionId: string, key: StepKey): boolean {
    const record = findStep(this.#steps.state, executionId, key);
    return record?.kind === 'promise' && record.payload !== null;
  }
}
