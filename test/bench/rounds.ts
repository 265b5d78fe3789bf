/** Something to measure: runs once, and tells how many operations it did per second. */
export interface Contender {
  readonly name: string;
  readonly measure: () => Promise<number> | number;
}

/**
 * Measures all contenders in turn, round by round, so that a machine that slows down slows all of them. The garbage of one is
 * collected before the next begins, given `--expose-gc`.
 *
 * @param rounds - Measured ones; one more before them warms up.
 * @returns The median of each contender's rates, by name.
 */
export async function measureInRounds(
  contenders: readonly Contender[],
  rounds: number,
): Promise<ReadonlyMap<string, number>> {
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, measure } of contenders) {
      globalThis.gc?.();
      const rate = await measure();
      if (round > 0) rates.get(name)?.push(rate);
    }
  }
  return new Map([...rates].map(([name, measured]) => [name, median(measured)]));
}

function median(values: readonly number[]): number {
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

// Taken out before a run can seal it: the bench reads the clock from within runs.
const nowNs = process.hrtime.bigint.bind(process.hrtime);
