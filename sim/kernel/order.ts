import type { EventQueue, ScheduledEvent } from './event-queue.js';

/** Which of several events at one time happens first. Time itself, and the order of what one process does, are not its to change. */
export interface Order {
  /**
   * @param due - The next event of each process, and of the world, that has one now, in order of scheduling: two or more.
   * @returns The index of one of them. 0 on the benign tape.
   */
  pick(due: readonly ScheduledEvent[], atMs: number): number;
  /**
   * When orders are walked one by one: the share of all orders that this run stands for, 0 when another run did so before. The shares of
   * all runs add up to 1 once every order was walked.
   */
  readonly share?: number;
}

/** Takes the event off the queue that `order` picks. */
export function takeNext(queue: EventQueue, order: Order, atMs: number): ScheduledEvent | undefined {
  const due = firstOfEach(queue.nextTogether());
  const event = due.length < 2 ? due[0] : due[order.pick(due, atMs)];
  if (event === undefined) return undefined;
  queue.remove(event);
  return event;
}

/** The name of who an event is of; the world's events have none. */
export function actorOf({ life }: ScheduledEvent): string | undefined {
  return life?.process.name;
}

function firstOfEach(events: readonly ScheduledEvent[]): readonly ScheduledEvent[] {
  const seen = new Set<string | undefined>();
  return events.filter((event) => {
    const actor = actorOf(event);
    if (seen.has(actor)) return false;
    seen.add(actor);
    return true;
  });
}
