import type { Milliseconds } from '../runtime/clock.js';
import type { Ports } from '../runtime/ports.js';
import { Alarm } from './alarm.js';
import {
  arrive,
  type BulkheadStep,
  cancel,
  close,
  type Happening,
  leave,
  type RejectReason,
  renew,
  tick,
} from './bulkhead-decide.js';
import { assertBulkheadLimits, assertWhole, type BulkheadLimits } from './bulkhead-limits.js';
import {
  AdmissionCancelled,
  AdmissionTimedOut,
  BulkheadBusy,
  BulkheadClosed,
  type BulkheadRefusal,
  PermitLapsed,
  WeightTooLarge,
} from './bulkhead-refusal.js';
import {
  type BulkheadCounters,
  type BulkheadState,
  type BulkheadUse,
  nextDueMs,
  openBulkhead,
  permitsHeld,
  type Ticket,
} from './bulkhead-state.js';

/** What a request asks of a bulkhead. */
export interface Admission {
  /** How many permits it takes, 1 at least. */
  readonly weight: number;
  /** How long it is ready to wait. It may be admitted up to the end of this time, and at it. */
  readonly timeoutMs: Milliseconds;
  /** Gives it up while it waits. What runs is told by the signal of its permit. */
  readonly signal?: AbortSignal;
  /**
   * When the lease that it runs under ends, by the monotonic clock. Asked when it comes, and whenever the time has come that was told
   * last, so that a lease may be renewed meanwhile.
   */
  readonly leaseEndMs?: () => Milliseconds;
}

/** What a task is given while it may run. */
export interface Permit {
  readonly ticket: Ticket;
  /** Aborts when the request is cancelled, and with {@link PermitLapsed} when its lease ends. */
  readonly signal: AbortSignal;
}

export interface BulkheadFigures extends BulkheadCounters {
  readonly waiting: number;
  readonly holding: number;
  readonly permitsHeld: number;
}

/** What is to be done for one request, whatever its task returns. */
interface Caller {
  readonly admission: Admission;
  begin(): void;
  fail(refusal: BulkheadRefusal): void;
}

/**
 * Lets so many tasks run at once, in the order in which they came. All rules are in `bulkhead-decide.ts`; this runs tasks and
 * watches the clock. Whoever runs a task has no permit to forget: it is given with the task, and comes back however that ends.
 */
export class Bulkhead {
  readonly #ports: Pick<Ports, 'clock' | 'probe'>;
  readonly #alarm: Alarm;
  readonly #callers = new Map<Ticket, Caller>();
  readonly #untold: Happening[] = [];
  readonly #closers: (() => void)[] = [];
  #state: BulkheadState;
  #lastTicket: Ticket = 0;
  #isTelling = false;

  /** @throws InvalidBulkheadSetting */
  constructor(ports: Pick<Ports, 'clock' | 'probe'>, limits: BulkheadLimits) {
    assertBulkheadLimits(limits);
    this.#ports = ports;
    this.#state = openBulkhead(limits);
    this.#alarm = new Alarm(ports.clock, () => this.#take(tick));
  }

  /**
   * Runs a task as soon as its turn comes, and answers as it does. The place in the queue is taken before this returns.
   *
   * @throws BulkheadRefusal, see there: by the promise. InvalidBulkheadSetting: at once, and nothing is counted.
   */
  run<T>(admission: Admission, task: (permit: Permit) => Promise<T>): Promise<T> {
    const { weight, timeoutMs, signal } = admission;
    assertWhole('weight', weight, 1);
    assertWhole('timeoutMs', timeoutMs, 0);
    const leaseEndMs = admission.leaseEndMs?.() ?? null;
    if (leaseEndMs !== null) assertWhole('leaseEndMs', leaseEndMs, 0);
    this.#lastTicket += 1;
    const ticket = this.#lastTicket;
    return new Promise<T>((resolve, reject) => {
      const stop = new AbortController();
      const onAbort = (): void => {
        stop.abort(signal?.reason);
        this.#take((state, nowMs) => cancel(state, ticket, nowMs));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const over = (): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#callers.delete(ticket);
      };
      const perform = async (): Promise<void> => {
        const end = await ending(task, { ticket, signal: stop.signal }, resolve, reject);
        const happenings = this.#take((state, nowMs) => leave(state, ticket, nowMs));
        if (!happenings.some((each) => each.kind === 'released' && each.ticket === ticket)) {
          this.#ports.probe.event('bulkhead.late_end', { ticket, failed: end.isFailure });
          return;
        }
        over();
        end.tell();
      };
      this.#callers.set(ticket, {
        admission,
        begin: () => void perform(),
        fail: (refusal) => {
          over();
          if (refusal instanceof PermitLapsed) stop.abort(refusal);
          reject(refusal);
        },
      });
      const { clock } = this.#ports;
      const deadlineMs = Math.min(clock.monotonicMs() + timeoutMs, Number.MAX_SAFE_INTEGER - 1);
      const arrival = { ticket, weight, deadlineMs, leaseEndMs, isCancelled: signal?.aborted === true };
      this.#take((state, nowMs) => arrive(state, arrival, nowMs));
    });
  }

  figures(): BulkheadFigures {
    const { counters, waiting, holding } = this.#state;
    return {
      ...counters,
      waiting: waiting.length,
      holding: holding.length,
      permitsHeld: permitsHeld(this.#state),
    };
  }

  /** Admits nobody any more, and sends away who waits. Resolves when nothing runs any more; nothing is left behind then. */
  async close(): Promise<void> {
    this.#take(close);
    if (this.#state.holding.length > 0) await new Promise<void>((resolve) => this.#closers.push(resolve));
  }

  #take(decide: (state: BulkheadState, nowMs: Milliseconds) => BulkheadStep): readonly Happening[] {
    const nowMs = this.#ports.clock.monotonicMs();
    this.#renewLeases(nowMs);
    const { state, happenings } = decide(this.#state, nowMs);
    this.#state = state;
    this.#untold.push(...happenings);
    this.#tell();
    this.#alarm.set(nextDueMs(this.#state));
    if (this.#state.isClosed && this.#state.holding.length === 0) {
      for (const resolve of this.#closers.splice(0)) resolve();
    }
    return happenings;
  }

  #renewLeases(nowMs: Milliseconds): void {
    for (const { ticket, leaseEndMs } of [...this.#state.waiting, ...this.#state.holding]) {
      if (leaseEndMs === null || leaseEndMs > nowMs) continue;
      const renewedMs = this.#callers.get(ticket)?.admission.leaseEndMs?.() ?? leaseEndMs;
      if (renewedMs > leaseEndMs) this.#state = renew(this.#state, ticket, renewedMs);
    }
  }

  /** One after the other, in order, also when a task that is begun here comes back with another request at once. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift())
      this.#tellOne(next);
    this.#isTelling = false;
  }

  #use(): BulkheadUse {
    if (this.#state.waiting.length > 0) return 'queueing';
    return this.#state.holding.length > 0 ? 'busy' : 'free';
  }

  #tellOne(happening: Happening): void {
    const { ticket, weight } = happening;
    const reason = 'reason' in happening ? { reason: happening.reason } : {};
    this.#ports.probe.event(`bulkhead.${happening.kind}`, { ticket, weight, ...reason });
    this.#ports.probe.label('bulkhead', this.#use());
    const caller = this.#callers.get(ticket);
    switch (happening.kind) {
      case 'granted':
        return caller?.begin();
      case 'rejected':
        return caller?.fail(this.#rejection(happening.reason, weight));
      case 'cancelled':
        return caller?.fail(
          happening.reason === 'closed'
            ? new BulkheadClosed()
            : new AdmissionCancelled(caller.admission.signal?.reason),
        );
      case 'timed_out':
        return caller?.fail(new AdmissionTimedOut());
      case 'lapsed':
        return caller?.fail(new PermitLapsed());
      case 'queued':
      case 'released':
    }
  }

  #rejection(reason: RejectReason, weight: number): BulkheadRefusal {
    const { waiting, limits } = this.#state;
    if (reason === 'closed') return new BulkheadClosed();
    return reason === 'busy'
      ? new BulkheadBusy(waiting.length)
      : new WeightTooLarge(weight, limits.permitsMax);
  }
}

/** How a task ended, and what tells its caller so. */
interface Ending {
  readonly isFailure: boolean;
  tell(): void;
}

async function ending<T>(
  task: (permit: Permit) => Promise<T>,
  permit: Permit,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Promise<Ending> {
  try {
    const value = await task(permit);
    return { isFailure: false, tell: () => resolve(value) };
  } catch (error) {
    return { isFailure: true, tell: () => reject(error) };
  }
}
