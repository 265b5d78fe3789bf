const startedSlot = 0;
const stopSlot = 1;

/**
 * Two words that a worker and the main thread share: how many runs of the current request have begun, and whether to stop. Unlike
 * a message it can be read while the worker is busy, hung or dead, so that the seed that it was on is always known.
 */
export class Beat {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** Runs of the current request that have begun. */
  get started(): number {
    return Atomics.load(this.#words, startedSlot);
  }

  set started(count: number) {
    Atomics.store(this.#words, startedSlot, count);
  }

  get stopRequested(): boolean {
    return Atomics.load(this.#words, stopSlot) !== 0;
  }

  /** Asks the worker to answer after the run that it is on. */
  requestStop(): void {
    Atomics.store(this.#words, stopSlot, 1);
  }
}
