import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue, type ScheduledEvent } from '../../../sim/kernel/event-queue.js';
import { Life, Process } from '../../../sim/kernel/process.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape } from '../../../sim/kernel/tape.js';

function lives(): readonly Life[] {
  const simulation = new Simulation(new Tape({ seed: 1 }));
  const process = new Process(
    simulation,
    'a',
    () => {},
    () => {},
  );
  return [1, 2, 3].map((incarnation) => new Life(process, incarnation, undefined));
}

/** Takes all events off, and tells the order in which they came. */
function drained(queue: EventQueue, names: ReadonlyMap<() => void, number>): readonly number[] {
  const order: number[] = [];
  for (let event = queue.pop(); event !== undefined; event = queue.pop()) {
    order.push(names.get(event.action) ?? -1);
  }
  return order;
}

test('events come by time, and equal times in order of scheduling', () => {
  const queue = new EventQueue();
  const names = new Map<() => void, number>();
  const add = (atMs: number): void => {
    const action = (): void => {};
    names.set(action, names.size);
    queue.push(atMs, action, undefined);
  };
  for (const atMs of [5, 0, 5, 3, 0, 2 ** 45, 5]) add(atMs);
  expect(queue.size).toBe(7);
  expect(queue.nextAtMs).toBe(0);
  expect(drained(queue, names)).toEqual([1, 4, 3, 0, 2, 6, 5]);
  expect(queue.nextAtMs).toBe(Infinity);
  expect(queue.pop()).toBeUndefined();
});

test('a cancelled event leaves nothing behind: the queue holds only what will happen', () => {
  const queue = new EventQueue();
  for (let round = 0; round < 100_000; round += 1) queue.push(round + 30_000, () => {}, undefined).cancel();
  expect(queue.size).toBe(0);
});

test('cancelling what has happened, or twice, does nothing, also when its place is taken again', () => {
  const queue = new EventQueue();
  const first = queue.push(1, () => {}, undefined);
  expect(queue.pop()).toBe(first);
  expect(first.pending).toBe(false);
  const second = queue.push(2, () => {}, undefined);
  first.cancel();
  expect(second.pending).toBe(true);
  expect(queue.size).toBe(1);
  second.cancel();
  second.cancel();
  expect(queue.size).toBe(0);
});

type Act =
  | { readonly act: 'push'; readonly atMs: number; readonly life: number }
  | { readonly act: 'pop' }
  | { readonly act: 'cancel'; readonly which: number }
  | { readonly act: 'postpone'; readonly life: number; readonly untilMs: number }
  | { readonly act: 'forget'; readonly life: number };

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ act: fc.constant('push' as const), atMs: fc.nat(20), life: fc.nat(3) }),
    },
    { weight: 3, arbitrary: fc.record({ act: fc.constant('pop' as const) }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constant('cancel' as const), which: fc.nat(200) }) },
    {
      weight: 1,
      arbitrary: fc.record({ act: fc.constant('postpone' as const), life: fc.nat(2), untilMs: fc.nat(25) }),
    },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('forget' as const), life: fc.nat(2) }) },
  ),
  { maxLength: 300 },
);

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly life: Life | undefined;
  readonly event: ScheduledEvent;
}

function inOrder(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((left, right) => left.atMs - right.atMs || left.order - right.order);
}

test('the queue does what a sorted list does, under any pushes, pops, cancellations, pauses and deaths', () => {
  const owners = lives();
  fc.assert(
    fc.property(acts, (script) => {
      const queue = new EventQueue();
      const pushed: Entry[] = [];
      let orders = 0;
      let model: Entry[] = [];
      const popped: (readonly [ScheduledEvent | undefined, ScheduledEvent | undefined])[] = [];
      const postponed: (readonly [number, number])[] = [];
      for (const step of script) {
        if (step.act === 'push') {
          const life = owners[step.life];
          orders += 1;
          const entry = { ...step, life, order: orders, event: queue.push(step.atMs, () => {}, life) };
          pushed.push(entry);
          model = inOrder([...model, entry]);
        } else if (step.act === 'pop') {
          popped.push([queue.pop(), model.shift()?.event]);
        } else if (step.act === 'cancel') {
          const entry = pushed[step.which];
          entry?.event.cancel();
          model = model.filter((other) => other.event !== entry?.event);
        } else if (step.act === 'postpone') {
          const life = owners[step.life];
          const { untilMs: atMs } = step;
          const late = model.filter((entry) => entry.life === life && entry.atMs < atMs).length;
          if (life !== undefined) postponed.push([queue.postponeAllOf(life, atMs), late]);
          model = inOrder(
            model.map((entry) => {
              if (entry.life !== life || entry.atMs > atMs) return entry;
              orders += 1;
              return { ...entry, atMs, order: orders };
            }),
          );
        } else {
          const life = owners[step.life];
          if (life !== undefined) queue.removeAllOf(life);
          model = model.filter((entry) => entry.life !== life);
        }
        expect(queue.size).toBe(model.length);
        expect(queue.nextAtMs).toBe(model[0]?.atMs ?? Infinity);
        expect(
          pushed.every(({ event }) => event.pending === model.some((entry) => entry.event === event)),
        ).toBe(true);
      }
      expect(postponed.every(([count, expected]) => count === expected)).toBe(true);
      expect(popped.every(([event, expected]) => event === expected)).toBe(true);
      while (model.length > 0) expect(queue.pop()).toBe(model.shift()?.event);
    }),
    { seed: 20_26, numRuns: 200 },
  );
});
