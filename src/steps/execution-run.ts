import type { StepCommand } from './command.js';
import {
  type Halt,
  JournalRefused,
  JournalUnavailable,
  ReplayDivergence,
  type StepOutOfTurn,
} from './halt.js';
import type { StepJournal } from './journal.js';
import type { StepRecord } from './record.js';
import type { StepRefusal } from './refusal.js';
import type { ReplayCursor } from './replay-cursor.js';
import type { StepKey } from './step-key.js';

/** One life of one execution: what its contexts share. Once halted, it begins nothing any more. */
export class ExecutionRun {
  readonly executionId: string;
  readonly attempt: number;
  readonly journal: StepJournal;
  readonly cursor: ReplayCursor;
  /** Resolves when this life is over early. */
  readonly halted: Promise<void>;
  #halt: Halt | undefined;
  readonly #waiting = new AbortController();
  readonly #tasks = new Set<Promise<unknown>>();

  constructor(journal: StepJournal, executionId: string, attempt: number, cursor: ReplayCursor) {
    this.journal = journal;
    this.executionId = executionId;
    this.attempt = attempt;
    this.cursor = cursor;
    this.halted = new Promise((resolve) => {
      this.#waiting.signal.addEventListener('abort', () => resolve());
    });
  }

  get halt(): Halt | undefined {
    return this.#halt;
  }

  /** @throws the halt, if there is one. */
  mustGoOn(): void {
    if (this.#halt !== undefined) throw this.#halt;
  }

  /** Ends this life, unless it is over. Returns why it is over. */
  stop(halt: Halt): Halt {
    if (this.#halt !== undefined) return this.#halt;
    this.#halt = halt;
    this.#waiting.abort(halt);
    return halt;
  }

  /** Ends the attempt, and records that. Every call from now on is answered with `halt`, even if it cannot be recorded. */
  async poison(halt: ReplayDivergence | StepOutOfTurn): Promise<never> {
    this.mustGoOn();
    this.stop(halt);
    await this.record({ kind: 'diverge', ...this.step(halt.stepKey), reason: halt.message });
    throw halt;
  }

  /** What a command about one step names. */
  step(stepKey: StepKey): {
    readonly executionId: string;
    readonly attempt: number;
    readonly stepKey: StepKey;
  } {
    return { executionId: this.executionId, attempt: this.attempt, stepKey };
  }

  /** Resolves when it is durable. A journal that fails or refuses ends this life: nothing is shown or done that is not journaled. */
  async record(command: StepCommand): Promise<void> {
    const refusal = await this.offer(command);
    if (refusal !== undefined) throw this.stop(new JournalRefused(refusal));
  }

  /** As {@link record}, but a refusal is returned. */
  async offer(command: StepCommand): Promise<StepRefusal | undefined> {
    const outcome = await this.ask(() => this.journal.record(command));
    return outcome.kind === 'refused' ? outcome.refusal : undefined;
  }

  /** Anything that is asked of the journal. */
  async ask<Answer>(question: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    try {
      return await question(this.#waiting.signal);
    } catch (cause) {
      throw this.stop(new JournalUnavailable({ cause }));
    }
  }

  /** What is journaled for a call, once it is known that the call is the one that the journal expects. */
  async find<Kind extends StepRecord['kind']>(
    scope: string,
    key: StepKey,
    fingerprint: string,
    kinds: readonly Kind[],
  ): Promise<Extract<StepRecord, { kind: Kind }> | undefined> {
    const record = await this.ask(() => this.journal.lookup(this.executionId, key));
    this.mustGoOn();
    // What an earlier attempt left has no place in the order of this one.
    if (record === undefined || record.attempt === this.attempt) {
      const expected = this.cursor.pass(scope, key);
      if (expected !== undefined) {
        return this.poison(new ReplayDivergence(key, `the journal has ${expected} in its place`));
      }
    }
    if (record === undefined) return undefined;
    if (record.fingerprint === fingerprint && isOneOf(record, kinds)) return record;
    return this.poison(new ReplayDivergence(key, `the journal has another ${record.kind} under this key`));
  }

  /** Keeps this life from ending before the task has: whoever waits for it may have gone. Reference Z22. */
  own<T>(task: Promise<T>): Promise<T> {
    this.#tasks.add(task);
    const forget = (): void => void this.#tasks.delete(task);
    void task.then(forget, forget);
    return task;
  }

  /** Resolves when no task is left. */
  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.allSettled(this.#tasks);
  }
}

function isOneOf<Kind extends StepRecord['kind']>(
  record: StepRecord,
  kinds: readonly Kind[],
): record is Extract<StepRecord, { kind: Kind }> {
  return kinds.some((kind) => kind === record.kind);
}
