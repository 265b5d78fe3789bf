import { everything } from '../../scenarios/everything.scenario.js';
import { sail } from '../../sim/kernel/voyage.js';
import { grouped } from '../../sim/report/figures.js';
import { CostRows, costRows } from './cost-rows.js';
import { heldBytes } from './held-bytes.js';
import { profileBytes, profileTime } from './profile.js';
import { Progress } from './progress.js';
import { printTable, rateText } from './table.js';

/** How many runs there are of each kind. */
export interface EverythingSizes {
  readonly warmUp: number;
  readonly timed: number;
  readonly profiled: number;
  readonly held: number;
}

/** Enough for a figure. */
export const everythingSizes: EverythingSizes = { warmUp: 100, timed: 100, profiled: 60, held: 300 };

/** Enough to see a slow leak. */
export const longEverythingSizes: EverythingSizes = { ...everythingSizes, held: 10_000 };

const heldPoints = 10;

interface Sailed {
  events: number;
  virtualMs: number;
}

/** What a run of the whole fleet costs: time and memory, and whether memory grows from run to run. */
export async function everythingBench(sizes: EverythingSizes): Promise<void> {
  const voyages = new Voyages(sizes.warmUp + sizes.timed + 2 * sizes.profiled + sizes.held);
  await voyages.sail(sizes.warmUp);
  await printRates(voyages, sizes.timed);
  await printCosts(voyages, sizes.profiled);
  await printHeld(voyages, sizes.held);
  voyages.end();
}

/** Sails seed after seed, and shows how far it is. */
class Voyages {
  readonly #total: number;
  readonly #progress = new Progress('everything');
  #seed = 0;

  constructor(total: number) {
    this.#total = total;
  }

  async sail(runs: number): Promise<Sailed> {
    const sailed = { events: 0, virtualMs: 0 };
    for (let run = 0; run < runs; run += 1) {
      this.#seed += 1;
      const { violation, events, virtualMs } = await sail(everything, { seed: this.#seed });
      if (violation !== undefined) {
        process.stderr.write(`everything: seed ${this.#seed} violates ${violation.invariant}\n`);
      }
      sailed.events += events;
      sailed.virtualMs += virtualMs;
      this.#progress.update(this.#seed / this.#total, `seed ${this.#seed}`);
    }
    return sailed;
  }

  end(): void {
    this.#progress.end();
  }
}

async function printRates(voyages: Voyages, runs: number): Promise<void> {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  const { events, virtualMs } = await voyages.sail(runs);
  const elapsed = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(before);
  const busy = (user + system) / 1e6;
  const row = (name: string, count: number): string[] => [
    name,
    rateText(count / busy),
    rateText(count / elapsed),
  ];
  printTable(
    `Everything: ${grouped(runs)} runs on one thread, all oracles and the fingerprint on`,
    ['', 'of processor time', 'of elapsed time'],
    [row('runs', runs), row('events', events), row('virtual seconds', virtualMs / 1000)],
  );
}

async function printCosts(voyages: Voyages, runs: number): Promise<void> {
  const costs = new CostRows(process.argv[1] ?? '');
  let events = 0;
  const sailRuns = async (): Promise<void> => {
    events = (await voyages.sail(runs)).events;
  };
  const time = await profileTime(costs, sailRuns);
  const timeEvents = events;
  const bytes = await profileBytes(costs, sailRuns);
  const timeAll = sum(time);
  const bytesAll = sum(bytes);
  const row = (name: string, spent: number, allocated: number): string[] => [
    name,
    `${((100 * spent) / timeAll).toFixed(1)} %`,
    `${(spent / timeEvents).toFixed(2)} µs`,
    `${((100 * allocated) / bytesAll).toFixed(1)} %`,
    `${grouped(allocated / events)} B`,
  ];
  printTable(
    `Everything: where time and memory go, ${grouped(runs)} runs each, under a profiler`,
    ['', 'time', 'an event', 'allocated', 'an event'],
    [
      ...costRows.map((name) => row(name, time.get(name) ?? 0, bytes.get(name) ?? 0)),
      row('all', timeAll, bytesAll),
    ],
  );
}

/** What is left on the heap after runs, once everything was collected that can be. */
async function printHeld(voyages: Voyages, runs: number): Promise<void> {
  const each = Math.max(1, Math.round(runs / heldPoints));
  const points: { readonly run: number; readonly bytes: number }[] = [];
  for (let point = 1; point <= heldPoints; point += 1) {
    await voyages.sail(each);
    points.push({ run: point * each, bytes: await heldBytes() });
  }
  const first = points[0]?.bytes ?? NaN;
  printTable(
    `Everything: what is held after runs, ${grouped(slope(points))} B more with each run`,
    ['after', 'held', 'to the first'],
    points.map(({ run, bytes }) => [
      `${grouped(run)} runs`,
      `${(bytes / 1e6).toFixed(2)} MB`,
      `${(bytes / first).toFixed(3)} x`,
    ]),
  );
}

/** Of the straight line nearest to the points: bytes for a run. */
function slope(points: readonly { readonly run: number; readonly bytes: number }[]): number {
  const meanRun = points.reduce((all, { run }) => all + run, 0) / points.length;
  const meanBytes = points.reduce((all, { bytes }) => all + bytes, 0) / points.length;
  let covariance = 0;
  let variance = 0;
  for (const { run, bytes } of points) {
    covariance += (run - meanRun) * (bytes - meanBytes);
    variance += (run - meanRun) ** 2;
  }
  return covariance / variance;
}

function sum(amounts: ReadonlyMap<string, number>): number {
  return [...amounts.values()].reduce((all, amount) => all + amount, 0);
}
