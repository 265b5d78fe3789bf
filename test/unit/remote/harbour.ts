import { Bulkhead, type Admission, type Permit } from '../../../src/remote/bulkhead.js';
import type { BulkheadLimits } from '../../../src/remote/bulkhead-limits.js';
import type { ProbeFields } from '../../../src/runtime/probe.js';
import { silentProbe } from '../../../src/runtime/probe.js';
import { FakeClock, settled } from './fake-clock.js';

/** One request, and a task that ends when it is told to. */
export interface Ship {
  /** What became of it: `waits`, `runs`, `done`, or the code or message of what it was told. */
  state: string;
  permit: Permit | undefined;
  finish(): Promise<void>;
  sink(error?: Error): Promise<void>;
}

/** A bulkhead with requests that a test holds in its hands. */
export class Harbour {
  readonly clock = new FakeClock();
  readonly events: { readonly kind: string; readonly fields: ProbeFields }[] = [];
  /** The names of those that were begun, in order. */
  readonly begun: string[] = [];
  readonly bulkhead: Bulkhead;

  constructor(limits: Partial<BulkheadLimits> = {}) {
    const probe = {
      ...silentProbe,
      event: (kind: string, fields: ProbeFields) => void this.events.push({ kind, fields }),
    };
    this.bulkhead = new Bulkhead({ clock: this.clock, probe }, { permitsMax: 1, waitingMax: 10, ...limits });
  }

  come(name: string, admission: Partial<Admission> = {}): Ship {
    const leave: { finish: () => void; sink: (error: Error) => void } = { finish() {}, sink() {} };
    const after = async (act: () => void): Promise<void> => {
      act();
      await settled();
    };
    const ship: Ship = {
      state: 'waits',
      permit: undefined,
      finish: () => after(() => leave.finish()),
      sink: (error = new Error('sunk')) => after(() => leave.sink(error)),
    };
    const task = async (permit: Permit): Promise<void> => {
      this.begun.push(name);
      ship.state = 'runs';
      ship.permit = permit;
      await new Promise<void>((resolve, reject) => {
        leave.finish = resolve;
        leave.sink = reject;
      });
    };
    const over = (state: string): void => {
      ship.state = state;
    };
    this.bulkhead.run({ weight: 1, timeoutMs: 100, ...admission }, task).then(
      () => over('done'),
      (error: unknown) => over(told(error)),
    );
    return ship;
  }

  /** What happened to whom, by ticket. */
  told(kind: string): readonly unknown[] {
    return this.events
      .filter((event) => event.kind === `bulkhead.${kind}`)
      .map(({ fields }) => fields['ticket']);
  }
}

/** The code of an error, or else its message. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
