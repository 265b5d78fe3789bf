import { describe, expect, test } from 'vitest';
import { SleepAborted } from '../../../src/runtime/clock.js';
import type { CrashPoint, Life, Process } from '../../../sim/kernel/process.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape } from '../../../sim/kernel/tape.js';
import { bothDrains } from './voyages.js';

const limits = { events: 10_000, timeMs: 1_000_000 };

function newSimulation(): Simulation {
  return new Simulation(new Tape({ seed: 1 }), { record: true });
}

/** Three calls of each kind, each leaving a mark when it took effect and one when it was answered. */
async function callSix(life: Life, marks: string[]): Promise<void> {
  for (let round = 1; round <= 3; round += 1) {
    await life.call(2, () => marks.push(`effect ${round}`));
    marks.push(`answer ${round}`);
    const answer = life.callNow(() => marks.push(`now ${round}`));
    if (answer === undefined) return;
  }
  marks.push('end');
}

async function marksWith(crashPoint: CrashPoint | undefined): Promise<readonly string[]> {
  const simulation = newSimulation();
  const marks: string[] = [];
  const process = simulation.process(
    'a',
    (life) => callSix(life, marks),
    (life) => marks.push(`crash of ${life.incarnation} after ${life.portCalls} calls`),
  );
  process.start(crashPoint);
  await simulation.run(limits);
  return marks;
}

const calm = [
  'effect 1',
  'answer 1',
  'now 1',
  'effect 2',
  'answer 2',
  'now 2',
  'effect 3',
  'answer 3',
  'now 3',
];

describe('a crash point', () => {
  test('that is never reached changes nothing', async () => {
    expect(await marksWith(undefined)).toEqual([...calm, 'end']);
    expect(await marksWith({ call: 7, when: 'before' })).toEqual([...calm, 'end']);
  });

  // The marks that a life leaves when it ends before, or after, its k-th call.
  test.each([
    { call: 1, before: 0, after: 1 },
    { call: 2, before: 2, after: 3 },
    { call: 3, before: 3, after: 4 },
    { call: 4, before: 5, after: 6 },
    { call: 5, before: 6, after: 7 },
    { call: 6, before: 8, after: 9 },
  ])('at call $call ends the life before its effect, or right after', async ({ call, before, after }) => {
    const epitaph = `crash of 1 after ${call} calls`;
    expect(await marksWith({ call, when: 'before' })).toEqual([...calm.slice(0, before), epitaph]);
    expect(await marksWith({ call, when: 'after' })).toEqual([...calm.slice(0, after), epitaph]);
  });

  test('after a call strikes also when the call fails, and its error reaches nobody', async () => {
    const simulation = newSimulation();
    const marks: string[] = [];
    const process = simulation.process('a', async (life) => {
      await life.call(1, () => {
        throw new Error('disk on fire');
      });
    });
    process.start({ call: 1, when: 'after' });
    await expect(simulation.run(limits)).resolves.toBe('idle');
    expect(process.life).toBeUndefined();
    expect(marks).toEqual([]);
  });

  test.each(['before', 'after'] as const)('%s a sleep strikes too', async (when) => {
    const simulation = newSimulation();
    const marks: string[] = [];
    const process = simulation.process('a', async (life) => {
      await life.sleep(5);
      marks.push('awake');
      await life.sleep(5);
      marks.push('awake again');
    });
    process.start({ call: 2, when });
    await simulation.run(limits);
    expect(marks).toEqual(['awake']);
    expect(simulation.nowMs).toBe(when === 'before' ? 5 : 10);
  });
});

describe('a crash', () => {
  test('at any moment stops every line after an await, and drops all that was in flight', async () => {
    for (let crashAtMs = 0; crashAtMs < 30; crashAtMs += 1) {
      const simulation = newSimulation();
      let crashed = false;
      const linesOfTheDead: string[] = [];
      const process = simulation.process('a', async (life) => {
        const loop = async (name: string): Promise<void> => {
          for (let round = 0; ; round += 1) {
            await (round % 2 === 0
              ? life.sleep(3)
              : life.call(2, () => linesOfTheDead.push(...(crashed ? [name] : []))));
            if (crashed) linesOfTheDead.push(`${name} ran on`);
          }
        };
        await Promise.all([loop('one'), loop('two'), Promise.race([loop('three'), life.sleep(100)])]);
      });
      process.start();
      simulation.schedule(crashAtMs, () => {
        process.crash('test');
        crashed = true;
      });
      await expect(simulation.run(limits)).resolves.toBe('idle');
      expect(linesOfTheDead).toEqual([]);
      expect(simulation.nowMs).toBe(crashAtMs);
      expect(simulation.pendingCount).toBe(0);
    }
  });

  test('during the effect of a call leaves the call unanswered', async () => {
    const simulation = newSimulation();
    let answered = false;
    const process = simulation.process('a', async (life) => {
      await life.call(1, () => process.crash('test'));
      answered = true;
    });
    process.start();
    await simulation.run(limits);
    expect(answered).toBe(false);
  });

  test('answers later calls of the dead with nothing, and lets none take effect', async () => {
    const simulation = newSimulation();
    const answers: unknown[] = [];
    let effects = 0;
    const process = simulation.process('a', (life) => {
      process.crash('test');
      const effect = (): number => (effects += 1);
      answers.push(life.callNow(effect));
      for (const call of [life.call(1, effect), life.sleep(1)])
        void call.then(() => answers.push('answered'));
      simulation.schedule(1, effect, life).cancel();
      answers.push(simulation.schedule(1, effect, life).pending);
    });
    process.start();
    await simulation.run(limits);
    expect(answers).toEqual([undefined, false]);
    expect(effects).toBe(0);
  });

  test('is told once, and a process without a life cannot crash', async () => {
    const simulation = newSimulation();
    const crashes: number[] = [];
    const process = simulation.process(
      'a',
      () => {},
      (life) => crashes.push(life.incarnation),
    );
    process.crash('too early');
    process.start();
    process.start();
    process.crash('once');
    process.crash('twice');
    process.start();
    expect(process.life?.incarnation).toBe(2);
    expect(process.incarnations).toBe(2);
    expect(crashes).toEqual([1]);
    expect(simulation.trace.events().map(({ event }) => event)).toEqual([
      { kind: 'process.started', node: 'a', incarnation: 1 },
      { kind: 'process.crashed', node: 'a', incarnation: 1, cause: 'once' },
      { kind: 'process.started', node: 'a', incarnation: 2 },
    ]);
  });

  test('leaves the next life untouched by the events of the last', async () => {
    const simulation = newSimulation();
    const woken: number[] = [];
    const process = simulation.process('a', async (life) => {
      for (;;) {
        await life.sleep(10);
        woken.push(life.incarnation * 1000 + simulation.nowMs);
        if (simulation.nowMs > 50) return;
      }
    });
    process.start();
    simulation.schedule(15, () => {
      process.crash('test');
      process.start();
    });
    await simulation.run(limits);
    expect(woken).toEqual([1010, 2025, 2035, 2045, 2055]);
  });
});

describe('a sleep', () => {
  test('lasts as long as it says, and 0 still lets others run', async () => {
    const simulation = newSimulation();
    const order: string[] = [];
    for (const name of ['a', 'b']) {
      simulation
        .process(name, async (life) => {
          await life.sleep(0);
          order.push(`${name}@${simulation.nowMs}`);
          await life.sleep(7);
          order.push(`${name}@${simulation.nowMs}`);
        })
        .start();
    }
    await simulation.run(limits);
    expect(order).toEqual(['a@0', 'b@0', 'a@7', 'b@7']);
  });

  test('that is aborted rejects at once, and leaves nothing scheduled', async () => {
    const simulation = newSimulation();
    const told: unknown[] = [];
    const controller = new AbortController();
    simulation
      .process('a', async (life) => {
        await life
          .sleep(1_000, controller.signal)
          .catch((error: unknown) => told.push(error, simulation.nowMs));
        await life
          .sleep(1_000, controller.signal)
          .catch((error: unknown) => told.push(error, simulation.nowMs));
      })
      .start();
    simulation.schedule(5, () => controller.abort());
    await simulation.run(limits);
    expect(told).toEqual([new SleepAborted(), 5, new SleepAborted(), 5]);
    expect(simulation.nowMs).toBe(5);
  });

  test.each([
    ['before', undefined, 0],
    ['after', undefined, 50],
    ['after', 5, 5],
    ['after', 0, 0],
  ] as const)('at which its process is to die %s can be cut short (at %s)', async (when, abortMs, diedMs) => {
    const simulation = newSimulation();
    const controller = new AbortController();
    const told: unknown[] = [];
    if (abortMs === 0) controller.abort();
    else if (abortMs !== undefined) simulation.schedule(abortMs, () => controller.abort());
    simulation
      .process(
        'a',
        async (life) => {
          await life.sleep(50, controller.signal).catch(() => {});
          told.push('ran on');
        },
        () => told.push(`died at ${simulation.nowMs}`),
      )
      .start({ call: 1, when });
    await simulation.run(limits);
    expect(told).toEqual([`died at ${diedMs}`]);
  });

  test('that has ended cares no more for its signal', async () => {
    const simulation = newSimulation();
    const controller = new AbortController();
    simulation
      .process('a', async (life) => {
        await life.sleep(5, controller.signal);
        controller.abort();
        await life.sleep(5);
      })
      .start();
    await expect(simulation.run(limits)).resolves.toBe('idle');
    expect(simulation.nowMs).toBe(10);
  });

  test('of the dead is not woken by its signal', async () => {
    const simulation = newSimulation();
    const controller = new AbortController();
    const told: unknown[] = [];
    const process = simulation.process('a', async (life) => {
      await life.sleep(50, controller.signal).catch((error: unknown) => told.push(error));
      told.push('ran on');
    });
    process.start();
    simulation.schedule(5, () => {
      process.crash('test');
      controller.abort();
    });
    await simulation.run(limits);
    expect(told).toEqual([]);
  });
});

describe('a pause', () => {
  /** What a process does that looks at the clock after each of its sleeps. */
  async function ticksOf(pauses: (process: Process, simulation: Simulation) => void): Promise<{
    readonly ticks: readonly string[];
    readonly life: Life | undefined;
  }> {
    const simulation = newSimulation();
    const ticks: string[] = [];
    const process = simulation.process('a', async (life) => {
      const both = [10, 4].map((ms) => life.sleep(ms).then(() => ticks.push(`${ms} at ${simulation.nowMs}`)));
      await Promise.all(both);
      await life.call(1, () => ticks.push(`call at ${simulation.nowMs}`));
    });
    process.start();
    pauses(process, simulation);
    await simulation.run(limits);
    return { ticks, life: process.life };
  }

  test('holds back what is due, and lets it happen at its end, in order', async () => {
    const { ticks, life } = await ticksOf((process, simulation) => {
      simulation.schedule(3, () => process.pause(30));
    });
    expect(ticks).toEqual(['4 at 33', '10 at 33', 'call at 34']);
    expect(life?.heldEvents).toBe(2);
  });

  test('changes nothing when nothing is due', async () => {
    const { ticks, life } = await ticksOf((process, simulation) => {
      simulation.schedule(5, () => process.pause(5));
    });
    expect(ticks).toEqual(['4 at 4', '10 at 10', 'call at 11']);
    expect(life?.heldEvents).toBe(0);
  });

  test('holds back what others give it to do meanwhile, behind what was due before', async () => {
    const { ticks, life } = await ticksOf((process, simulation) => {
      const tell: string[] = [];
      simulation.schedule(3, () => process.pause(30));
      simulation.schedule(5, () => simulation.schedule(0, () => tell.push('told'), process.life));
      simulation.schedule(33, () => expect(tell).toEqual([]));
    });
    expect(ticks).toHaveLength(3);
    expect(life?.heldEvents).toBe(3);
  });

  test('within a pause counts when it lasts longer, and ends with the life', async () => {
    const { ticks } = await ticksOf((process, simulation) => {
      simulation.schedule(3, () => process.pause(30));
      simulation.schedule(5, () => process.pause(2));
      simulation.schedule(6, () => process.pause(100));
      simulation.schedule(50, () => process.crash('test'));
      simulation.schedule(51, () => process.pause(1));
    });
    expect(ticks).toEqual([]);
  });
});

test('crashes and restarts go the same way under both drains', async () => {
  const fingerprints = new Set<string>();
  for (const drain of bothDrains().values()) {
    const simulation = new Simulation(new Tape({ seed: 11 }));
    const process = simulation.process(
      'a',
      (life) => callSix(life, []),
      () => simulation.schedule(3, () => process.start()),
    );
    process.start({ call: 3, when: 'after' });
    await simulation.run(limits, drain);
    expect(process.incarnations).toBe(2);
    fingerprints.add(simulation.fingerprint());
  }
  expect(fingerprints.size).toBe(1);
});
