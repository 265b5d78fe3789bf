import { type Clock, type Milliseconds, SleepAborted } from '../clock.js';

/** The longest time that one Node.js timer can run: longer ones would fire at once. */
const timerMsMax = 2 ** 31 - 1;

/** The machine's clocks. */
export class NodeClock implements Clock {
  wallMs(): Milliseconds {
    return Date.now();
  }

  monotonicMs(): Milliseconds {
    return Math.floor(performance.now());
  }

  async sleep(durationMs: Milliseconds, signal?: AbortSignal): Promise<void> {
    const wakeMs = this.monotonicMs() + durationMs;
    // At least one timer, so that 0 yields; more when a timer fires early or the time is longer than one can
    // run.
    let leftMs = durationMs;
    do {
      await sleepOnce(Math.min(leftMs, timerMsMax), signal);
      leftMs = wakeMs - this.monotonicMs();
    } while (leftMs > 0);
  }
}

function sleepOnce(durationMs: Milliseconds, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new SleepAborted());
      return;
    }
    const abort = (): void => {
      clearTimeout(timer);
      reject(new SleepAborted());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, durationMs);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
