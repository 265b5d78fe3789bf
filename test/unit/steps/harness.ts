import { type CborValue, decode, encode } from '../../../src/codec/cbor.js';
import type { StepCommand } from '../../../src/steps/command.js';
import type { StepHandle } from '../../../src/steps/descriptor.js';
import type { DurableContext } from '../../../src/steps/context.js';
import type { StepEntry } from '../../../src/steps/entry.js';
import {
  type ChildCall,
  type ChildEnd,
  type ExecutionView,
  findStep,
  type RecordOutcome,
  type StepJournal,
  viewExecution,
} from '../../../src/steps/journal.js';
import { stepsProjection } from '../../../src/steps/projection.js';
import type { StepRecord } from '../../../src/steps/record.js';
import type { StepRefusal } from '../../../src/steps/refusal.js';
import { runWorkflow, type WorkflowOutcome } from '../../../src/steps/run-workflow.js';
import { type StepKey, stepKeyOf } from '../../../src/steps/step-key.js';

export const executionId = 'voyage-1';

/** What no crash takes away: the durable log, time, and the outside world, which counts what was done to it. */
export class Harbour {
  readonly log: Uint8Array[] = [];
  nowMs = 1_000;
  /** By idempotency key: how often the effect reached the outside world. */
  readonly arrivals = new Map<string, number>();
  readonly workflows = new Map<string, (input: CborValue) => ChildEnd>();
  #drawn = 0;

  get entries(): readonly StepEntry[] {
    return this.log.map((bytes) => stepsProjection.decodeEntry(decode(bytes)));
  }

  /** Without the opening and the end: what was journaled for steps. */
  get kinds(): readonly string[] {
    return this.entries.map(({ kind }) => kind);
  }

  /** Never the same again, if there are four or more. */
  bytes(length: number): Uint8Array {
    this.#drawn += 1;
    return new Uint8Array(length).map((_, index) => this.#drawn >>> (8 * (index % 4)));
  }

  /** How often each effect reached the outside world. */
  get counts(): readonly number[] {
    return [...this.arrivals.values()];
  }
}

type Waiter = { readonly key: StepKey; readonly wake: () => void };

/** One life of a process on the harbour's log. It can die at any of its points, and then never does another thing. */
export class Life implements StepJournal {
  readonly harbour: Harbour;
  readonly state = stepsProjection.initial();
  readonly died: Promise<'crashed'>;
  /** How many points were passed: before and after each command, each look-up, and each act. */
  points = 0;
  /** Commands that fail as if the disk had. */
  failing: (command: StepCommand) => boolean = () => false;
  /** What happens right before a command is decided, such as another part of the program. */
  before: (command: StepCommand) => Promise<void> | void = () => {};
  holdsTimers = false;
  /** How many timers are held. */
  sleeping = 0;
  /** Whether effects may begin. */
  mayAct: () => boolean = () => true;
  readonly #crashAt: number;
  readonly #waiters = new Set<Waiter>();
  #die: (value: 'crashed') => void = () => {};

  constructor(harbour: Harbour, crashAt = Number.POSITIVE_INFINITY) {
    this.harbour = harbour;
    this.#crashAt = crashAt;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
    for (const entry of harbour.entries) stepsProjection.apply(this.state, entry, 0);
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  async execution(id: string): Promise<ExecutionView | undefined> {
    await this.point();
    return viewExecution(this.state, id);
  }

  async lookup(id: string, key: StepKey): Promise<StepRecord | undefined> {
    await this.point();
    return findStep(this.state, id, key);
  }

  async record(command: StepCommand): Promise<RecordOutcome> {
    await this.point();
    await this.before(command);
    if (this.failing(command)) throw new Error('the disk failed');
    const refusal = this.give(command);
    await this.point();
    return refusal === undefined ? { kind: 'accepted' } : { kind: 'refused', refusal };
  }

  /** Decides, logs and applies at once. Returns the refusal, if any. */
  give(command: StepCommand): StepRefusal | undefined {
    const decision = stepsProjection.decide(this.state, command);
    if (decision.kind === 'refused') return decision.refusal;
    for (const entry of decision.entries) {
      const bytes = encode(stepsProjection.encodeEntry(entry));
      this.harbour.log.push(bytes);
      stepsProjection.apply(this.state, stepsProjection.decodeEntry(decode(bytes)), this.harbour.log.length);
    }
    if (command.kind === 'resolve_promise') this.#wake(command.stepKey);
    return undefined;
  }

  /** What other workflows come to is for the test to say, by name. */
  async child(_id: string, _key: StepKey, { workflow, input }: ChildCall): Promise<ChildEnd> {
    await this.point();
    return this.harbour.workflows.get(workflow)?.(input) ?? { kind: 'failed', message: 'no such workflow' };
  }

  async whenResolved(_id: string, key: StepKey, signal: AbortSignal): Promise<void> {
    await this.point();
    await new Promise<void>((resolve, reject) => {
      const waiter = { key, wake: resolve };
      this.#waiters.add(waiter);
      signal.addEventListener('abort', () => {
        this.#waiters.delete(waiter);
        reject(new Error('aborted'));
      });
    });
  }

  wallMs(): number {
    return this.harbour.nowMs;
  }

  async sleepUntil(dueMs: number, signal: AbortSignal): Promise<void> {
    await this.point();
    if (this.holdsTimers) {
      this.sleeping += 1;
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          this.sleeping -= 1;
          reject(new Error('aborted'));
        });
      });
    }
    this.harbour.nowMs = Math.max(this.harbour.nowMs, dueMs);
  }

  randomBytes(length: number): Uint8Array {
    return this.harbour.bytes(length);
  }

  /** Reaches the outside world, which counts it. */
  async act<T extends CborValue>({ idempotencyKey }: StepHandle, value: T): Promise<T> {
    await this.point();
    const { arrivals } = this.harbour;
    arrivals.set(idempotencyKey, (arrivals.get(idempotencyKey) ?? 0) + 1);
    await this.point();
    return value;
  }

  /** A moment at which the process may die. */
  async point(): Promise<void> {
    this.points += 1;
    if (this.points === this.#crashAt) this.#die('crashed');
    if (this.points >= this.#crashAt) await new Promise(() => {});
  }

  #wake(key: StepKey): void {
    for (const waiter of this.#waiters) {
      if (waiter.key !== key) continue;
      this.#waiters.delete(waiter);
      waiter.wake();
    }
  }
}

/** A program that knows the life that it runs in. */
export type Program = (context: DurableContext, life: Life, input: CborValue) => Promise<CborValue>;

/** Runs the program on a life. Rejects with its halt. */
export function run(
  life: Life,
  program: Program,
  signal: AbortSignal = new AbortController().signal,
  input: CborValue = null,
): Promise<WorkflowOutcome> {
  const workflow = {
    name: 'voyage',
    program: (context: DurableContext, given: CborValue) => program(context, life, given),
  };
  return runWorkflow(life, executionId, workflow, input, signal);
}

/** Runs a program to its value on a new life. */
export async function valueOf(harbour: Harbour, program: Program): Promise<CborValue> {
  const outcome = await run(new Life(harbour), program);
  if (outcome.kind === 'failed') throw new Error(`${outcome.failure.name}: ${outcome.failure.message}`);
  return outcome.value;
}

/** What a life ends with: an outcome, the halt, or a crash. */
export async function endOf(life: Life, program: Program): Promise<WorkflowOutcome | Error | 'crashed'> {
  return Promise.race([
    run(life, program).catch((error: unknown) => {
      if (error instanceof Error) return error;
      throw error;
    }),
    life.died,
  ]);
}

/** Crashes a first life at `crashAt`, a second one so many points later, and then runs until there is an outcome. */
export async function sailThrough(
  program: Program,
  crashes: readonly number[],
  harbour = new Harbour(),
): Promise<{ readonly harbour: Harbour; readonly outcome: WorkflowOutcome; readonly points: number }> {
  for (let lives = 0; lives < 20; lives += 1) {
    const life = new Life(harbour, crashes[lives]);
    const end = await endOf(life, program);
    if (end !== 'crashed' && !(end instanceof Error)) return { harbour, outcome: end, points: life.points };
  }
  throw new Error('no outcome after 20 lives');
}

export const key = stepKeyOf;
