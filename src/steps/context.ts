import type { CborValue } from '../codec/cbor.js';
import { ChildFailed } from './child-failed.js';
import { atLeastOnce, idempotent, type StepDescriptor } from './descriptor.js';
import { DurablePromise } from './durable-promise.js';
import type { Effect, GuardedEffect } from './effect.js';
import { displaced, type ExecutionRun, omitted } from './execution-run.js';
import { promiseFingerprint, timerFingerprint } from './fingerprint.js';
import { StepCapExceeded, StepOutOfTurn } from './halt.js';
import { stepsMax } from './limits.js';
import type { StepOutcome } from './outcome.js';
import { openPayload } from './payload.js';
import { AmbiguousEffect, StepFailed, ValueUnavailable } from './step-errors.js';
import { assertStepName, type StepKey } from './step-key.js';
import { type Act, StepTask } from './step-task.js';
import { InvalidTimer } from './invalid-timer.js';

/** What a step of policy `skip` answers when its effect was in doubt and is taken as done. */
export const assumedDone: unique symbol = Symbol('assumed done');
export type AssumedDone = typeof assumedDone;

/**
 * What a workflow does the world with. All calls of one scope are made one after the other; what should run at once goes into
 * {@link DurableContext.parallel}. Each call takes its key when it is made, and answers the same, live and replayed. References B2, B3.
 *
 * Calls reject with what the step came to (`StepFailed`, `AmbiguousEffect`, `ValueUnavailable`), or with the halt of the whole context.
 */
export class DurableContext {
  readonly #run: ExecutionRun;
  readonly #scope: string;
  #running: StepKey | null = null;
  /** The last call, until it is in the journal and, unless it waits for time, over: a scope does not end before. */
  #entering: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(run: ExecutionRun, scope: string) {
    this.#run = run;
    this.#scope = scope;
  }

  /**
   * Runs a body with a context of its own, which is of no use once the body has ended.
   *
   * @param scope - The path of the scope, with which its keys begin.
   */
  static async within<T>(
    run: ExecutionRun,
    scope: string,
    body: (context: DurableContext) => Promise<T>,
  ): Promise<T> {
    const context = new DurableContext(run, scope);
    try {
      return await body(context);
    } finally {
      context.#isClosed = true;
      // The body may have gone on without it.
      await Promise.allSettled([context.#entering]);
    }
  }

  /**
   * Runs something once, as far as its effect class goes, and journals what came of it.
   *
   * @param act - Gets the key of the step and its idempotency key. It must not call this context.
   * @returns What `act` returned, as it was journaled: a copy, in which -0 is 0.
   */
  step<T extends CborValue>(
    descriptor: StepDescriptor<GuardedEffect<'skip'>>,
    act: (...given: Parameters<Act>) => Promise<T> | T,
  ): Promise<T | AssumedDone>;
  step<T extends CborValue>(
    descriptor: StepDescriptor<Exclude<Effect, GuardedEffect> | GuardedEffect<'fail' | 'rerun'>>,
    act: (...given: Parameters<Act>) => Promise<T> | T,
  ): Promise<T>;
  step(descriptor: StepDescriptor, act: Act): Promise<CborValue | AssumedDone> {
    return this.#turn(descriptor.name, async (key) => {
      const task = new StepTask(this.#run, this.#scope, key, descriptor, act);
      return told(await this.#enter(this.#run.own(task.outcome())), key);
    });
  }

  /**
   * Runs branches at once, each with a context of its own, so that no key depends on which of them is faster. Waits for all of them,
   * and for the steps that they have called and not waited for.
   *
   * @returns What they returned, in their order. Rejects as the first of them in that order which did.
   */
  parallel<T>(
    name: string,
    branches: readonly ((context: DurableContext) => Promise<T>)[],
  ): Promise<readonly T[]> {
    return this.#turn(name, (key) => this.#enter(this.#fork(key, branches)));
  }

  /** Makes a promise that somebody outside resolves. */
  promise(name: string): Promise<DurablePromise> {
    return this.#turn(name, async (key) => {
      await this.#enter(this.#create(key, promiseFingerprint(name)));
      return new DurablePromise(this.#run, key);
    });
  }

  /** Sleeps until so many milliseconds after it was first called. @throws InvalidTimer */
  sleep(name: string, durationMs: number): Promise<void> {
    const due = (): number => this.#run.journal.wallMs() + durationMs;
    return this.#timer(name, timerFingerprint(name, durationMs), due);
  }

  /**
   * Sleeps until a moment, in milliseconds since the Unix epoch. What counts is the one that was given the first time.
   *
   * @throws InvalidTimer
   */
  sleepUntil(name: string, dueMs: number): Promise<void> {
    return this.#timer(name, timerFingerprint(name, 'until'), () => dueMs);
  }

  /**
   * Runs another workflow as an operation of its own, and waits for its result. It is cancelled when this one ends first.
   *
   * @param workflow - The name of a workflow that the node was opened with.
   * @returns The result. Rejects with `StepFailed` when the other workflow failed, was cancelled, or could not begin.
   */
  workflow(name: string, workflow: string, input: CborValue): Promise<CborValue> {
    const call = { workflow, input };
    return this.step(atLeastOnce(name, [workflow, input]), async ({ stepKey }) => {
      const run = this.#run;
      const end = await run.waitFor((signal) => run.journal.child(run.executionId, stepKey, call, signal));
      if (end.kind === 'failed') throw new ChildFailed(end.message);
      return end.value;
    });
  }

  /** The time, in milliseconds since the Unix epoch. Replayed, it is what it was: mutant J3. */
  now(name: string): Promise<number> {
    return this.step(idempotent(name, 'now'), () => this.#run.journal.wallMs());
  }

  /** Random bytes. Replayed, they are what they were. */
  random(name: string, length: number): Promise<Uint8Array> {
    return this.step(idempotent(name, length), () => this.#run.journal.randomBytes(length));
  }

  /** Gives a call its key and its turn. Up to the first wait this runs within the call. */
  async #turn<T>(name: string, task: (key: StepKey) => Promise<T>): Promise<T> {
    assertStepName(name);
    const run = this.#run;
    run.mustGoOn();
    const key = run.cursor.take(this.#scope, name);
    if (this.#isClosed || this.#running !== null) {
      return run.poison(new StepOutOfTurn(key, this.#running));
    }
    if (run.cursor.size > stepsMax) throw run.stop(new StepCapExceeded(stepsMax));
    this.#running = key;
    try {
      return await task(key);
    } finally {
      this.#running = null;
    }
  }

  #timer(name: string, fingerprint: string, due: () => number): Promise<void> {
    return this.#turn(name, async (key) => {
      const run = this.#run;
      const timer = await this.#enter(this.#arm(key, fingerprint, due));
      if (timer.isFired) return;
      run.mustGoOn();
      let nowMs = run.journal.wallMs();
      // A clock may have been put back while this slept.
      for (; nowMs < timer.dueMs; nowMs = run.journal.wallMs()) {
        await run.waitFor((signal) => run.journal.sleepUntil(timer.dueMs, signal));
        run.mustGoOn();
      }
      await run.record({ kind: 'fire_timer', ...run.step(key), nowMs });
    });
  }

  #enter<T>(entering: Promise<T>): Promise<T> {
    this.#entering = entering;
    return entering;
  }

  async #fork<T>(
    key: StepKey,
    branches: readonly ((context: DurableContext) => Promise<T>)[],
  ): Promise<readonly T[]> {
    const run = this.#run;
    const expected = run.cursor.enter(this.#scope, key);
    if (expected !== undefined) return run.poison(displaced(key, expected));
    run.noteReplay();
    const missed = run.cursor.missedFrom(key, branches.length);
    if (missed !== undefined) return run.poison(omitted(missed));
    const ends = await Promise.allSettled(
      branches.map((branch, index) => this.#branch(`${key}[${index}]/`, branch)),
    );
    run.mustGoOn();
    return ends.map((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    });
  }

  /** What it leaves out is told at once: other branches may wait for it before they act. */
  async #branch<T>(scope: string, body: (context: DurableContext) => Promise<T>): Promise<T> {
    const run = this.#run;
    const [end] = await Promise.allSettled([DurableContext.within(run, scope, body)]);
    run.mustGoOn();
    const missed = run.cursor.missedIn(scope);
    if (missed !== undefined) return run.poison(omitted(missed));
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  }

  async #create(key: StepKey, fingerprint: string): Promise<void> {
    const record = await this.#run.find(this.#scope, key, fingerprint, ['promise']);
    if (record !== undefined) return;
    await this.#run.record({ kind: 'create_promise', ...this.#run.step(key), fingerprint });
  }

  async #arm(
    key: StepKey,
    fingerprint: string,
    due: () => number,
  ): Promise<{ readonly dueMs: number; readonly isFired: boolean }> {
    const run = this.#run;
    const record = await run.find(this.#scope, key, fingerprint, ['timer']);
    if (record !== undefined) return record;
    const dueMs = due();
    if (!Number.isSafeInteger(dueMs) || dueMs < 0) throw new InvalidTimer(key, dueMs);
    await run.record({ kind: 'arm_timer', ...run.step(key), fingerprint, dueMs });
    return { dueMs, isFired: false };
  }
}

/** An outcome as the program is told of it. */
function told(outcome: StepOutcome, key: StepKey): CborValue | AssumedDone {
  switch (outcome.kind) {
    case 'value':
      return openPayload(outcome.payload);
    case 'assumed_done':
      return assumedDone;
    case 'value_unavailable':
      throw new ValueUnavailable(key, outcome.fault);
    case 'failed':
      throw new StepFailed(key, outcome.failure);
    case 'ambiguous':
      throw new AmbiguousEffect(key);
  }
}
