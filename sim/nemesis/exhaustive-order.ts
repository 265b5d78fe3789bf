import type { ScheduledEvent } from '../kernel/event-queue.js';
import type { Order } from '../kernel/order.js';
import type { Tape } from '../kernel/tape.js';

/**
 * The n-th of all orders, n being the seed. Where m events are due, the remainder of n by m is picked, and the quotient goes on: so seeds
 * from 0 on reach every order, each once before any comes again, early turns varying fastest.
 *
 * A run whose picks had bounds m1..mk stands for 1/(m1 * .. * mk) of all orders, and these shares add up to 1 exactly when none is missing.
 */
export class ExhaustiveOrder implements Order {
  readonly #tape: Tape;
  #rest: number;
  #orders = 1;

  constructor(tape: Tape) {
    this.#tape = tape;
    this.#rest = tape.seed ?? 0;
  }

  pick(due: readonly ScheduledEvent[]): number {
    const value = this.#rest % due.length;
    this.#rest = Math.floor(this.#rest / due.length);
    this.#orders *= due.length;
    return this.#tape.choose('schedule.pick', due.length, value);
  }

  /** Nothing is left of the seed when no lower one leads here. */
  get share(): number {
    return this.#rest === 0 ? 1 / this.#orders : 0;
  }
}
