import { type Disk, DiskError, type DiskErrorCode, type DiskFile } from '../../../src/runtime/disk.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { type Choice, Tape, type TapeSource } from '../../../sim/kernel/tape.js';
import type { DiskFaultKind, DiskFaults } from '../../../sim/world/disk/disk-faults.js';
import { type DiskCrash, SimulatedDisk } from '../../../sim/world/disk/simulated-disk.js';
import type { Ratio } from '../../../sim/world/ratio.js';

export const always: Ratio = { numerator: 1, denominator: 1 };
export const half: Ratio = { numerator: 1, denominator: 2 };

/** A disk in a simulation of its own, used by one life after the other. */
export class DiskBench {
  readonly simulation: Simulation;
  readonly disk: SimulatedDisk;

  constructor(
    options: {
      readonly faults?: DiskFaults;
      readonly source?: TapeSource;
      readonly capacityBytes?: number;
    } = {},
  ) {
    this.simulation = new Simulation(new Tape(options.source ?? { choices: [] }, { record: true }), {
      record: true,
    });
    const { capacityBytes } = options;
    this.disk = new SimulatedDisk(this.simulation, {
      node: 'node',
      faults: options.faults ?? {},
      ...(capacityBytes === undefined ? {} : { capacityBytes }),
    });
  }

  /**
   * Runs one life until `work` is done and, when asked to, crashes it in that moment. Calls that `work` did
   * not wait for are then in flight.
   */
  async live<T>(work: (disk: Disk) => Promise<T>, crash?: DiskCrash): Promise<T> {
    let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
    const end = (): void => process.crash('done');
    const process = this.simulation.process(
      'node',
      async (life) => {
        try {
          outcome = { value: await work(this.disk.bind(life)) };
        } catch (error) {
          outcome = { error };
        }
        end();
      },
      () => {
        if (crash !== undefined) this.disk.crash(crash);
      },
    );
    process.start();
    await this.simulation.run({ events: 1_000_000, timeMs: 10_000_000 });
    const { violation } = this.simulation;
    if (violation !== undefined) throw new Error(violation.message);
    if (outcome === undefined) throw new Error('the life never came to its end');
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Fired and effective, as `[fired, effective]`. */
  count(kind: DiskFaultKind): readonly [number, number] {
    const { fired, effective } = this.simulation.faults.counts().get(kind) ?? { fired: 0, effective: 0 };
    return [fired, effective];
  }
}

/** Choices from short lines: `choose(['disk.torn.sector', 0, 1])`. */
export function choose(...lines: readonly (readonly [string, number, number])[]): TapeSource {
  const choices: readonly Choice[] = lines
    .filter(([, , value]) => value !== 0)
    .map(([label, occurrence, value]) => ({ label, occurrence, value }));
  return { choices };
}

/** The code that the call fails with; undefined when it succeeds. */
export async function codeOf(call: Promise<unknown>): Promise<DiskErrorCode | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof DiskError) return error.code;
    throw error;
  }
}

/** A whole sector of one byte value. */
export function sector(value: number, count = 1): Uint8Array {
  return new Uint8Array(512 * count).fill(value);
}

/** The first byte of each sector, and the size: what a sector-wise file looks like at a glance. */
export function glance(content: Uint8Array | undefined): readonly number[] | undefined {
  if (content === undefined) return undefined;
  return Array.from({ length: Math.ceil(content.length / 512) }, (_, index) => content[index * 512] ?? 0);
}

/** A file with this content in the root; all of it, and its name, durable. */
export async function syncedFile(
  disk: Disk,
  path: string,
  ...content: readonly Uint8Array[]
): Promise<DiskFile> {
  const file = await disk.open(path, 'create');
  for (const bytes of content) await file.append(bytes);
  await file.sync();
  await disk.syncDirectory('');
  return file;
}
