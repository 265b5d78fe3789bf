import type { StepCommand } from './command.js';
import {
  ExecutionInterrupted,
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
  #isClosed = false;
  readonly #waiting = new AbortController();
  readonly #patience = new AbortController();
  readonly #tasks = new Set<Promise<unknown>>();
  readonly #whenReplayed: (() => void)[] = [];

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

  /** The halt, if there is one, or if no effect may begin any more. */
  haltNow(): Halt | undefined {
    if (this.#halt === undefined && !this.journal.mayAct(this.executionId)) {
      this.stop(new ExecutionInterrupted(this.executionId));
    }
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

  /** This life is over, and its end is recorded, or will never be: whatever is still asked answers nobody any more. */
  close(): void {
    this.#isClosed = true;
    this.end();
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
    const outcome = await this.own(this.ask(() => this.journal.record(command)));
    return outcome.kind === 'refused' ? outcome.refusal : undefined;
  }

  /** Anything that is asked of the journal. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } catch (cause) {
      // A rejection would be one that nobody handles: the program has ended.
      if (this.#isClosed && this.#halt === undefined) return new Promise(() => {});
      throw this.stop(new JournalUnavailable({ cause }));
    }
  }

  /** Waits for a time or for somebody. @throws the halt, when this life is over early; for ever, when it is over otherwise. */
  async waitFor<Answer>(event: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const { signal } = this.#waiting;
    try {
      return await event(signal);
    } catch (cause) {
      if (signal.aborted && this.#halt === undefined) return new Promise(() => {});
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
      if (expected !== undefined) return this.poison(displaced(key, expected));
      this.noteReplay();
    }
    if (record === undefined) {
      const next = this.cursor.expectedAround(scope);
      if (next === undefined) return undefined;
      return this.poison(new ReplayDivergence(key, `the journal goes on with ${next} behind its scope`));
    }
    if (record.fingerprint === fingerprint && isOneOf(record, kinds)) return record;
    return this.poison(new ReplayDivergence(key, `the journal has another ${record.kind} under this key`));
  }

  /** The program has ended: whoever still waits in it, for a promise or a timer, waits for nothing, and nobody holds anything for them. */
  end(): void {
    this.#waiting.abort();
  }

  /** Whether something has begun and has not ended. */
  get isBusy(): boolean {
    return this.#tasks.size > 0;
  }

  /** Waits no longer for effects that have begun. What they come to is not known, as after a crash. For a life that is over. */
  losePatience(): void {
    this.#patience.abort();
  }

  /** Runs an effect, and waits for it as long as anybody does. @throws the halt, when nobody waits any more. */
  patiently<T>(act: () => Promise<T> | T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const { signal } = this.#patience;
      const giveUp = (): void => reject(this.#halt ?? new ExecutionInterrupted(this.executionId));
      const done = (): void => signal.removeEventListener('abort', giveUp);
      signal.addEventListener('abort', giveUp);
      void (async () => act())().then(resolve, reject).finally(done);
    });
  }

  /**
   * Resolves when all that is journaled was called for again. Before that no guarded effect begins that is not in the journal: it may be
   * there, in another branch, under the key that it had in a former program. Reference Z2.
   *
   * That others are waited for can block nobody: what is journaled was reached before without this effect.
   */
  async replayed(): Promise<void> {
    if (!this.cursor.isReplayed) {
      await new Promise<void>((resolve) => {
        this.#whenReplayed.push(resolve);
        void this.halted.then(resolve);
      });
    }
    this.mustGoOn();
  }

  /** To be called when something was called for that is journaled. */
  noteReplay(): void {
    if (!this.cursor.isReplayed) return;
    for (const resolve of this.#whenReplayed.splice(0)) resolve();
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

/** A call where the journal has another one. */
export function displaced(key: StepKey, expected: StepKey): ReplayDivergence {
  return new ReplayDivergence(key, `the journal has ${expected} in its place`);
}

/** A call that the journal has, and whose scope has ended without it. */
export function omitted(key: StepKey): ReplayDivergence {
  return new ReplayDivergence(key, 'it is journaled, and the program went on without it');
}

function isOneOf<Kind extends StepRecord['kind']>(
  record: StepRecord,
  kinds: readonly Kind[],
): record is Extract<StepRecord, { kind: Kind }> {
  return kinds.some((kind) => kind === record.kind);
}
