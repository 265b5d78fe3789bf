import { createClock } from '@sinonjs/fake-timers';
import { Duration, Effect, Fiber, TestClock, TestContext } from 'effect';
import * as fc from 'fast-check';
import { documentedDrain, type Drain, findTickCallback, tickDrain } from '../../sim/kernel/drain.js';
import { Simulation } from '../../sim/kernel/simulation.js';
import { Tape } from '../../sim/kernel/tape.js';
import { Trace } from '../../sim/trace/trace.js';
import { type Contender, measureInRounds, Stopwatch } from './rounds.js';
import { printTable, rateText, ratioText } from './table.js';

/** Every contender's tasks sleep these times, in turn: 1 to 1,000 ms, from the tape of seed 1. */
const sleeps = makeSleeps();
const floorName = 'floor: a promise and a drain each, no queue';

/** Many tasks that sleep random virtual times, beside the peers, in one process. */
export async function kernelBench(): Promise<void> {
  await printPending(100, 5);
  await printPending(10_000, 3);
  // One round is enough to tell, and all that patience allows: fast-check needs minutes for more.
  await printPending(100_000, 1);
  await printEmit();
}

async function printPending(pending: number, rounds: number): Promise<void> {
  const tickCallback = findTickCallback();
  const drains: [string, Drain][] = [['seaworthy, documented drain', documentedDrain]];
  if (tickCallback !== undefined) drains.push(['seaworthy, tick drain', tickDrain(tickCallback)]);
  const floorDrain = drains.at(-1)?.[1] ?? documentedDrain;
  const contenders: Contender[] = [
    { name: floorName, measure: () => floor(pending, floorDrain, 'in-order') },
    { name: '  the same, tasks at random', measure: () => floor(pending, floorDrain, 'at-random') },
    ...drains.map(([name, drain]) => ({ name, measure: () => seaworthy(pending, drain) })),
    { name: 'fake-timers runAllAsync', measure: () => fakeTimers(pending) },
    { name: 'fast-check waitAll (drains 1 hop)', measure: () => fastCheck(pending, 'waitAll') },
    { name: 'fast-check waitIdle (drains 50 hops)', measure: () => fastCheck(pending, 'waitIdle') },
  ];
  if (pending === 100) contenders.push({ name: 'effect TestClock', measure: () => effectTestClock(pending) });
  const rates = await measureInRounds(`kernel, ${pending} asleep`, contenders, rounds);
  const floorRate = rates.get(floorName) ?? NaN;
  const peerRate = rates.get('fake-timers runAllAsync') ?? NaN;
  printTable(
    `Kernel: events per second with ${pending.toLocaleString('en')} tasks asleep`,
    ['', 'events', 'to the floor', 'to fake-timers'],
    [...rates].map(([name, rate]) => [
      name,
      rateText(rate),
      ratioText(rate / floorRate),
      ratioText(rate / peerRate),
    ]),
  );
}

async function seaworthy(pending: number, drain: Drain): Promise<number> {
  const measured = Math.max(200_000, 2 * pending);
  const simulation = new Simulation(new Tape({ seed: 1 }));
  const watch = new Stopwatch(pending, measured);
  for (let task = 0; task < pending; task += 1) {
    const process = simulation.process(`task-${task}`, async (life) => {
      for (let next = task; ; next += 1) {
        await life.sleep(sleepMs(next));
        watch.count();
      }
    });
    process.start();
  }
  const end = await simulation.run({ events: 2 * pending + measured, timeMs: Infinity }, drain);
  if (end !== 'events') throw new Error(`the run ended as ${end}`);
  return watch.perSecond;
}

/**
 * What Node.js itself needs to settle one promise, resume one task and drain, with no queue, clock, process or tape around it.
 * The tasks take turns in order, or at random as timers make them: with many tasks, the difference is what caches cannot hold.
 */
async function floor(pending: number, drain: Drain, order: 'in-order' | 'at-random'): Promise<number> {
  const watch = new Stopwatch(pending, Math.max(200_000, 2 * pending));
  const turns = makeTurns(pending, order);
  const waiting: (() => void)[] = [];
  let current = 0;
  const capture = (resolve: () => void): void => {
    waiting[current] = resolve;
  };
  let more = true;
  const task = async (): Promise<void> => {
    for (;;) {
      await new Promise<void>(capture);
      more = watch.count();
    }
  };
  for (current = 0; current < pending; current += 1) void task();
  let turn = 0;
  await drain({
    enter() {},
    step() {
      current = turns[turn] ?? 0;
      turn = (turn + 1) % turns.length;
      waiting[current]?.();
      return more;
    },
    leave() {},
  });
  return watch.perSecond;
}

/** At random, for so long that no cache learns it by heart. */
function makeTurns(pending: number, order: 'in-order' | 'at-random'): Uint32Array {
  if (order === 'in-order') return Uint32Array.from({ length: pending }, (_, index) => index);
  const tape = new Tape({ seed: 1 });
  return Uint32Array.from({ length: 200_000 }, () => tape.between('turn', 0, pending - 1));
}

async function fakeTimers(pending: number): Promise<number> {
  const measured = Math.max(40_000, pending / 2);
  const clock = createClock(0, Infinity);
  const watch = new Stopwatch(pending, measured);
  let more = true;
  for (let task = 0; task < pending; task += 1) {
    void (async () => {
      for (let next = task; more; next += 1) {
        await new Promise<void>((resolve) => {
          clock.setTimeout(() => resolve(), sleepMs(next));
        });
        if (more) more = watch.count();
      }
    })();
  }
  await clock.runAllAsync();
  return watch.perSecond;
}

async function fastCheck(pending: number, mode: 'waitAll' | 'waitIdle'): Promise<number> {
  const measured = Math.max(40_000, pending / 2);
  const [scheduler] = fc.sample(fc.scheduler(), { numRuns: 1, seed: 1 });
  if (scheduler === undefined) throw new Error('fast-check gave no scheduler');
  const watch = new Stopwatch(pending, measured);
  let more = true;
  for (let task = 0; task < pending; task += 1) {
    void (async () => {
      while (more) {
        await scheduler.schedule(Promise.resolve());
        if (more) more = watch.count();
      }
    })();
  }
  await scheduler[mode]();
  return watch.perSecond;
}

async function effectTestClock(pending: number): Promise<number> {
  const watch = new Stopwatch(1, 30);
  const task = (first: number): Effect.Effect<void> =>
    Effect.gen(function* () {
      for (let next = first; watch.running; next += 1) {
        yield* Effect.sleep(Duration.millis(sleepMs(next)));
        watch.count();
      }
    });
  const program = Effect.gen(function* () {
    const fibers = yield* Effect.all(Array.from({ length: pending }, (_, first) => Effect.fork(task(first))));
    while (watch.running) yield* TestClock.adjust(Duration.millis(1));
    yield* Fiber.interruptAll(fibers);
  });
  await Effect.runPromise(program.pipe(Effect.provide(TestContext.TestContext)));
  return watch.perSecond;
}

async function printEmit(): Promise<void> {
  const events = Array.from({ length: 1024 }, (_, index) => ({
    kind: 'disk.synced',
    node: `node-${index % 5}`,
    path: `log/${index % 9}`,
    bytes: index * 17,
    whole: index % 2 === 0,
  }));
  const emit = (record: boolean) => (): number => {
    const trace = new Trace({ record });
    const watch = new Stopwatch(1, 1_000_000);
    for (let index = 0, more = true; more; index += 1) {
      const event = events[index % events.length];
      if (event !== undefined) trace.emit(event);
      more = watch.count();
    }
    return watch.perSecond;
  };
  const rates = await measureInRounds(
    'trace',
    [
      { name: 'fingerprint and last events', measure: emit(false) },
      { name: 'everything recorded', measure: emit(true) },
    ],
    5,
  );
  printTable(
    'Trace: events of 5 fields',
    ['', 'events', 'each'],
    [...rates].map(([name, rate]) => [name, rateText(rate), `${(1e9 / rate).toFixed(0)} ns`]),
  );
}

function sleepMs(index: number): number {
  return sleeps[index % sleeps.length] ?? 1;
}

function makeSleeps(): Uint16Array {
  const tape = new Tape({ seed: 1 });
  return Uint16Array.from({ length: 65_536 }, () => tape.between('sleep', 1, 1000));
}
