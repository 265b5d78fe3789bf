import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/runtime/clock.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape, type TapeSource } from '../../../sim/kernel/tape.js';
import { epochMs } from '../../../sim/world/clock.js';
import { type ClockFaultKind, type ClockFaults, clockFaultKinds } from '../../../sim/world/clock-faults.js';
import { SimulatedDisk } from '../../../sim/world/disk/simulated-disk.js';
import { FaultyClock } from '../../../sim/world/faulty-clock.js';
import { simulatedPorts } from '../../../sim/world/ports.js';
import { always, choose, half } from './disk-bench.js';

const bounds = { skewMsMax: 500, driftPpmMax: 1000 };
const everyFault: ClockFaults = Object.fromEntries(clockFaultKinds.map((kind) => [kind, half]));

/** A faulty clock in a simulation of its own, used by one life after the other. */
class ClockBench {
  readonly simulation: Simulation;
  readonly faulty: FaultyClock;

  constructor(faults: ClockFaults, source: TapeSource = { choices: [] }) {
    this.simulation = new Simulation(new Tape(source), { record: true });
    this.faulty = new FaultyClock(this.simulation, { node: 'node', faults, bounds });
  }

  async live(work: (clock: Clock) => Promise<void>): Promise<void> {
    let isDone = false;
    const process = this.simulation.process('node', async (life) => {
      const disk = new SimulatedDisk(this.simulation, { node: 'node', faults: {} });
      await work(simulatedPorts(life, disk, this.faulty).clock);
      isDone = true;
      process.crash('done');
    });
    process.start();
    await this.simulation.run({ events: 1_000_000, timeMs: 2 ** 44 });
    const { violation } = this.simulation;
    if (violation !== undefined) throw new Error(violation.message);
    if (!isDone) throw new Error('the life never came to its end');
  }

  /** Fired and effective, as `[fired, effective]`. */
  count(kind: ClockFaultKind): readonly [number, number] {
    const { fired, effective } = this.simulation.faults.counts().get(kind) ?? { fired: 0, effective: 0 };
    return [fired, effective];
  }

  /** How far the wall clock shows to be ahead. */
  ahead(clock: Clock): number {
    return clock.wallMs() - epochMs - this.simulation.nowMs;
  }
}

describe.each(clockFaultKinds)('%s', (kind) => {
  test('does nothing on the benign tape', async () => {
    const bench = new ClockBench({ [kind]: half });
    await bench.live(async (clock) => {
      for (let index = 1; index <= 5; index += 1) {
        await clock.sleep(1_000_000);
        expect(bench.ahead(clock)).toBe(0);
        expect(clock.monotonicMs()).toBe(index * 1_000_000);
        expect(bench.simulation.nowMs).toBe(index * 1_000_000);
      }
    });
    expect(bench.count(kind)).toEqual([0, 0]);
  });

  test('a bound of nothing leaves no room for it', async () => {
    const simulation = new Simulation(new Tape({ seed: 1 }));
    const none = { skewMsMax: 0, driftPpmMax: 0 };
    const faulty = new FaultyClock(simulation, { node: 'node', faults: { [kind]: always }, bounds: none });
    simulation.process('node', (life) => void faulty.bind(life).wallMs()).start();
    await simulation.run({ events: 10, timeMs: 10 });
    expect(simulation.faults.counts().size).toBe(0);
  });
});

test.each([
  [0, 300],
  [1, -300],
] as const)('offset: the wall clock is off for good, in all lives; sign %d', async (sign, ahead) => {
  const source = choose(
    ['clock.offset', 0, 1],
    ['clock.offset.size', 0, 299],
    ['clock.offset.sign', 0, sign],
  );
  const bench = new ClockBench({ 'clock.offset': half }, source);
  expect(bench.faulty.skewMs).toBe(ahead);
  expect(bench.count('clock.offset')).toEqual([1, 0]);
  for (let life = 1; life <= 2; life += 1) {
    await bench.live(async (clock) => {
      expect(bench.ahead(clock)).toBe(ahead);
      await clock.sleep(5000);
      expect(bench.ahead(clock)).toBe(ahead);
      expect(clock.monotonicMs()).toBe(5000);
    });
  }
  expect(bench.count('clock.offset')).toEqual([1, 1]);
});

test.each([
  [0, 2_002_000, 1000],
  [1, 1_998_000, -1000],
] as const)('drift: both clocks run faster or slower; sign %d', async (sign, shownMs, ahead) => {
  const source = choose(['clock.drift', 0, 1], ['clock.drift.size', 0, 999], ['clock.drift.sign', 0, sign]);
  const wide = { skewMsMax: 5000, driftPpmMax: 1000 };
  const simulation = new Simulation(new Tape(source));
  const faulty = new FaultyClock(simulation, {
    node: 'node',
    faults: { 'clock.drift': half },
    bounds: wide,
  });
  const seen: number[] = [];
  simulation
    .process('node', (life) => {
      const clock = faulty.bind(life);
      simulation.schedule(1_000_000, () => seen.push(clock.wallMs() - epochMs - simulation.nowMs));
      simulation.schedule(2_000_000, () => seen.push(clock.monotonicMs()));
    })
    .start();
  await simulation.run({ events: 10, timeMs: 3_000_000 });
  expect(seen).toEqual([ahead, shownMs]);
  expect(simulation.faults.counts().get('clock.drift')).toEqual({ fired: 1, effective: 1 });
});

test('drift: a sleep takes as long as the node believes, and never wakes before that', async () => {
  for (const sign of [0, 1]) {
    const source = choose(['clock.drift', 0, 1], ['clock.drift.size', 0, 999], ['clock.drift.sign', 0, sign]);
    const bench = new ClockBench({ 'clock.drift': half }, source);
    await bench.live(async (clock) => {
      for (const durationMs of [0, 1, 2, 999, 1000, 1001, 123_457, 1_000_000, 2 ** 40]) {
        const [believedMs, trueMs] = [clock.monotonicMs(), bench.simulation.nowMs];
        await clock.sleep(durationMs);
        const sleptMs = clock.monotonicMs() - believedMs;
        expect(sleptMs - durationMs).toBeGreaterThanOrEqual(0);
        expect(sleptMs - durationMs).toBeLessThanOrEqual(1);
        const gainMs = Math.floor(durationMs / 1000);
        const believed = bench.simulation.nowMs - trueMs - durationMs;
        expect(Math.abs(believed)).toBeLessThanOrEqual(Math.ceil(gainMs * 1.01) + 1);
      }
      expect(bench.simulation.nowMs - clock.monotonicMs() > 0).toBe(sign === 1);
    });
    expect(bench.count('clock.drift')).toEqual([1, 1]);
  }
});

test('drift: the wall clock stops drifting at the bound', async () => {
  const source = choose(['clock.drift', 0, 1], ['clock.drift.size', 0, 999]);
  const bench = new ClockBench({ 'clock.drift': half }, source);
  await bench.live(async (clock) => {
    await clock.sleep(400_400);
    expect(bench.ahead(clock)).toBe(400);
    await clock.sleep(10_000_000);
    expect(bench.ahead(clock)).toBe(bounds.skewMsMax);
  });
});

test('drift: a wall clock that jumps has drifted once, and drifts on from where it is', async () => {
  const source = choose(
    ['clock.drift', 0, 1],
    ['clock.drift.size', 0, 999],
    ['clock.jump-back', 0, 1],
    ['clock.jump-back.ms', 0, 299],
  );
  const bench = new ClockBench({ 'clock.drift': half, 'clock.jump-back': half }, source);
  await bench.live(async (clock) => {
    await clock.sleep(100_100);
    expect(bench.ahead(clock)).toBe(100 - 300);
    await clock.sleep(50_050);
    expect(bench.ahead(clock)).toBe(150 - 300);
  });
});

test('drift: who only reads the wall clock sees it as well', async () => {
  const source = choose(['clock.drift', 0, 1], ['clock.drift.size', 0, 999]);
  const bench = new ClockBench({ 'clock.drift': half }, source);
  const held: Clock[] = [];
  bench.simulation.process('node', (life) => void held.push(bench.faulty.bind(life))).start();
  for (const [atMs, counts] of [
    [999, [1, 0]],
    [1000, [1, 1]],
  ] as const) {
    bench.simulation.schedule(atMs, () => {
      for (const clock of held) clock.wallMs();
      expect(bench.count('clock.drift')).toEqual(counts);
    });
  }
  await bench.simulation.run({ events: 10, timeMs: 10_000 });
  expect(bench.simulation.violation).toBeUndefined();
  expect(bench.simulation.nowMs).toBe(1000);
});

test('jumps: the wall clock leaps at a read, and the monotonic clock does not', async () => {
  const source = choose(
    ['clock.jump-forward', 1, 1],
    ['clock.jump-forward.ms', 0, 249],
    ['clock.jump-back', 2, 1],
    ['clock.jump-back.ms', 0, 699],
  );
  const bench = new ClockBench({ 'clock.jump-forward': half, 'clock.jump-back': half }, source);
  await bench.live(async (clock) => {
    const seen: number[] = [];
    for (let index = 0; index < 5; index += 1) {
      seen.push(bench.ahead(clock));
      await clock.sleep(10);
    }
    expect(seen).toEqual([0, 250, 250, -450, -450]);
    expect(clock.monotonicMs()).toBe(50);
  });
  expect(bench.count('clock.jump-forward')).toEqual([1, 1]);
  expect(bench.count('clock.jump-back')).toEqual([1, 1]);
});

test('a jump back that is less than what went by since the last read is not seen to go back', async () => {
  const bench = new ClockBench({ 'clock.jump-back': half }, choose(['clock.jump-back', 1, 1]));
  await bench.live(async (clock) => {
    clock.wallMs();
    await clock.sleep(10);
    expect(bench.ahead(clock)).toBe(-1);
  });
  expect(bench.count('clock.jump-back')).toEqual([1, 0]);
});

test('after healing the wall clock jumps no more, and stays as far off as it was', async () => {
  const bench = new ClockBench({ 'clock.jump-forward': always });
  await bench.live(async (clock) => {
    expect([bench.ahead(clock), bench.ahead(clock)]).toEqual([1, 2]);
    bench.faulty.heal();
    expect([bench.ahead(clock), bench.ahead(clock)]).toEqual([2, 2]);
  });
});

test('reading a clock of a life that has ended changes nothing', async () => {
  const bench = new ClockBench({ 'clock.jump-forward': always });
  const held: Clock[] = [];
  await bench.live(async (clock) => void held.push(clock));
  for (const clock of held) expect(bench.ahead(clock)).toBe(0);
  expect(bench.count('clock.jump-forward')).toEqual([0, 0]);
});

test('what is no span of time is refused as by any simulated clock', async () => {
  const bench = new ClockBench({ 'clock.drift': always });
  await bench.live(async (clock) => {
    for (const durationMs of [-1, 0.5, Number.NaN]) {
      await expect(async () => clock.sleep(durationMs)).rejects.toThrow('whole milliseconds');
    }
  });
});

test('on any tape: within the bounds, monotonic, whole, and the same again from the same tape', async () => {
  const pauses = fc.array(fc.oneof(fc.nat(50), fc.nat(5_000_000)), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.nat(), pauses, async (seed, sleeps) => {
      const sail = async (): Promise<string> => {
        const bench = new ClockBench(everyFault, { seed });
        await bench.live(async (clock) => {
          let lastMs = 0;
          for (const durationMs of sleeps) {
            await clock.sleep(durationMs);
            const [wallMs, monotonicMs] = [clock.wallMs(), clock.monotonicMs()];
            expect(Number.isSafeInteger(wallMs) && Number.isSafeInteger(monotonicMs)).toBe(true);
            expect(Math.abs(wallMs - epochMs - bench.simulation.nowMs)).toBeLessThanOrEqual(bounds.skewMsMax);
            expect(monotonicMs).toBeGreaterThanOrEqual(lastMs + durationMs);
            const { nowMs } = bench.simulation;
            const drifted = Math.ceil((nowMs * bounds.driftPpmMax) / 1_000_000) + 1;
            expect(Math.abs(monotonicMs - nowMs)).toBeLessThanOrEqual(drifted);
            lastMs = monotonicMs;
          }
        });
        return bench.simulation.fingerprint();
      };
      expect(await sail()).toBe(await sail());
    }),
    { numRuns: 100 },
  );
});
