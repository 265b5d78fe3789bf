import type { AskTerms } from '../requests/ask.js';
import { type Milliseconds, SleepAborted } from '../runtime/clock.js';
import type { Ports } from '../runtime/ports.js';
import { type Backoff, backoffMs } from './backoff.js';
import type { Bulkhead } from './bulkhead.js';
import { type CanonicalRequest, canonicalRequest } from './canonical-request.js';
import { type Computation, labelOf } from './computation.js';
import type { ExecuteAnswer } from './execute-answer.js';
import type { ExecuteRequest } from './execute-request.js';
import { LeaseEnded, readAnswer, readError } from './executor-error.js';
import {
  ComputationRefused,
  LeaseCancelled,
  LeaseFailed,
  LeaseRetriesSpent,
  NoCapability,
  RemoteCancelled,
  RemoteTimedOut,
  RemoteUnavailable,
} from './executor-refusal.js';
import { type IdempotencyKey, keyOf } from './idempotency-key.js';
import type { LeaseHandle } from './lease-handle.js';
import type { RemoteCapability } from './remote-capability.js';
import type { RemoteOutcome } from './remote-outcome.js';
import type { RemoteCall, RemoteExecutor, TraceContext } from './remote-work.js';
import { traceFields } from './trace-context.js';

/** The right to remote work for a session, and the lease that it ends with. */
export interface RemoteGrant {
  readonly capability: RemoteCapability;
  readonly lease: LeaseHandle;
}

/** What becomes of work whose lease ends: each is told by an error of its own. Flaws F33 and F34. */
export type LeaseEscalation = 'cancel' | 'retry' | 'fail';

/** Asks the store. Rejects as `Asker.ask`. */
export type Dispatch = (request: ExecuteRequest, terms: AskTerms) => Promise<ExecuteAnswer>;

export interface ExecutorOptions {
  /** What may be asked for, by name. */
  readonly computations: Iterable<Computation>;
  /** What this node holds for a session now; undefined: nothing. */
  readonly grantOf: (sessionId: string) => RemoteGrant | undefined;
  readonly dispatch: Dispatch;
  readonly escalation: LeaseEscalation;
  /** How often work is tried again, under the same key, whose lease ended or which the store could not carry out. */
  readonly backoff: Backoff;
  /** In a simulation: where it is. */
  readonly simulation?: () => TraceContext['simulation'];
}

/** What became of all calls: each is counted once, under how it ended. */
export interface ExecutorFigures {
  readonly asked: number;
  readonly dispatched: number;
  /** By `success`, `failure`, or the code of the error that was told. */
  readonly endings: ReadonlyMap<string, number>;
}

/** One call, and how far it has come. */
interface Work {
  readonly call: RemoteCall;
  readonly request: CanonicalRequest;
  readonly key: IdempotencyKey;
  /** By the monotonic clock. */
  readonly endMs: Milliseconds;
  attempt: number;
  /** Of the last attempt; 0 without a capability. */
  epoch: number;
  expiries: number;
  mayHaveRun: boolean;
}

/** Does remote work, in the order that {@link RemoteExecutor} says. */
export class Executor implements RemoteExecutor {
  readonly #ports: Pick<Ports, 'clock' | 'entropy' | 'probe'>;
  readonly #bulkhead: Bulkhead;
  readonly #options: ExecutorOptions;
  readonly #labels: ReadonlySet<string>;
  readonly #endings = new Map<string, number>();
  #asked = 0;
  #dispatched = 0;

  /** @param bulkhead - The one that all share who send from this node. Flaw F20. */
  constructor(
    ports: Pick<Ports, 'clock' | 'entropy' | 'probe'>,
    bulkhead: Bulkhead,
    options: ExecutorOptions,
  ) {
    this.#ports = ports;
    this.#bulkhead = bulkhead;
    this.#options = options;
    this.#labels = new Set([...options.computations].map(labelOf));
  }

  figures(): ExecutorFigures {
    return { asked: this.#asked, dispatched: this.#dispatched, endings: new Map(this.#endings) };
  }

  /** @throws ExecutorRefusal, and InvalidRequest when what is asked for is no request: by the promise. */
  async execute(call: RemoteCall): Promise<RemoteOutcome> {
    const request = canonicalRequest(call.request);
    const key = keyOf(call.identity, request);
    const endMs = this.#ports.clock.monotonicMs() + call.deadlineMs;
    const work: Work = { call, request, key, endMs, attempt: 0, epoch: 0, expiries: 0, mayHaveRun: false };
    this.#asked += 1;
    try {
      const outcome = await this.#attemptAll(work);
      this.#ended(work, outcome.kind);
      return outcome;
    } catch (error) {
      this.#ended(work, error instanceof Error && 'code' in error ? String(error.code) : 'error');
      throw error;
    }
  }

  async #attemptAll(work: Work): Promise<RemoteOutcome> {
    for (;;) {
      work.attempt += 1;
      try {
        return await this.#attempt(work);
      } catch (error) {
        this.#mustRetry(work, error);
      }
      await this.#pause(work);
    }
  }

  /** Capability, registry, cancellation, admission, cancellation, dispatch. */
  async #attempt(work: Work): Promise<RemoteOutcome> {
    const { call } = work;
    const { sessionId, signal } = call;
    const { computation } = call.request;
    const label = labelOf(computation);
    const grant = this.#options.grantOf(sessionId);
    if (grant?.capability.sessionId !== sessionId || !grant.capability.computations.includes(label)) {
      throw new NoCapability(sessionId, computation);
    }
    if (!this.#labels.has(label)) throw new ComputationRefused(computation);
    const { capability, lease } = grant;
    work.epoch = capability.generation;
    this.#mustGoOn(work, lease, signal);
    const admission = {
      weight: 1,
      timeoutMs: this.#leftMs(work),
      leaseEndMs: () => lease.endMs,
      ...(signal === undefined ? {} : { signal }),
    };
    let answer: ExecuteAnswer;
    try {
      answer = await this.#bulkhead.run(admission, async (permit) => {
        // Admission may have waited: nothing of what was found before it holds any more.
        this.#mustGoOn(work, lease, permit.signal);
        return this.#dispatch(work, capability, permit.signal);
      });
    } catch (error) {
      throw readError(error, work.mayHaveRun, () => lease.isLive());
    }
    const told = readAnswer(answer, capability, computation);
    if (told instanceof Error) throw told;
    return told;
  }

  #dispatch(work: Work, capability: RemoteCapability, signal: AbortSignal): Promise<ExecuteAnswer> {
    const { identity } = work.call;
    const trace = this.#traceOf(work);
    this.#dispatched += 1;
    work.mayHaveRun = true;
    this.#ports.probe.event('remote.dispatched', { key: work.key, ...traceFields(trace) });
    const terms = { deadlineMs: this.#leftMs(work), signal };
    return this.#options.dispatch({ capability, identity, request: work.request, trace }, terms);
  }

  #mustGoOn(work: Work, lease: LeaseHandle, signal: AbortSignal | undefined): void {
    const isUnwanted = signal?.aborted === true || work.call.isWanted?.() === false;
    if (isUnwanted) throw new RemoteCancelled(work.mayHaveRun);
    if (!lease.isLive()) throw new LeaseEnded();
    if (this.#leftMs(work) === 0) throw new RemoteTimedOut(work.mayHaveRun);
  }

  /** @throws what the caller is to be told, when it is not to be tried again. */
  #mustRetry(work: Work, error: unknown): void {
    const { retriesMax } = this.#options.backoff;
    if (error instanceof LeaseEnded) {
      const { escalation } = this.#options;
      work.expiries += 1;
      this.#told(work, 'remote.lease-expired', { escalation });
      if (escalation === 'cancel') throw new LeaseCancelled(work.mayHaveRun);
      if (escalation === 'fail') throw new LeaseFailed(work.mayHaveRun);
      if (work.attempt > retriesMax) throw new LeaseRetriesSpent(work.expiries, work.mayHaveRun);
      return;
    }
    const isPassing = error instanceof RemoteUnavailable && error.where === 'store';
    if (!isPassing || work.attempt > retriesMax) throw error;
  }

  /** @throws RemoteTimedOut when the deadline comes first, RemoteCancelled when the caller gives up. */
  async #pause(work: Work): Promise<void> {
    const delayMs = backoffMs(this.#options.backoff, work.attempt, this.#ports.entropy);
    if (delayMs >= this.#leftMs(work)) throw new RemoteTimedOut(work.mayHaveRun);
    try {
      await this.#ports.clock.sleep(delayMs, work.call.signal);
    } catch (error) {
      throw error instanceof SleepAborted ? new RemoteCancelled(work.mayHaveRun) : error;
    }
  }

  #leftMs({ endMs }: Work): Milliseconds {
    return Math.max(0, endMs - this.#ports.clock.monotonicMs());
  }

  #ended(work: Work, ending: string): void {
    this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1);
    this.#told(work, 'remote.ended', { ending });
  }

  #told(work: Work, kind: string, fields: { readonly [name: string]: string }): void {
    this.#ports.probe.event(kind, { key: work.key, ...fields, ...traceFields(this.#traceOf(work)) });
  }

  #traceOf({ call, attempt, epoch }: Work): TraceContext {
    const { traceId, sagaId } = call;
    return { traceId, sagaId, attempt, epoch, simulation: this.#options.simulation?.() ?? null };
  }
}
