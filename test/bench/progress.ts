import { durationText } from '../../sim/report/figures.js';

const liveEveryMs = 100;
const plainEveryMs = 10_000;
const patienceMs = 2_000;

/** How far a benchmark is, on stderr: one line rewritten in place on a terminal, a plain line now and then elsewhere. */
export class Progress {
  readonly #title: string;
  readonly #isLive = process.stderr.isTTY && (process.env['CI'] ?? '') === '';
  readonly #startedMs = performance.now();
  #shownMs = performance.now();

  constructor(title: string) {
    this.#title = title;
  }

  /** Says what was done last, and how much longer it takes, given the part of all work that is done. */
  update(part: number, last: string): void {
    const nowMs = performance.now();
    const isDue = nowMs - this.#shownMs >= (this.#isLive ? liveEveryMs : plainEveryMs);
    if (!isDue || nowMs - this.#startedMs < patienceMs || part <= 0) return;
    this.#shownMs = nowMs;
    const leftMs = ((nowMs - this.#startedMs) * (1 - part)) / part;
    const line = `${this.#title}: ${(100 * part).toFixed(0)} %  ${last}  ${durationText(leftMs)} left`;
    process.stderr.write(this.#isLive ? `\r\u001b[K${line}` : `${line}\n`);
  }

  /** Clears the line. */
  end(): void {
    if (this.#isLive) process.stderr.write('\r\u001b[K');
  }
}
