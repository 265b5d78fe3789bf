import type { ScheduledEvent } from '../kernel/event-queue.js';
import { actorOf, type Order } from '../kernel/order.js';
import type { Tape } from '../kernel/tape.js';
import { drawTurns } from './turns.js';

/**
 * Delay-bounded: order of scheduling, but for at most so many drawn turns, at each of which whoever would go waits until all others that
 * are due have had their turn. Source: Emmi, Qadeer and Rakamaric, "Delay-Bounded Scheduling", POPL 2011.
 */
export class DelayOrder implements Order {
  readonly #delays: ReadonlySet<number>;
  readonly #waiting = new Set<string | undefined>();
  #atMs = 0;
  #turn = 0;

  constructor(tape: Tape, delays: number) {
    this.#delays = drawTurns(tape, delays);
  }

  pick(due: readonly ScheduledEvent[], atMs: number): number {
    this.#turn += 1;
    if (atMs !== this.#atMs) this.#waiting.clear();
    this.#atMs = atMs;
    const first = this.#next(due);
    const event = due[first];
    if (event === undefined || !this.#delays.has(this.#turn)) return first;
    this.#waiting.add(actorOf(event));
    return this.#next(due);
  }

  #next(due: readonly ScheduledEvent[]): number {
    const next = due.findIndex((event) => !this.#waiting.has(actorOf(event)));
    return Math.max(0, next);
  }
}
