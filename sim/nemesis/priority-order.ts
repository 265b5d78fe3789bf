import type { ScheduledEvent } from '../kernel/event-queue.js';
import { actorOf, type Order } from '../kernel/order.js';
import type { Tape } from '../kernel/tape.js';
import { drawTurns } from './turns.js';

const prioritiesMax = 2 ** 16;

/**
 * PCT: each process has a drawn priority, the highest goes first, and at `depth - 1` drawn turns whoever would go falls behind all others.
 * Finds a bug that takes `depth` events in one order with probability at least 1/(n * k^(depth - 1)), n processes and k turns.
 * Source: Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010. All priorities 0, and no
 * turn drawn: order of scheduling.
 */
export class PriorityOrder implements Order {
  readonly #tape: Tape;
  readonly #falls: ReadonlySet<number>;
  readonly #priorities = new Map<string | undefined, number>();
  #turn = 0;
  #lowest = 0;

  constructor(tape: Tape, depth: number) {
    this.#tape = tape;
    this.#falls = drawTurns(tape, depth - 1);
  }

  pick(due: readonly ScheduledEvent[]): number {
    this.#turn += 1;
    const first = this.#highest(due);
    const event = due[first];
    if (event === undefined || !this.#falls.has(this.#turn)) return first;
    this.#lowest -= 1;
    this.#priorities.set(actorOf(event), this.#lowest);
    return this.#highest(due);
  }

  #highest(due: readonly ScheduledEvent[]): number {
    const priorities = due.map((event) => this.#priorityOf(actorOf(event)));
    return priorities.indexOf(Math.max(...priorities));
  }

  #priorityOf(actor: string | undefined): number {
    const known = this.#priorities.get(actor);
    if (known !== undefined) return known;
    const drawn = this.#tape.draw('schedule.priority', prioritiesMax);
    this.#priorities.set(actor, drawn);
    return drawn;
  }
}
