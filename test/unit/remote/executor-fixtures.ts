import type { AskTerms } from '../../../src/requests/ask.js';
import { Bulkhead } from '../../../src/remote/bulkhead.js';
import { labelOf } from '../../../src/remote/computation.js';
import type { ExecuteAnswer } from '../../../src/remote/execute-answer.js';
import type { ExecuteRequest } from '../../../src/remote/execute-request.js';
import { Executor, type ExecutorOptions, type RemoteGrant } from '../../../src/remote/executor.js';
import { LeaseHandle } from '../../../src/remote/lease-handle.js';
import type { RemoteCapability } from '../../../src/remote/remote-capability.js';
import type { RemoteCall } from '../../../src/remote/remote-work.js';
import { type ProbeFields, silentProbe } from '../../../src/runtime/probe.js';
import { bytes } from './dedup-fixtures.js';
import { FakeClock, settled } from './fake-clock.js';
import { told } from './harbour.js';

export const charge = { kind: 'custom', name: 'charge' } as const;

export interface Asked {
  readonly request: ExecuteRequest;
  readonly terms: AskTerms;
  answer(answer: ExecuteAnswer): Promise<void>;
  fail(error: Error): Promise<void>;
}

export const success: ExecuteAnswer = {
  kind: 'outcome',
  outcome: { kind: 'success', response: bytes('ok') },
};

/** An executor with a store that answers when it is told to. */
export class Desk {
  readonly clock = new FakeClock();
  readonly events: { readonly kind: string; readonly fields: ProbeFields }[] = [];
  /** What has been dispatched, in order. */
  readonly asked: Asked[] = [];
  readonly bulkhead: Bulkhead;
  readonly executor: Executor;
  grant: RemoteGrant | undefined;

  constructor(options: Partial<ExecutorOptions> = {}) {
    const { clock } = this;
    const probe = {
      ...silentProbe,
      event: (kind: string, fields: ProbeFields) => void this.events.push({ kind, fields }),
    };
    // The longest delay there may be, each time.
    const entropy = {
      bytes: (length: number) => new Uint8Array(length),
      below: (bound: number) => bound - 1,
    };
    this.bulkhead = new Bulkhead({ clock, probe }, { permitsMax: 1, waitingMax: 1 });
    this.grant = this.granted();
    this.executor = new Executor({ clock, entropy, probe }, this.bulkhead, {
      computations: [charge],
      grantOf: () => this.grant,
      dispatch: (request, terms) =>
        new Promise((resolve, reject) => {
          const after = async (act: () => void): Promise<void> => {
            act();
            await settled();
          };
          this.asked.push({
            request,
            terms,
            answer: (answer) => after(() => resolve(answer)),
            fail: (error) => after(() => reject(error)),
          });
        }),
      escalation: 'fail',
      backoff: { retriesMax: 2, firstDelayMs: 10, delayMaxMs: 1000 },
      ...options,
    });
  }

  granted(grantedForMs = 1000, changes: Partial<RemoteCapability> = {}): RemoteGrant {
    const capability = {
      sessionId: 's',
      generation: 3,
      computations: [labelOf(charge)],
      grantedForMs,
      seal: '',
      ...changes,
    };
    const held = { requestedAtMonotonicMs: this.clock.monotonicMs(), grantedForMs, marginMs: 0 };
    return { capability, lease: new LeaseHandle(this.clock, held) };
  }

  /** Begins a call, and tells what became of it: `waits`, the kind of its outcome, or the code of an error. */
  async call(changes: Partial<RemoteCall> = {}): Promise<{ state: string; error: unknown }> {
    const call: { state: string; error: unknown } = { state: 'waits', error: undefined };
    const asked: RemoteCall = {
      sessionId: 's',
      identity: { kind: 'request' },
      request: { computation: charge, input: bytes('5') },
      traceId: 'trace',
      sagaId: 'saga',
      deadlineMs: 10_000,
      ...changes,
    };
    this.executor.execute(asked).then(
      (outcome) => {
        call.state = outcome.kind;
      },
      (error: unknown) => {
        call.state = told(error);
        call.error = error;
      },
    );
    await settled();
    return call;
  }

  /** Takes every permit and every place in the queue, with calls that count elsewhere. */
  async filled(): Promise<void> {
    const never = new Promise<void>(() => {});
    for (const _place of ['a permit', 'the queue']) {
      void this.bulkhead.run({ weight: 1, timeoutMs: 1_000_000 }, () => never);
    }
    await settled();
  }

  /** What has been dispatched at this place. */
  at(index: number): Asked {
    const asked = this.asked[index];
    if (asked === undefined) throw new Error(`nothing was dispatched at ${index}`);
    return asked;
  }

  told(kind: string): readonly ProbeFields[] {
    return this.events.filter((event) => event.kind === kind).map(({ fields }) => fields);
  }
}
