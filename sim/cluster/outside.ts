import { DefiniteFailure } from '../../src/steps/step-errors.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Fact } from '../oracles/facts.js';

/** One request to the outside world, and on whose behalf. */
export interface OutsideRequest {
  readonly operation: string;
  readonly step: string;
  readonly key: string;
  readonly guarded: boolean;
  /** Whether this boundary knows a key that it has seen. */
  readonly dedup: boolean;
}

/**
 * What workflows act upon: accounts that are charged, parcels that are sent. It outlives every crash.
 *
 * Models: a boundary that answers a key that it has seen with the first receipt, and one that knows no keys and does everything again;
 * requests that take a while each way, so that a crash can fall before or after the deed; definite refusals; slow answers.
 * Does not model: a boundary that loses what it has done. That is safe because no engine could tell it from one that never did it.
 */
export class Outside {
  readonly #simulation: Simulation;
  readonly #bench: Bench<Fact>;
  readonly #receipts = new Map<string, string>();
  #applied = 0;

  constructor(simulation: Simulation, bench: Bench<Fact>) {
    this.#simulation = simulation;
    this.#bench = bench;
  }

  /** Asks from within a process: what dies with it gets no answer. @throws DefiniteFailure when it refused, and did nothing */
  async ask(life: Life, request: OutsideRequest): Promise<string> {
    const { tape } = this.#simulation;
    const answer = await life.call(tape.draw('outside.there', 20), () => this.#take(request));
    const backMs = tape.chance('outside.slow', 1, 16)
      ? tape.draw('outside.slow-ms', 600)
      : tape.draw('outside.back', 20);
    await life.call(backMs, () => {});
    if (answer === undefined) throw new DefiniteFailure('refused by the outside');
    return answer;
  }

  #take({ operation, step, key, guarded, dedup }: OutsideRequest): string | undefined {
    const before = dedup ? this.#receipts.get(key) : undefined;
    if (before !== undefined) return before;
    if (this.#simulation.tape.chance('outside.refuses', 1, 12)) return undefined;
    this.#applied += 1;
    const receipt = `receipt-${this.#applied}`;
    this.#receipts.set(key, receipt);
    this.#bench.observe({ kind: 'effect.applied', node: 'outside', operation, step, key, guarded, dedup });
    return receipt;
  }
}
