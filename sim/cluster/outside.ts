import { DefiniteFailure } from '../../src/steps/step-errors.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Tape } from '../kernel/tape.js';
import type { EffectCrash, EffectMoment } from '../nemesis/effect-crash.js';
import type { Fact } from '../oracles/facts.js';

/**
 * What a provider of effects knows of the keys that it is given: `dedup` answers one that it has seen with the first receipt;
 * `queryable` does everything again, but can be asked what came of a key; `neither` knows nothing.
 */
export type Provider = 'dedup' | 'queryable' | 'neither';

/** One request to the outside world, and on whose behalf. */
export interface OutsideRequest {
  readonly operation: string;
  /** The run of the program that asks, and what is to be done, for oracles that follow programs. */
  readonly run: number;
  readonly deed: string;
  readonly step: string;
  readonly key: string;
  readonly guarded: boolean;
  readonly provider: Provider;
}

/** What may go wrong outside, besides slow answers and definite refusals. */
export interface OutsideMoods {
  /** Requests may fail without a word on whether the deed was done, and answers to queries may be lost. */
  readonly fails: boolean;
  /** Answers may never come, or after a very long time. */
  readonly hangs: boolean;
  /** Answers take up to so long. Absent where they mostly come soon. */
  readonly answersMs?: number;
  readonly crash: EffectCrash | undefined;
}

/** The provider cannot be reached, or does not say what it did. */
class OutsideUnavailable extends Error {
  override readonly name = 'OutsideUnavailable';
}

const ageMs = 60_000;
/** Answers come soon, and say what was done. */
export const gentleMoods: OutsideMoods = { fails: false, hangs: false, crash: undefined };

/**
 * What workflows act upon: accounts that are charged, parcels that are sent. It outlives every crash.
 *
 * Models: providers that know keys, that can be asked, and that do neither; requests that take a while each way, and that arrive
 * although whoever sent them has died; definite refusals; failures before and after the deed that do not say which; slow answers,
 * answers that never come; queries that come too early, while the request is still on its way.
 * Does not model: a boundary that loses what it has done. That is safe because no engine could tell it from one that never did it.
 */
export class Outside {
  readonly #simulation: Simulation;
  readonly #bench: Bench<Fact>;
  readonly #moods: OutsideMoods;
  readonly #receipts = new Map<string, string>();
  #applied = 0;

  constructor(simulation: Simulation, bench: Bench<Fact>, moods: OutsideMoods = gentleMoods) {
    this.#simulation = simulation;
    this.#bench = bench;
    this.#moods = moods;
  }

  /**
   * Asks from within a process: what dies with it gets no answer, but a request that has left arrives.
   *
   * @throws DefiniteFailure when it refused, and did nothing; another error when it does not say.
   */
  ask(life: Life, request: OutsideRequest): Promise<string> {
    const { operation, run, step, deed, guarded } = request;
    return this.#call(life, () => {
      this.#bench.observe({ kind: 'effect.requested', node: 'outside', operation, run, step, deed, guarded });
      return () => this.#take(request);
    });
  }

  /** Asks, without changing anything, what came of a key: its receipt, or undefined when there is none. */
  async query(life: Life, { operation, step, key }: OutsideRequest): Promise<string | undefined> {
    const { tape } = this.#simulation;
    const fails = this.#moods.fails && tape.chance('outside.query-fails', 1, 6);
    const receipt = await life.call(tape.draw('outside.query-there', 20), () => {
      this.#bench.observe({ kind: 'effect.queried', node: 'outside', operation, step });
      return this.#receipts.get(key);
    });
    await life.call(tape.draw('outside.query-back', 200), () => {});
    if (fails) throw new OutsideUnavailable('the answer was lost');
    return receipt;
  }

  /** Delivers something that is not done twice by doing it twice: a message. */
  deliver(life: Life, message: () => void): Promise<string> {
    return this.#call(life, () => () => {
      message();
      return 'delivered';
    });
  }

  /** A request goes there, what it asks for is done, and the answer comes back, unless something happens on the way. */
  #call(life: Life, leave: () => () => string | undefined): Promise<string> {
    const { tape } = this.#simulation;
    const aim = this.#moods.crash?.aim();
    const strike = (moment: EffectMoment): void => {
      if (aim === moment && life.alive) this.#moods.crash?.strike(moment);
    };
    const thereMs = tape.draw('outside.there', 20);
    const backMs = this.#drawBackMs(tape);
    strike('leaving');
    return new Promise((resolve, reject) => {
      life.callNow(() => {
        const arrive = leave();
        strike('under-way');
        const unknown = this.#moods.fails && tape.chance('outside.fails', 1, 10);
        const isBefore = unknown && tape.chance('outside.fails-before', 1, 2);
        const hangs = this.#moods.hangs && tape.chance('outside.hangs', 1, 16);
        this.#simulation.schedule(thereMs, () => {
          const answer = isBefore ? undefined : arrive();
          strike('done');
          const waitMs = hangs ? tape.pick('outside.hangs-ms', [undefined, ageMs]) : backMs;
          if (waitMs === undefined) return;
          this.#simulation.schedule(
            waitMs,
            () => {
              strike('answered');
              if (!life.alive) return;
              strike('journaling');
              if (unknown) reject(new OutsideUnavailable('it is not known what was done'));
              else if (answer === undefined) reject(new DefiniteFailure('refused by the outside'));
              else resolve(answer);
            },
            life,
          );
        });
      });
    });
  }

  #drawBackMs(tape: Tape): number {
    const { answersMs } = this.#moods;
    if (answersMs !== undefined) return tape.draw('outside.answers-ms', answersMs);
    return tape.chance('outside.slow', 1, 16)
      ? tape.draw('outside.slow-ms', 600)
      : tape.draw('outside.back', 20);
  }

  #take({ operation, step, key, guarded, provider }: OutsideRequest): string | undefined {
    const dedup = provider === 'dedup';
    const before = dedup ? this.#receipts.get(key) : undefined;
    if (before !== undefined) return before;
    if (this.#simulation.tape.chance('outside.refuses', 1, 12)) return undefined;
    this.#applied += 1;
    const receipt = `receipt-${this.#applied}`;
    if (!this.#receipts.has(key)) this.#receipts.set(key, receipt);
    this.#bench.observe({ kind: 'effect.applied', node: 'outside', operation, step, key, guarded, dedup });
    return receipt;
  }
}
