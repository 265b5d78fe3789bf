import { describe, expect, test } from 'vitest';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape, type TapeSource } from '../../../sim/kernel/tape.js';
import { CrashSchedule } from '../../../sim/nemesis/crash-schedule.js';
import { NetworkStorm } from '../../../sim/nemesis/network-storm.js';
import { PauseSchedule } from '../../../sim/nemesis/pause-schedule.js';
import { partitionKinds } from '../../../sim/world/network/network-faults.js';
import { SimulatedNetwork } from '../../../sim/world/network/simulated-network.js';

const limits = { events: 100_000, timeMs: 1_000_000 };
const span = { leastMs: 100, mostMs: 300 };

/** A process that does something every millisecond, or nothing at all, while it may be paused. */
async function pausedIn(source: TapeSource, isBusy: boolean): Promise<Simulation> {
  const simulation = new Simulation(new Tape(source));
  const process = simulation.process('a', async (life) => {
    for (let round = 0; round < (isBusy ? 1000 : 1); round += 1) await life.sleep(1);
  });
  process.start();
  const pauses = new PauseSchedule(simulation, 900, span);
  pauses.haunt({
    name: 'node',
    get up() {
      return process.life !== undefined;
    },
    pause: (durationMs, over) => process.pause(durationMs, over),
  });
  await simulation.run(limits);
  return simulation;
}

const seeds = Array.from({ length: 30 }, (_, seed) => ({ seed }));

describe('pauses', () => {
  test('strike, and are effective where something had to wait', async () => {
    const busy = await Promise.all(seeds.map((source) => pausedIn(source, true)));
    const counts = busy.map(({ faults }) => faults.counts().get('process.paused'));
    // One that ends before another does holds nothing back of its own.
    expect(counts.some((count) => (count?.effective ?? 0) > 0)).toBe(true);
    expect(counts.every((count) => (count?.fired ?? 0) === 0 || (count?.effective ?? 0) > 0)).toBe(true);
  });

  test('are not effective where nothing was to be done', async () => {
    const idle = await Promise.all(seeds.map((source) => pausedIn(source, false)));
    const counts = idle.map(({ faults }) => faults.counts().get('process.paused'));
    expect(counts.some((count) => (count?.fired ?? 0) > 0)).toBe(true);
    expect(counts.every((count) => (count?.effective ?? 0) === 0)).toBe(true);
  });

  test('do not come on a calm day', async () => {
    const { faults } = await pausedIn({ choices: [] }, true);
    expect(faults.counts().size).toBe(0);
  });
});

describe('late restarts', () => {
  const delays = (lateness: typeof span | undefined): readonly number[] =>
    seeds.flatMap((source) => {
      const simulation = new Simulation(new Tape(source));
      const crashes = new CrashSchedule(simulation, 1000, 'anywhere', lateness);
      return Array.from({ length: 10 }, () => crashes.nextLife()).map(({ delayMs, isLate }) =>
        isLate ? delayMs : 0,
      );
    });

  test('take as long as they are said to', () => {
    const late = delays({ leastMs: 1000, mostMs: 1200 }).filter((delayMs) => delayMs > 0);
    expect(late.length).toBeGreaterThan(0);
    expect(late.every((delayMs) => delayMs >= 1000 && delayMs <= 1200)).toBe(true);
  });

  test('come only where they are asked for', () => {
    expect(delays(undefined).every((delayMs) => delayMs === 0)).toBe(true);
  });
});

describe('a storm over a network', () => {
  const kinds = ['network.clogged', 'network.slow-link', ...partitionKinds] as const;
  const stormy = async (source: TapeSource): Promise<Simulation> => {
    const simulation = new Simulation(new Tape(source));
    const network = new SimulatedNetwork(simulation, {});
    new NetworkStorm(simulation, network, ['a', 'b', 'c']).haunt(kinds, 1000, 500);
    await simulation.run(limits);
    return simulation;
  };

  test('strikes with every kind that lasts, and parts nobody from nobody', async () => {
    const fired = new Set<string>();
    for (const source of seeds) {
      const { faults } = await stormy(source);
      for (const [kind, count] of faults.counts()) if (count.fired > 0) fired.add(kind);
    }
    expect([...fired].sort()).toEqual([...kinds].sort());
  });

  test('leaves a calm day alone', async () => {
    const { faults } = await stormy({ choices: [] });
    expect(faults.counts().size).toBe(0);
  });
});
