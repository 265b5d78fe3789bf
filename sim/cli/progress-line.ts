import { printNotice } from './terminal.js';

const liveEveryMs = 100;
const plainEveryMs = 30_000;

/** Shows how far a long command is, on stderr: one line rewritten in place on a terminal, a plain line now and then elsewhere. */
export class ProgressLine {
  readonly #text: (elapsedMs: number) => string;
  readonly #isLive = process.stderr.isTTY && (process.env['CI'] ?? '') === '';
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(text: (elapsedMs: number) => string) {
    this.#text = text;
    this.#timer = setInterval(() => this.#show(), this.#isLive ? liveEveryMs : plainEveryMs);
    this.#timer.unref();
  }

  /** Stops, and clears the line. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#isLive) process.stderr.write('\r\u001b[K');
  }

  #show(): void {
    const text = this.#text(performance.now() - this.#startedMs);
    if (this.#isLive) process.stderr.write(`\r\u001b[K${text}`);
    else printNotice(text);
  }
}
