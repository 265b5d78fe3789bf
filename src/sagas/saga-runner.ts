import { bytesToHex } from '@noble/hashes/utils.js';
import type { CborValue } from '../codec/cbor-value.js';
import { sealInput } from '../steps/payload.js';
import type { SagaDefinition } from './definition.js';
import type { SagaRecorded } from './journal.js';
import { assertSagaLimit } from './limits.js';
import { UnknownSaga } from './refusal.js';
import { SagaInterrupted, UnknownSagaDefinition } from './runner-errors.js';
import { codeOf, type SagaGear, SagaRun } from './saga-run.js';
import type { Saga, SagaEnd } from './saga.js';

/** What a saga is begun with. */
export interface SagaRequest {
  readonly sagaId: string;
  readonly sessionId: string;
  /** Of the definition. */
  readonly name: string;
  readonly input: CborValue;
}

export interface SagaRunnerOptions extends Omit<SagaGear, 'definitions'> {
  readonly definitions: readonly SagaDefinition[];
}

interface Going {
  readonly run: SagaRun;
  readonly over: Promise<void>;
}

interface Waiter {
  readonly resolve: (end: SagaEnd) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Runs each open saga to its durable end, in this life or the next. What has to be undone is tried until it holds.
 *
 * @throws InvalidSagaLimit when `attemptsMax` is none.
 */
export class SagaRunner {
  readonly #gear: SagaGear;
  readonly #going = new Map<string, Going>();
  readonly #waiting = new Map<string, Set<Waiter>>();
  #isStarted = false;
  #isClosed = false;

  constructor({ definitions, ...gear }: SagaRunnerOptions) {
    assertSagaLimit('attemptsMax', gear.attemptsMax);
    const byName = new Map(definitions.map((definition) => [definition.name, definition]));
    this.#gear = { ...gear, definitions: byName };
  }

  /** Takes up every saga that is open. */
  async start(): Promise<void> {
    this.#isStarted = true;
    for (const saga of await this.#gear.journal.open()) this.#run(saga);
  }

  /**
   * Begins a saga, or attaches to the one that has the id.
   *
   * @throws UnknownSagaDefinition or PayloadRejected. Rejects as the journal does.
   */
  async begin({ sagaId, sessionId, name, input }: SagaRequest): Promise<SagaRecorded> {
    const definition = this.#gear.definitions.get(name);
    if (definition === undefined) throw new UnknownSagaDefinition(name);
    const recorded = await this.#gear.journal.record({
      kind: 'begin',
      sagaId,
      sessionId,
      name,
      ...sealInput(input, sagaId),
      steps: definition.steps.map((step) => step.name),
      runKey: bytesToHex(this.#gear.entropy.bytes(16)),
    });
    if (recorded.kind === 'accepted') this.#run({ sagaId, sessionId });
    return recorded;
  }

  /** Wishes a saga undone. Accepted, it will be: at the next boundary. Refused with `SAGA_ENDED` when it is too late. */
  async cancel(sagaId: string, reason: string): Promise<SagaRecorded> {
    const recorded = await this.#gear.journal.record({ kind: 'cancel', sagaId, reason });
    if (recorded.kind === 'refused') return recorded;
    this.#going.get(sagaId)?.run.cancelled();
    const view = await this.#gear.journal.saga(sagaId);
    // One that had tried nothing has ended already.
    if (view.kind === 'ended') this.#tell(sagaId, view.tombstone.end);
    if (view.kind === 'open') this.#run(view.saga);
    return recorded;
  }

  /** Resolves when the saga has ended. Rejects with UnknownSaga, or SagaInterrupted when the runner is closed first. */
  async ended(sagaId: string): Promise<SagaEnd> {
    if (this.#isClosed) throw new SagaInterrupted('the runner is closed');
    // Before the first wait, so that no end is missed.
    const end = new Promise<SagaEnd>((resolve, reject) => {
      const waiting = this.#waiting.get(sagaId) ?? new Set();
      this.#waiting.set(sagaId, waiting.add({ resolve, reject }));
    });
    const [ended] = await Promise.all([end, this.#look(sagaId)]);
    return ended;
  }

  /** Stops the sagas of a session where they are: somebody else owns it now. */
  interrupt(sessionId: string): void {
    for (const { run } of this.#going.values()) if (run.sessionId === sessionId) run.stop();
  }

  /** Takes up the sagas of a session again. */
  async resume(sessionId: string): Promise<void> {
    const stopping = [...this.#going.values()].filter(({ run }) => run.isStopped);
    await Promise.all(stopping.map(({ over }) => over));
    for (const saga of await this.#gear.journal.open()) if (saga.sessionId === sessionId) this.#run(saga);
  }

  /** Stops everything where it is. The next life takes it up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const going = [...this.#going.values()];
    for (const { run } of going) run.stop();
    await Promise.all(going.map(({ over }) => over));
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiters of waiting) {
      for (const { reject } of waiters) reject(new SagaInterrupted('the runner was closed'));
    }
  }

  #run(saga: Pick<Saga, 'sagaId' | 'sessionId'>): void {
    const { sagaId } = saga;
    if (!this.#isStarted || this.#isClosed || this.#going.has(sagaId)) return;
    const run = new SagaRun(this.#gear, saga);
    const over = this.#toItsEnd(run).finally(() => this.#going.delete(sagaId));
    this.#going.set(sagaId, { run, over });
  }

  /** Tells who waits for it when a saga has ended already, or was never begun. */
  async #look(sagaId: string): Promise<void> {
    const view = await this.#gear.journal.saga(sagaId);
    if (view.kind === 'ended') this.#tell(sagaId, view.tombstone.end);
    if (view.kind === 'unknown') {
      for (const { reject } of this.#waitingFor(sagaId)) reject(new UnknownSaga(sagaId));
    }
  }

  #tell(sagaId: string, end: SagaEnd): void {
    for (const { resolve } of this.#waitingFor(sagaId)) resolve(end);
  }

  /** They wait no more. */
  #waitingFor(sagaId: string): Iterable<Waiter> {
    const waiting = this.#waiting.get(sagaId) ?? [];
    this.#waiting.delete(sagaId);
    return waiting;
  }

  /** Never rejects: whatever stops a run is told to the probe, and the saga goes on in this life or the next. */
  async #toItsEnd(run: SagaRun): Promise<void> {
    const { sagaId } = run;
    // Not within the call of whoever began it.
    await Promise.resolve();
    try {
      const end = await run.sail();
      if (end !== undefined) this.#tell(sagaId, end);
    } catch (error) {
      this.#gear.probe.event('saga.run-ended', { saga: sagaId, code: codeOf(error) });
    }
  }
}
