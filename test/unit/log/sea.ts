import type { Disk, DiskError, DiskFile, DiskOperation } from '../../../src/runtime/disk.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { type Log, type LogOptions, openLog } from '../../../src/log/log.js';
import { type CrashPoint, type Life, Process } from '../../../sim/kernel/process.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape } from '../../../sim/kernel/tape.js';
import type { DiskImage } from '../../../sim/world/disk/disk-image.js';
import type { DiskFaults } from '../../../sim/world/disk/disk-faults.js';
import { type DiskCrash, SimulatedDisk } from '../../../sim/world/disk/simulated-disk.js';
import { simulatedPorts } from '../../../sim/world/ports.js';

/** Every way in which a loss of power may treat what was not synced, always struck. */
export const cruelLoss: DiskFaults = {
  'disk.lost-unsynced': { numerator: 1, denominator: 3 },
  'disk.reordered': { numerator: 1, denominator: 2 },
  'disk.torn': { numerator: 1, denominator: 2 },
  'disk.lost-directory-entry': { numerator: 1, denominator: 2 },
  'disk.short-write': { numerator: 1, denominator: 4 },
};

/** How one life ended. */
export type LifeEnd<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'died' };

/** A simulated machine with one process that is killed at the end of each life. */
export class Sea {
  readonly simulation: Simulation;
  readonly disk: SimulatedDisk;
  readonly #process: Process;
  #program: (life: Life) => Promise<void> = async () => {};
  #crash: DiskCrash = 'process';

  constructor(
    options: { readonly seed?: number; readonly faults?: DiskFaults; readonly image?: DiskImage } = {},
  ) {
    const { seed, faults = {}, image } = options;
    this.simulation = new Simulation(new Tape(seed === undefined ? { choices: [] } : { seed }));
    this.disk =
      image === undefined
        ? new SimulatedDisk(this.simulation, { node: 'node', faults })
        : SimulatedDisk.fromImage(this.simulation, 'node', image);
    this.#process = new Process(
      this.simulation,
      'node',
      (life) => this.#program(life),
      () => this.disk.crash(this.#crash),
    );
  }

  /** One life of the process, until it has nothing left to do or dies at `crashPoint`; then it is killed. */
  async live<T>(
    program: (ports: Ports) => Promise<T>,
    options: { readonly crash?: DiskCrash; readonly crashPoint?: CrashPoint } = {},
  ): Promise<LifeEnd<T>> {
    const ends: LifeEnd<T>[] = [];
    const errors: unknown[] = [];
    this.#crash = options.crash ?? 'process';
    this.#program = async (life) => {
      try {
        ends.push({ kind: 'done', value: await program(simulatedPorts(life, this.disk)) });
      } catch (error) {
        errors.push(error);
      }
    };
    this.#process.start(options.crashPoint);
    await this.simulation.run({ events: Number.MAX_SAFE_INTEGER, timeMs: Number.MAX_SAFE_INTEGER });
    this.#process.crash('end');
    if (errors.length > 0) throw errors[0];
    return ends[0] ?? { kind: 'died' };
  }

  /** Like {@link live}, for a life that is to reach its end. */
  async run<T>(program: (ports: Ports) => Promise<T>, crash: DiskCrash = 'process'): Promise<T> {
    const end = await this.live(program, { crash });
    if (end.kind === 'died') throw new Error('the program waits for something that never happens');
    return end.value;
  }
}

/** What {@link openLog} told. */
export interface Told {
  readonly log: Log;
  readonly snapshot: { readonly lsn: number; readonly text: string } | undefined;
  readonly records: readonly string[];
}

export const logOptions: LogOptions = { directory: 'log', segmentBytes: 4096 };

/** Opens the log and collects what it holds, as text. */
export async function openAndCollect(ports: Ports, options: LogOptions = logOptions): Promise<Told> {
  let snapshot: Told['snapshot'];
  const records: string[] = [];
  const log = await openLog(ports, options, {
    snapshot: (lsn, payload) => {
      snapshot = { lsn, text: text(payload) };
    },
    record: (_, content) => records.push(text(content)),
  });
  return { log, snapshot, records };
}

export function bytes(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(content));
}

export function text(content: Uint8Array): string {
  return Buffer.from(content).toString();
}

/** Appends each text as a batch of its own and waits until all are durable. */
export async function appendAll(log: Log, ...texts: readonly string[]): Promise<void> {
  for (const content of texts) log.append([bytes(content)]);
  await log.durable(log.lastLsn);
}

export async function readAll(log: Log, lsn = 0): Promise<string[]> {
  const read: string[] = [];
  for await (const record of log.readSince(lsn)) read.push(text(record.bytes));
  return read;
}

/** Asked before each call of the disk: the error to fail it with, if any. */
export type Hook = (operation: DiskOperation, path: string) => DiskError | undefined;

/** The same ports, with a disk that fails where `hook` says so, before anything is done. */
export function withHook(ports: Ports, hook: Hook): Ports {
  const { disk } = ports;
  const guarded = async <T>(operation: DiskOperation, path: string, call: () => Promise<T>): Promise<T> => {
    const error = hook(operation, path);
    if (error !== undefined) throw error;
    return await call();
  };
  const guardFile = (file: DiskFile): DiskFile => ({
    path: file.path,
    size: () => guarded('size', file.path, () => file.size()),
    append: (content) => guarded('append', file.path, () => file.append(content)),
    writeAt: (offset, content) => guarded('writeAt', file.path, () => file.writeAt(offset, content)),
    read: (offset, length) => guarded('read', file.path, () => file.read(offset, length)),
    sync: () => guarded('sync', file.path, () => file.sync()),
    truncate: (length) => guarded('truncate', file.path, () => file.truncate(length)),
    close: () => guarded('close', file.path, () => file.close()),
  });
  const hooked: Disk = {
    open: (path, mode) => guarded('open', path, async () => guardFile(await disk.open(path, mode))),
    list: (directory) => guarded('list', directory, () => disk.list(directory)),
    rename: (from, to) => guarded('rename', from, () => disk.rename(from, to)),
    remove: (path) => guarded('remove', path, () => disk.remove(path)),
    makeDirectory: (directory) => guarded('makeDirectory', directory, () => disk.makeDirectory(directory)),
    syncDirectory: (directory) => guarded('syncDirectory', directory, () => disk.syncDirectory(directory)),
    lock: (path) => guarded('lock', path, () => disk.lock(path)),
  };
  return { ...ports, disk: hooked };
}
