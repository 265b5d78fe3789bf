import type { CampaignProgress } from '../campaign/campaign.js';
import { type ProgressGoal, progressText } from '../report/progress.js';
import { printNotice } from './terminal.js';

const liveEveryMs = 100;
const plainEveryMs = 30_000;

/** Shows how far a campaign is, on stderr: one line rewritten in place on a terminal, a plain line now and then elsewhere. */
export class ProgressLine {
  readonly #goal: ProgressGoal;
  readonly #isLive = process.stderr.isTTY && (process.env['CI'] ?? '') === '';
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  #progress: CampaignProgress = { runs: 0, failures: 0 };

  constructor(goal: ProgressGoal) {
    this.#goal = goal;
    this.#timer = setInterval(() => this.#show(), this.#isLive ? liveEveryMs : plainEveryMs);
    this.#timer.unref();
  }

  update(progress: CampaignProgress): void {
    this.#progress = progress;
  }

  /** Stops, and clears the line. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#isLive) process.stderr.write('\r\u001b[K');
  }

  #show(): void {
    const text = progressText(this.#progress, performance.now() - this.#startedMs, this.#goal);
    if (this.#isLive) process.stderr.write(`\r\u001b[K${text}`);
    else printNotice(text);
  }
}
