import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Floor } from './floor.js';
import { howToInstall } from './peers.js';
import { median, ratePerSecond, type ReadContender, type Reading, readInRounds } from './rounds.js';
import { dbosEngine } from './steps-dbos.js';
import type { Fleet, StepsEngine } from './steps-engine.js';
import { seaworthyEngine } from './steps-seaworthy.js';
import { printTable, rateText, ratioText } from './table.js';

/** How much is sailed. */
export interface StepsSizes {
  readonly fleets: readonly Fleet[];
  readonly rounds: number;
}

/** Enough for a figure. */
export const stepsSizes: StepsSizes = {
  fleets: [
    { workflows: 1, stepsEach: 1000 },
    { workflows: 10, stepsEach: 200 },
    { workflows: 100, stepsEach: 50 },
  ],
  rounds: 5,
};

const floorSyncs = 300;

interface StepsReading extends Reading {
  /** Fsyncs per second; NaN when they cannot be counted. */
  readonly syncs: number;
  /** The part of the time in which the thread that runs the workflows was busy. */
  readonly busy: number;
}

type Readings = readonly StepsReading[];

/**
 * Durable steps per second, beside DBOS on PostgreSQL, from one run on one disk. A workflow waits for the disk in each of its steps; so one
 * alone can be as fast as the floor, and many at once share each fsync, until the thread that runs them is busy all the time.
 */
export async function stepsBench({ fleets, rounds }: StepsSizes): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-bench-'));
  const floor = await Floor.at(join(folder, 'floor'));
  const peer = await dbosEngine();
  const engines = [await seaworthyEngine(folder, 'idempotent'), await seaworthyEngine(folder, 'guarded')];
  if ('name' in peer) engines.push(peer);
  try {
    const contenders = fleets.flatMap((fleet) => [
      { name: nameOf(Floor.title, fleet), read: () => readFloor(floor) },
      ...engines.map((engine) => contender(engine, fleet)),
    ]);
    const readings = await readInRounds('steps', contenders, rounds);
    printTable(
      `Durable steps, ${tmpdir()}`,
      ['workflows', 'steps', 'to DBOS', 'fsyncs', 'to floor', 'thread busy'],
      fleets.flatMap((fleet) => {
        const of = (title: string): Readings => readings.get(nameOf(title, fleet)) ?? [];
        const floorRead = of(Floor.title);
        const peerRead = 'name' in peer ? of(peer.name) : [];
        return [
          [nameOf(Floor.title, fleet), '', '', rateText(medianOf(floorRead, 'syncs')), ratioText(1), ''],
          ...engines.map(({ name }) => [nameOf(name, fleet), ...figures(of(name), floorRead, peerRead)]),
        ];
      }),
    );
    if ('missing' in peer) {
      const how = peer.missing === 'PostgreSQL' ? 'apt-get install postgresql' : howToInstall;
      process.stdout.write(`\nDBOS was not measured: ${peer.missing} is not installed (${how}).\n`);
    }
  } finally {
    for (const engine of engines) await engine.close();
    await floor.close();
    await rm(folder, { recursive: true });
  }
}

function contender(engine: StepsEngine, fleet: Fleet): ReadContender<StepsReading> {
  const operations = fleet.workflows * fleet.stepsEach;
  const read = async (): Promise<StepsReading> => {
    const syncsBefore = engine.syncs() ?? NaN;
    const loopBefore = performance.eventLoopUtilization();
    const rate = await ratePerSecond(operations, () => engine.sail(fleet));
    const { utilization } = performance.eventLoopUtilization(loopBefore);
    const syncs = (engine.syncs() ?? NaN) - syncsBefore;
    return { rate, syncs: (syncs * rate) / operations, busy: utilization };
  };
  return { name: nameOf(engine.name, fleet), read };
}

async function readFloor(floor: Floor): Promise<StepsReading> {
  const rate = await floor.measure(floorSyncs);
  return { rate, syncs: rate, busy: NaN };
}

function nameOf(title: string, { workflows }: Fleet): string {
  return `${String(workflows).padStart(3)} at once: ${title}`;
}

function figures(own: Readings, floor: Readings, peer: Readings): readonly string[] {
  return [
    rateText(medianOf(own, 'rate')),
    text(medianRatio(own, peer, 'rate'), ratioText),
    text(medianOf(own, 'syncs'), rateText),
    text(medianRatio(own, floor, 'syncs'), ratioText),
    `${(100 * medianOf(own, 'busy')).toFixed(0)} %`,
  ];
}

function medianOf(readings: Readings, of: keyof StepsReading): number {
  return median(readings.map((reading) => reading[of]));
}

/** Of what was read in the same round: a disk that is slow in one is so for all in it. */
function medianRatio(own: Readings, other: Readings, of: 'rate' | 'syncs'): number {
  return median(own.map((reading, round) => reading[of] / (other[round]?.[of] ?? NaN)));
}

function text(value: number, show: (value: number) => string): string {
  return Number.isNaN(value) ? '' : show(value);
}
