import type { CborValue } from '../codec/cbor-value.js';
import { type Clock, SleepAborted } from '../runtime/clock.js';
import type { Entropy } from '../runtime/entropy.js';
import type { Probe } from '../runtime/probe.js';
import { type Failure, failureOf } from '../steps/outcome.js';
import { PayloadRejected, sealPayload } from '../steps/payload.js';
import { backoffMs } from './backoff.js';
import type { StepSettlement } from './command.js';
import { type Performed, type SagaDefinition, type SagaStep, StepFailedForGood } from './definition.js';
import { contextOf } from './context.js';
import type { SagaJournal, SagaRecorded } from './journal.js';
import { nextAct, type SagaAct } from './next-act.js';
import { SagaDiverged, SagaInterrupted, SagaNotPermitted, UnknownSagaDefinition } from './runner-errors.js';
import type { Saga, SagaEnd } from './saga.js';
import { SagaLogCorrupt } from './state.js';

/** Who may act for whom. */
export interface SagaPermit {
  /** Asked before each act, and after each wait. When it says no, the saga stops where it is. */
  mayAct(sessionId: string): boolean;
  /** Told immediately before each act, so that it can be watched. */
  acts(sessionId: string, act: string): void;
}

/** What a run works with. */
export interface SagaGear {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly probe: Probe;
  readonly journal: SagaJournal;
  readonly permit: SagaPermit;
  readonly definitions: ReadonlyMap<string, SagaDefinition>;
  /** A step is tried so often, over all lives, before it is given up. */
  readonly attemptsMax: number;
}

type Trial<Value> = { readonly kind: 'held'; readonly value: Value } | Failed;

interface Failed {
  readonly kind: 'failed';
  readonly error: unknown;
}

/** Runs one saga from wherever it is, until it has ended or may not go on. */
export class SagaRun {
  readonly sagaId: string;
  readonly sessionId: string;
  readonly #gear: SagaGear;
  /** For steps, and for waits between them. */
  readonly #forward = new AbortController();
  /** For everything. */
  readonly #stopped = new AbortController();
  #lastFailure: Failure = { name: 'AttemptsExhausted', message: 'tried as often as it may be' };

  constructor(gear: SagaGear, { sagaId, sessionId }: Pick<Saga, 'sagaId' | 'sessionId'>) {
    this.#gear = gear;
    this.sagaId = sagaId;
    this.sessionId = sessionId;
  }

  get isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** The step that is on is told that its saga is to be cancelled. */
  cancelled(): void {
    this.#forward.abort();
  }

  /** Stops where it is, also when what it waits for never ends. */
  stop(): void {
    this.#stopped.abort();
    this.#forward.abort();
  }

  /** Rejects when it may not go on: with an error of `runner-errors.ts`, or as the journal does. Undefined: nothing is known of the saga. */
  async sail(): Promise<SagaEnd | undefined> {
    let refused: { readonly act: SagaAct; readonly refusal: Error } | undefined;
    for (;;) {
      const view = await this.#gear.journal.saga(this.sagaId);
      if (view.kind === 'unknown') return undefined;
      if (view.kind === 'ended') return view.tombstone.end;
      const { saga } = view;
      const definition = this.#definitionOf(saga);
      this.#mustBePermitted();
      const act = nextAct(saga, this.#gear.attemptsMax);
      if (act === undefined) throw new SagaLogCorrupt(saga.sagaId, 'nothing is left to do, and it is open');
      // Only a wish to cancel can have come between, and then something else is next.
      if (refused?.act.kind === act.kind) throw refused.refusal;
      const refusal = await this.#do(saga, definition, act);
      refused = refusal === undefined ? undefined : { act, refusal };
    }
  }

  /** Returns why it was refused to begin, if it was. */
  async #do(saga: Saga, definition: SagaDefinition, act: SagaAct): Promise<Error | undefined> {
    const { sagaId } = saga;
    if (act.kind === 'turn_back') {
      const turning = { kind: 'turn_back', sagaId, failure: this.#lastFailure } as const;
      mustBeTaken(await this.#gear.journal.record(turning));
      return undefined;
    }
    const step = definition.steps[act.step];
    if (step === undefined) throw new SagaDiverged(sagaId, saga.steps, []);
    const { kind, attempt } = act;
    const tried = await this.#gear.journal.record({
      kind: kind === 'perform' ? 'try_step' : 'try_compensation',
      sagaId,
      step: act.step,
    });
    if (tried.kind === 'refused') return tried.refusal;
    this.#mustBePermitted();
    if (kind === 'perform' && this.#forward.signal.aborted) return undefined;
    const { permit, probe } = this.#gear;
    permit.acts(this.sessionId, `${kind} ${step.name}`);
    probe.event(`saga.${kind}`, { saga: sagaId, step: step.name, attempt });
    const failed =
      kind === 'perform'
        ? await this.#perform(saga, step, act.step, attempt)
        : await this.#compensate(saga, step, act.step, attempt);
    if (failed === undefined) return undefined;
    const { error } = failed;
    probe.event('saga.failed', { saga: sagaId, step: step.name, attempt, code: codeOf(error) });
    this.#lastFailure = failureOf(error);
    const isLast = kind === 'perform' && attempt >= this.#gear.attemptsMax;
    if (!isLast) await this.#pause(kind, attempt);
    return undefined;
  }

  /** Returns why it is to be tried again. */
  async #perform(saga: Saga, step: SagaStep, index: number, attempt: number): Promise<Failed | undefined> {
    const context = contextOf(saga, {
      way: 'perform',
      step: step.name,
      attempt,
      signal: this.#forward.signal,
    });
    const trial = await this.#wait(() => step.perform(context));
    const settle = (outcome: StepSettlement, locator?: Performed['locator']): Promise<SagaRecorded> =>
      this.#gear.journal.record(
        { kind: 'settle_step', sagaId: saga.sagaId, step: index, attempt, outcome },
        locator,
      );
    if (trial.kind === 'failed') {
      if (!(trial.error instanceof StepFailedForGood)) return trial;
      mustBeTaken(await settle({ kind: 'failed', failure: failureOf(trial.error) }));
      return undefined;
    }
    const { result, locator } = trial.value;
    const sealed = sealedOf(result, step.name);
    const settled =
      sealed instanceof PayloadRejected
        ? ({ kind: 'refused', refusal: sealed } as const)
        : await settle({ kind: 'done', result: sealed }, locator);
    if (settled.kind === 'refused') {
      // It was done, but cannot be recorded as done: so it is undone.
      mustBeTaken(await settle({ kind: 'failed', failure: failureOf(settled.refusal) }));
    }
    return undefined;
  }

  /** As {@link #perform}. */
  async #compensate(saga: Saga, step: SagaStep, index: number, attempt: number): Promise<Failed | undefined> {
    const context = contextOf(saga, {
      way: 'compensate',
      step: step.name,
      attempt,
      signal: this.#stopped.signal,
    });
    const trial = await this.#wait(() => step.compensate(context));
    if (trial.kind === 'failed') return trial;
    const { sagaId } = saga;
    const settled = await this.#gear.journal.record(
      { kind: 'settle_compensation', sagaId, step: index, attempt },
      trial.value.locator,
    );
    return settled.kind === 'refused' ? { kind: 'failed', error: settled.refusal } : undefined;
  }

  /** Waits for a try, but not when the run is stopped: what it comes to then is not known. @throws as {@link #mustBePermitted} */
  async #wait<Value>(begin: () => Promise<Value>): Promise<Trial<Value>> {
    const { signal } = this.#stopped;
    let stop = (): void => {};
    const stopped = new Promise<undefined>((resolve) => {
      stop = () => {
        resolve(undefined);
      };
    });
    signal.addEventListener('abort', stop, { once: true });
    const trial = await Promise.race([tryTo(begin), stopped]);
    signal.removeEventListener('abort', stop);
    this.#mustBePermitted();
    if (trial === undefined) throw new SagaInterrupted(`saga \`${this.sagaId}\` was stopped`);
    return trial;
  }

  async #pause(kind: 'perform' | 'compensate', failures: number): Promise<void> {
    const { clock, entropy } = this.#gear;
    const { signal } = kind === 'perform' ? this.#forward : this.#stopped;
    try {
      await clock.sleep(backoffMs(failures, entropy), signal);
    } catch (error) {
      // Cancelled or stopped: both are looked at next.
      if (!(error instanceof SleepAborted)) throw error;
    }
  }

  #definitionOf({ sagaId, name, steps }: Saga): SagaDefinition {
    const definition = this.#gear.definitions.get(name);
    if (definition === undefined) throw new UnknownSagaDefinition(name);
    const defined = definition.steps.map((step) => step.name);
    const isSame = defined.length === steps.length && defined.every((step, index) => step === steps[index]);
    if (!isSame) throw new SagaDiverged(sagaId, steps, defined);
    return definition;
  }

  #mustBePermitted(): void {
    if (this.isStopped) throw new SagaInterrupted(`saga \`${this.sagaId}\` was stopped`);
    if (!this.#gear.permit.mayAct(this.sessionId)) throw new SagaNotPermitted(this.sagaId, this.sessionId);
  }
}

/** Never rejects, so that what nobody waits for any more fails unheard. */
async function tryTo<Value>(begin: () => Promise<Value>): Promise<Trial<Value>> {
  try {
    return { kind: 'held', value: await begin() };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

function sealedOf(result: CborValue, step: string): ReturnType<typeof sealPayload> | PayloadRejected {
  try {
    return sealPayload(result, `result of ${step}`);
  } catch (error) {
    if (error instanceof PayloadRejected) return error;
    throw error;
  }
}

/** One run at a time acts for a saga, so what is on cannot have changed under it. */
function mustBeTaken(recorded: SagaRecorded): void {
  if (recorded.kind === 'refused') throw recorded.refusal;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}
