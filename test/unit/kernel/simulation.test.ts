import { describe, expect, test } from 'vitest';
import { DelayInvalid, Simulation, timeMaxMs } from '../../../sim/kernel/simulation.js';
import { Tape } from '../../../sim/kernel/tape.js';

const limits = { events: 100, timeMs: 1_000 };

function newSimulation(): Simulation {
  return new Simulation(new Tape({ seed: 1 }), { record: true });
}

describe('a run ends', () => {
  test('idle, when nothing is left to happen', async () => {
    const simulation = newSimulation();
    simulation.schedule(3, () => simulation.schedule(4, () => {}));
    await expect(simulation.run(limits)).resolves.toBe('idle');
    expect([simulation.nowMs, simulation.eventCount, simulation.tape.frameCount]).toEqual([7, 2, 2]);
  });

  test('at its limit of events, with the next one still to happen', async () => {
    const simulation = newSimulation();
    const again = (): void => void simulation.schedule(1, again);
    again();
    await expect(simulation.run(limits)).resolves.toBe('events');
    expect([simulation.eventCount, simulation.pendingCount]).toEqual([100, 1]);
  });

  test('idle, not at a limit, when its last event is exactly the last one allowed', async () => {
    const simulation = newSimulation();
    for (let event = 0; event < 100; event += 1) simulation.schedule(1_000, () => {});
    await expect(simulation.run(limits)).resolves.toBe('idle');
  });

  test('at its limit of time, before the first event beyond it', async () => {
    const simulation = newSimulation();
    simulation.schedule(1_000, () => {});
    simulation.schedule(1_001, () => expect.unreachable());
    await expect(simulation.run(limits)).resolves.toBe('time');
    expect(simulation.nowMs).toBe(1_000);
  });

  test('with a violation when something goes round in circles at one time', async () => {
    const simulation = newSimulation();
    const again = (): void => void simulation.schedule(0, again);
    simulation.schedule(5, again);
    await expect(simulation.run({ events: 1_000_000, timeMs: 1_000 })).resolves.toBe('violation');
    expect(simulation.violation).toMatchObject({ invariant: 'converges', subject: 'sea' });
    expect(simulation.nowMs).toBe(5);
  });

  test('with the first violation, and no event follows it', async () => {
    const simulation = newSimulation();
    simulation.schedule(1, () => {
      simulation.fail({ invariant: 'first', subject: 'a', message: '' });
      simulation.fail({ invariant: 'second', subject: 'a', message: '' });
    });
    simulation.schedule(1, () => expect.unreachable());
    await expect(simulation.run(limits)).resolves.toBe('violation');
    expect(simulation.violation?.invariant).toBe('first');
    expect(simulation.trace.events().map(({ event }) => event)).toEqual([
      { kind: 'violation', node: 'sea', invariant: 'first', subject: 'a' },
    ]);
  });
});

describe('judges', () => {
  test('are asked once, in order, when nothing is left to happen', async () => {
    const simulation = newSimulation();
    const order: string[] = [];
    simulation.atQuiescence(() => order.push(`one at ${simulation.nowMs}`));
    simulation.atQuiescence(() => order.push(`two at ${simulation.nowMs}`));
    simulation.schedule(5, () => order.push('event'));
    await simulation.run(limits);
    expect(order).toEqual(['event', 'one at 5', 'two at 5']);
  });

  test('are not asked when a limit cut the run', async () => {
    const simulation = newSimulation();
    simulation.atQuiescence(() => expect.unreachable());
    simulation.schedule(1_001, () => {});
    await expect(simulation.run(limits)).resolves.toBe('time');
  });

  test('end the run with the first that finds a violation', async () => {
    const simulation = newSimulation();
    simulation.atQuiescence(() => simulation.fail({ invariant: 'judged', subject: 'a', message: '' }));
    simulation.atQuiescence(() => expect.unreachable());
    await expect(simulation.run(limits)).resolves.toBe('violation');
  });
});

test('the set-up runs before the first event, and comes to rest before it', async () => {
  const simulation = newSimulation();
  const order: string[] = [];
  simulation.schedule(0, () => order.push('event'));
  simulation.atStart(() => {
    order.push('set-up');
    void Promise.resolve()
      .then(() => {})
      .then(() => order.push('reaction'));
  });
  await simulation.run(limits);
  expect(order).toEqual(['set-up', 'reaction', 'event']);
  expect(simulation.eventCount).toBe(1);
});

test('a cancelled event does not happen, and takes no time', async () => {
  const simulation = newSimulation();
  const event = simulation.schedule(500, () => expect.unreachable());
  simulation.schedule(1, () => event.cancel());
  await simulation.run(limits);
  expect([simulation.nowMs, simulation.eventCount]).toEqual([1, 1]);
});

test.each([-1, 0.5, NaN, Infinity, timeMaxMs + 1])('a delay of %d ms is refused', (delayMs) => {
  const simulation = newSimulation();
  expect(() => simulation.schedule(delayMs, () => {})).toThrow(DelayInvalid);
  expect(simulation.pendingCount).toBe(0);
});

test('time is exact up to its bound', async () => {
  const simulation = newSimulation();
  simulation.schedule(timeMaxMs - 1, () => {
    simulation.schedule(1, () => {});
    expect(() => simulation.schedule(2, () => {})).toThrow(DelayInvalid);
  });
  await simulation.run({ events: 10, timeMs: Infinity });
  expect(simulation.nowMs).toBe(timeMaxMs);
  expect(simulation.violation).toBeUndefined();
});

test('checks and chances are counted, by name', async () => {
  const simulation = newSimulation();
  simulation.checked('a');
  simulation.checked('a');
  simulation.sometimes('often', true);
  simulation.sometimes('never', false);
  await simulation.run(limits);
  expect([...simulation.checks]).toEqual([
    ['a', 2],
    ['nothing-ambient', 1],
    ['nothing-uncaught', 1],
  ]);
  expect([...simulation.sometimesCounts]).toEqual([
    ['often', 1],
    ['never', 0],
  ]);
});
