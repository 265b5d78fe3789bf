import { EventEmitter } from 'node:events';
import { HeldOutput } from './held-output.js';
import { type LeakListener, seal, unseal } from './seal.js';

/** Told of what went wrong where nobody waited for it: in a rejected promise without a handler, or in a callback. */
export interface StrayListener {
  readonly onLeak: LeakListener;
  readonly onStray: (error: unknown) => void;
}

// Called through Reflect, so that the very same functions are put back: their owners may want to take them off.
// oxlint-disable-next-line typescript/unbound-method -- given its `this` below
const { addListener } = EventEmitter.prototype;
const strayEvents = ['unhandledRejection', 'uncaughtException'] as const;

type Listener = (error: unknown) => void;

/**
 * While a slice of a run has the thread, whatever the thread reports is the run's: ambient leaks, unhandled rejections, uncaught
 * exceptions, output. Outside, all is as it was, so nothing of one run reaches the next, or the harness.
 */
export class Containment {
  readonly #listener: StrayListener;
  readonly #onStray: Listener;
  #displaced: readonly (readonly [string, Function])[] = [];
  readonly #output = new HeldOutput();

  constructor(listener: StrayListener) {
    this.#listener = listener;
    this.#onStray = (error) => listener.onStray(error);
  }

  close(): void {
    this.#displaced = strayEvents.flatMap((event) =>
      process.rawListeners(event).map((listener) => [event, listener] as const),
    );
    for (const event of strayEvents) {
      process.removeAllListeners(event);
      process.on(event, this.#onStray);
    }
    this.#output.hold();
    seal(this.#listener.onLeak, this.#listener.onStray);
  }

  open(): void {
    unseal();
    for (const event of strayEvents) process.removeListener(event, this.#onStray);
    for (const displaced of this.#displaced) Reflect.apply(addListener, process, [...displaced]);
    this.#displaced = [];
    this.#output.release();
  }
}
