/** A span or an instant in whole milliseconds. Virtual and real clocks both count in these. */
export type Milliseconds = number;

/**
 * Time, as an engine may know it. Design section 2.
 *
 * Contract:
 * - `wallMs` may jump in both directions; it is for people and for records, never for measuring.
 * - `monotonicMs` never goes backwards within one process lifetime; it says nothing across a restart.
 * - Both are whole milliseconds.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, as this node believes. */
  wallMs(): Milliseconds;
  /** Milliseconds since an arbitrary moment in this process. */
  monotonicMs(): Milliseconds;
  /**
   * Resolves after at least `durationMs` of monotonic time.
   *
   * @param durationMs - Whole milliseconds, 0 or more. 0 still yields.
   * @param signal - When it aborts first, the sleep rejects with {@link SleepAborted} and holds no timer.
   */
  sleep(durationMs: Milliseconds, signal?: AbortSignal): Promise<void>;
}

/** The sleep was given up because its signal aborted. */
export class SleepAborted extends Error {
  readonly code = 'SLEEP_ABORTED';
  override readonly name = 'SleepAborted';
  constructor() {
    super('sleep aborted by its signal');
  }
}
