import { Progress } from './progress.js';
import { rateText } from './table.js';

/** Something to measure: runs once, and tells how many operations it did per second. */
export interface Contender {
  readonly name: string;
  readonly measure: () => Promise<number> | number;
}

/** What one run of a contender tells. */
export interface Reading {
  /** Operations per second. */
  readonly rate: number;
}

/** As {@link Contender}, for those of whom more is read than a rate. */
export interface ReadContender<Read extends Reading> {
  readonly name: string;
  readonly read: () => Promise<Read>;
}

/**
 * Measures all contenders in turn, round by round, so that a machine that slows down slows all of them. The garbage of one is
 * collected before the next begins, given `--expose-gc`.
 *
 * @param title - What the progress line calls it.
 * @param rounds - Measured ones; one more before them warms up.
 * @returns The median of each contender's rates, by name.
 */
export async function measureInRounds(
  title: string,
  contenders: readonly Contender[],
  rounds: number,
): Promise<ReadonlyMap<string, number>> {
  const readings = await readInRounds(
    title,
    contenders.map(({ name, measure }) => ({ name, read: async () => ({ rate: await measure() }) })),
    rounds,
  );
  return new Map([...readings].map(([name, read]) => [name, median(read.map(({ rate }) => rate))]));
}

/** As {@link measureInRounds}. @returns All that was read in the measured rounds, by name. */
export async function readInRounds<Read extends Reading>(
  title: string,
  contenders: readonly ReadContender<Read>[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly Read[]>> {
  const readings = new Map<string, Read[]>(contenders.map(({ name }) => [name, []]));
  const progress = new Progress(title);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { name, read }] of contenders.entries()) {
      globalThis.gc?.();
      const reading = await read();
      if (round > 0) readings.get(name)?.push(reading);
      const part = (round * contenders.length + index + 1) / ((rounds + 1) * contenders.length);
      progress.update(part, `${name.trim()}: ${rateText(reading.rate)}`);
    }
  }
  progress.end();
  return readings;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Times the operations between the first `warmUp` ones and the `measured` ones after them. */
export class Stopwatch {
  readonly #from: number;
  readonly #to: number;
  #count = 0;
  #startedNs = 0n;
  #stoppedNs = 0n;

  constructor(warmUp: number, measured: number) {
    this.#from = warmUp;
    this.#to = warmUp + measured;
  }

  /** Counts one operation. False when enough were counted. */
  count(): boolean {
    this.#count += 1;
    if (this.#count === this.#from) this.#startedNs = nowNs();
    if (this.#count === this.#to) this.#stoppedNs = nowNs();
    return this.#count < this.#to;
  }

  get running(): boolean {
    return this.#count < this.#to;
  }

  get perSecond(): number {
    if (this.#stoppedNs === 0n) throw new Error(`measured ${this.#count} operations of ${this.#to}`);
    return ((this.#to - this.#from) * 1e9) / Number(this.#stoppedNs - this.#startedNs);
  }
}

/** How many of `operations` a second `work` does. */
export async function ratePerSecond(operations: number, work: () => Promise<void>): Promise<number> {
  const startedNs = process.hrtime.bigint();
  await work();
  return (operations * 1e9) / Number(process.hrtime.bigint() - startedNs);
}

// Taken out before a run can seal it: the bench reads the clock from within runs.
const nowNs = process.hrtime.bigint.bind(process.hrtime);
