import type { TapeSource } from '../kernel/tape.js';
import { isSameFailure } from './same-failure.js';
import type { FirstFailing } from './shrink.js';
import type { Trial } from './worker-protocol.js';
import { WorkerLostError, type WorkerOptions, WorkerThread } from './worker-thread.js';

/** The failure that every accepted candidate must show. */
export interface FailureSought {
  readonly scenario: string;
  readonly invariant: string;
  readonly subject: string;
  /** How many events the run has that shows it. */
  readonly events: number;
}

/**
 * A candidate is cut after so many times the events of the shortest run so far, or after so many: one that fails later is not smaller, however
 * few its choices.
 */
const eventsMaxTimes = 1.5;
const eventsMaxLeast = 1_000;

export interface TrialOptions extends WorkerOptions {
  readonly workers: number;
  /** Trials that count against the budget: all up to the one that was taken, so the same with any number of workers. */
  readonly trialsMax: number;
  /** From then on no more trials are begun, as if the budget were spent. */
  readonly isOver: () => boolean;
  readonly onProgress: (trials: number, choices: number) => void;
}

/** Workers that sail candidates side by side and answer as one that sails them in order. */
export class TrialCrew {
  readonly #sought: FailureSought;
  readonly #options: TrialOptions;
  readonly #crew: WorkerThread[];
  #trials = 0;
  #eventsFewest: number;

  constructor(sought: FailureSought, options: TrialOptions) {
    this.#sought = sought;
    this.#eventsFewest = sought.events;
    this.#options = options;
    this.#crew = Array.from({ length: options.workers }, () => new WorkerThread(options));
  }

  /** How many counted so far. */
  get trials(): number {
    return this.#trials;
  }

  get isSpent(): boolean {
    return this.#trials >= this.#options.trialsMax || this.#options.isOver();
  }

  readonly firstFailing: FirstFailing = async (candidates, accepts) => {
    const affordable = candidates.slice(0, this.#options.trialsMax - this.#trials);
    const eventsMax = Math.max(eventsMaxLeast, Math.ceil(eventsMaxTimes * this.#eventsFewest));
    const found = new Map<number, Trial>();
    let next = 0;
    await Promise.all(
      this.#crew.map(async (_, place) => {
        while (next < affordable.length && found.size === 0 && !this.isSpent) {
          const index = next;
          next += 1;
          const candidate = affordable[index]?.() ?? { choices: [] };
          const trial = await this.#try(place, candidate, eventsMax);
          if (trial === undefined || !isSameFailure(trial.violation, this.#sought) || !accepts(trial.choices))
            continue;
          found.set(index, trial);
        }
      }),
    );
    // Candidates are taken up in order: whoever is before the first that was found has been tried.
    const index = found.size === 0 ? undefined : Math.min(...found.keys());
    this.#trials += index === undefined ? next : index + 1;
    const taken = index === undefined ? undefined : found.get(index);
    if (index === undefined || taken === undefined) return undefined;
    const { choices, events } = taken;
    this.#eventsFewest = Math.min(this.#eventsFewest, events);
    this.#options.onProgress(this.#trials, choices.length);
    return { index, choices };
  };

  /** Sails one tape. Undefined when its worker was lost over it: that is another failure than the one sought. */
  async try(source: TapeSource): Promise<Trial | undefined> {
    return this.#try(0, source, Infinity);
  }

  async close(): Promise<void> {
    await Promise.all(this.#crew.map((worker) => worker.close()));
  }

  async #try(place: number, source: TapeSource, eventsMax: number): Promise<Trial | undefined> {
    const worker = (this.#crew[place] ??= new WorkerThread(this.#options));
    try {
      return await worker.try(this.#sought.scenario, source, eventsMax);
    } catch (error) {
      if (!(error instanceof WorkerLostError)) throw error;
      this.#crew[place] = new WorkerThread(this.#options);
      await worker.close();
      return undefined;
    }
  }
}
