import { LogFailed } from './errors.js';

/** Remembers the first failure of a log handle. There is no way back. */
export class FailureLatch {
  /** Resolves at the first failure; never rejects. */
  readonly failure: Promise<LogFailed>;
  #resolve: (failed: LogFailed) => void = () => {};
  #failed: LogFailed | undefined;

  constructor() {
    this.failure = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get failed(): LogFailed | undefined {
    return this.#failed;
  }

  /**
   * The handle has failed because of `cause`, unless it had failed before. Returns the failure that counts.
   */
  fail(cause: unknown): LogFailed {
    if (this.#failed === undefined) {
      this.#failed = new LogFailed(cause);
      this.#resolve(this.#failed);
    }
    return this.#failed;
  }
}
