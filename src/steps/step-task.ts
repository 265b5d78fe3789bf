import type { CborValue } from '../codec/cbor.js';
import type { StepDescriptor, StepHandle } from './descriptor.js';
import type { GuardedEffect } from './effect.js';
import type { ExecutionRun } from './execution-run.js';
import { idempotencyKey, stepFingerprint } from './fingerprint.js';
import { JournalRefused, OutcomeUnknown } from './halt.js';
import { failureOf, outcomeOf, type StepOutcome } from './outcome.js';
import type { IntentRecord } from './record.js';
import { StepLimitReached } from './refusal.js';
import type { StepKey } from './step-key.js';
import { DefiniteFailure } from './step-errors.js';

/** What a step runs. */
export type Act = (handle: StepHandle) => Promise<CborValue> | CborValue;

/**
 * One step, from the look into the journal to the outcome in the journal. Intent before, outcome after; a journaled outcome is
 * returned, and nothing runs. Reference B3.
 */
export class StepTask {
  readonly #run: ExecutionRun;
  readonly #scope: string;
  readonly #key: StepKey;
  readonly #descriptor: StepDescriptor;
  readonly #act: Act;
  readonly #fingerprint: string;
  readonly #handle: StepHandle;

  constructor(run: ExecutionRun, scope: string, key: StepKey, descriptor: StepDescriptor, act: Act) {
    this.#run = run;
    this.#scope = scope;
    this.#key = key;
    this.#descriptor = descriptor;
    this.#act = act;
    this.#fingerprint = stepFingerprint(descriptor);
    this.#handle = {
      executionId: run.executionId,
      stepKey: key,
      // Only for those who ask: a step that is replayed does not.
      get idempotencyKey() {
        return idempotencyKey(run.executionId, key, descriptor);
      },
    };
  }

  /** @throws the halt of the run, when it ends before there is an outcome. */
  async outcome(): Promise<StepOutcome> {
    const record = await this.#run.find(this.#scope, this.#key, this.#fingerprint, ['intent', 'settled']);
    if (record?.kind === 'settled') return record.outcome;
    if (record?.kind === 'intent') return this.#resolve(record);
    const { effect } = this.#descriptor;
    const isGuarded = effect.effectClass === 'exactly_once_guarded';
    if (isGuarded) await this.#intend(effect);
    const halt = this.#run.haltNow();
    if (halt === undefined) return this.#settle(await this.#perform());
    if (isGuarded) await this.#run.record({ kind: 'withdraw_intent', ...this.#run.step(this.#key) });
    throw halt;
  }

  async #intend({ subclass, onAmbiguous }: GuardedEffect): Promise<void> {
    await this.#run.replayed();
    const step = this.#run.step(this.#key);
    const fingerprint = this.#fingerprint;
    await this.#run.record({ kind: 'intend', ...step, fingerprint, subclass, onAmbiguous });
  }

  /** An intent of an earlier life: nobody knows what came of it. The audit record is durable before anything is done about it. */
  async #resolve(intent: IntentRecord): Promise<StepOutcome> {
    const { window, onAmbiguous, resolvedBy } = intent;
    if (resolvedBy === null) {
      await this.#run.record({ kind: 'resolve_ambiguity', ...this.#run.step(this.#key), window });
      this.#run.mustGoOn();
    }
    switch (resolvedBy ?? onAmbiguous) {
      case 'skip':
        return this.#settle(await this.#reconcile());
      case 'fail':
        return this.#settle({ kind: 'ambiguous' });
      case 'rerun': {
        const halt = this.#run.haltNow();
        if (halt !== undefined) throw halt;
        return this.#settle(await this.#perform());
      }
    }
  }

  async #perform(): Promise<StepOutcome> {
    let value: CborValue;
    try {
      value = await this.#run.patiently(() => this.#act(this.#handle));
    } catch (error) {
      if (error instanceof DefiniteFailure) return { kind: 'failed', failure: failureOf(error) };
      this.#run.mustGoOn();
      if (this.#descriptor.effect.effectClass === 'exactly_once_guarded') throw this.#unknown(error);
      return { kind: 'failed', failure: failureOf(error) };
    }
    return outcomeOf(value, this.#key);
  }

  async #reconcile(): Promise<StepOutcome> {
    let answer: CborValue | undefined;
    try {
      answer = await this.#run.patiently(() => this.#descriptor.reconcile?.(this.#handle));
    } catch (error) {
      this.#run.mustGoOn();
      throw this.#unknown(error);
    }
    return answer === undefined ? { kind: 'assumed_done' } : outcomeOf(answer, this.#key);
  }

  async #settle(outcome: StepOutcome): Promise<StepOutcome> {
    const { effectClass } = this.#descriptor.effect;
    const settling = {
      kind: 'settle',
      ...this.#run.step(this.#key),
      fingerprint: this.#fingerprint,
      effectClass,
    } as const;
    const refusal = await this.#run.offer({ ...settling, outcome });
    if (refusal === undefined) return outcome;
    if (!(refusal instanceof StepLimitReached) || refusal.unit !== 'payload bytes') {
      throw this.#run.stop(new JournalRefused(refusal));
    }
    const unavailable = { kind: 'value_unavailable', fault: 'too_large' } as const;
    await this.#run.record({ ...settling, outcome: unavailable });
    return unavailable;
  }

  #unknown(cause: unknown): Error {
    return this.#run.stop(new OutcomeUnknown(this.#key, { cause }));
  }
}
