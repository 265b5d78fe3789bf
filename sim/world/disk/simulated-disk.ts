import type { Disk } from '../../../src/runtime/disk.js';
import type { Life } from '../../kernel/process.js';
import type { Simulation } from '../../kernel/simulation.js';
import { BoundDisk } from './bound-disk.js';
import type { DiskDamage } from './damage.js';
import { decay } from './decay.js';
import { diskDigest } from './disk-digest.js';
import type { DiskImage } from './disk-image.js';
import { DiskState, type Lane } from './disk-state.js';
import type { DiskFaults } from './disk-faults.js';
import { losePower } from './power-loss.js';
import { sectorsOf, SimulatedFile } from './simulated-file.js';

/** How a process died: by itself (what it wrote stays in the machine's cache), or with the machine. */
export type DiskCrash = 'process' | 'power';

/**
 * What the medium holds of a file. The content is a view: good until the next event, and not to be written
 * to.
 */
export interface DurableFile {
  readonly content: Uint8Array;
  /** Whether the name itself survives a loss of power. */
  readonly isNameDurable: boolean;
}

/**
 * The disk of one node, across the lives of its process.
 *
 * Models: a volatile cache per file above a medium with sectors of 512 bytes; syncs of files and of
 * directories; loss of power and death of a process, with calls in flight; the faults of `disk-faults.ts`; a
 * limited capacity; locks that die with their holder. Everything is drawn from the tape: 0 is no fault, least
 * latency, and nothing lost.
 * Does not model: more than one mounted medium, a real block layout, caches between processes, or speed
 * (latencies are drawn, not derived from sizes). That is safe because an engine can only see content, names,
 * order and errors.
 *
 * Who may use what: an engine gets {@link bind}; the rest is for the world that crashes it and for oracles,
 * and costs no draw and no virtual time.
 */
export class SimulatedDisk {
  readonly #state: DiskState;

  /**
   * @param options.node - Whose disk it is, for the trace.
   * @param options.faults - How often each kind strikes. Absent kinds are off.
   * @param options.capacityBytes - Room for content, in whole sectors. Unlimited when absent.
   */
  constructor(
    simulation: Simulation,
    options: { readonly node: string; readonly faults: DiskFaults; readonly capacityBytes?: number },
  ) {
    this.#state = new DiskState(simulation, options);
  }

  /** A fault-free disk with this durable content, as a machine would find it at start. */
  static fromImage(simulation: Simulation, node: string, image: DiskImage): SimulatedDisk {
    const disk = new SimulatedDisk(simulation, { node, faults: {} });
    const { names } = disk.#state;
    for (const directory of image.directories) names.durable.directories.add(directory);
    for (const { path, content, unreadableSectors } of image.files) {
      const file = SimulatedFile.of(path, content);
      for (const sector of unreadableSectors) file.unreadable.set(sector, { counted: true });
      names.durable.files.set(path, file);
    }
    names.cached.become(names.durable);
    return disk;
  }

  /** The port for one life of the process. Its handles and locks end with that life. */
  bind(life: Life): Disk {
    return new BoundDisk(this.#state, life);
  }

  /** To be called when the process has died. Calls in flight may or may not have happened. */
  crash(kind: DiskCrash): void {
    const state = this.#state;
    const { simulation } = state;
    simulation.trace.emit({ kind: 'disk.crashed', node: state.node, crash: kind });
    this.#settleCallsInFlight();
    if (kind === 'power') losePower(state, state.names);
    decay(state, state.files());
  }

  /** No fault strikes from now on, and there is room. Damage that was done stays. */
  heal(): void {
    this.#state.faults.allOff();
    this.#state.space.free();
  }

  /** How many changes of content and of names a loss of power could take now. */
  get volatileChanges(): number {
    const { names } = this.#state;
    return this.#state.files().reduce((count, file) => count + file.pending.length, names.pendingCount);
  }

  /** How many sectors of content these are, each as often as it was written. */
  get volatileSectors(): number {
    return this.#state.files().reduce((count, { pending }) => {
      return pending.reduce((sum, change) => sum + sectorsOf(change).length, count);
    }, 0);
  }

  /** All files as reads see them, in order of their creation. */
  paths(): readonly string[] {
    return [...this.#state.names.cached.files.keys()];
  }

  /** What reads show, as a view: good until the next event, and not to be written to. */
  cached(path: string): Uint8Array | undefined {
    return this.#state.names.cached.files.get(path)?.cached.view();
  }

  /** What the medium holds of the file that has, or had durably, this name. */
  durable(path: string): DurableFile | undefined {
    const { cached, durable } = this.#state.names;
    const file = cached.files.get(path) ?? durable.files.get(path);
    if (file === undefined) return undefined;
    return { content: file.durable.view(), isNameDurable: durable.files.get(path) === file };
  }

  /**
   * What the disk owes: what the medium would hold had nothing damaged it and had no sync lied. It differs
   * from {@link durable} exactly where damage or a lie did harm, or may yet.
   */
  promised(path: string): Uint8Array | undefined {
    const { cached, durable } = this.#state.names;
    return (cached.files.get(path) ?? durable.files.get(path))?.promised.view();
  }

  /** All damage so far, oldest first, under the files' present names. */
  damages(): readonly DiskDamage[] {
    return this.#state.damages.map(({ file, damage }) => ({ path: file.path, ...damage }));
  }

  /**
   * Calls `listener` with the path of each file or directory whose sync succeeds, right before the engine is
   * told so.
   */
  onSynced(listener: (path: string) => void): void {
    this.#state.syncListeners.push(listener);
  }

  /** See {@link diskDigest}. Right after a crash, when no call is in flight. */
  stateDigest(): string {
    return diskDigest(this.#state);
  }

  /** The durable state, copied. */
  image(): DiskImage {
    const { files, directories } = this.#state.names.afterPowerLoss();
    return {
      directories: [...directories],
      files: [...files].map(([path, file]) => ({
        path,
        content: file.durable.view().slice(),
        unreadableSectors: [...file.unreadable.keys()],
      })),
    };
  }

  /** A fault-free copy as it would be after the loss of all that is unsynced: to try a recovery on. */
  fork(): SimulatedDisk {
    return SimulatedDisk.fromImage(this.#state.simulation, `${this.#state.node}.copy`, this.image());
  }

  #settleCallsInFlight(): void {
    const { inFlight, faults, simulation } = this.#state;
    const { tape } = simulation;
    const stopped = new Set<Lane>();
    for (const call of inFlight) {
      if (stopped.has(call.lane)) continue;
      if (!tape.chance('disk.crash.in-flight', 1, 3)) {
        stopped.add(call.lane);
        continue;
      }
      const mayCut = call.writeBytes > 1 && faults.isOn('disk.short-write');
      const cutBytes = mayCut ? tape.draw('disk.crash.in-flight.cut', call.writeBytes) : 0;
      if (cutBytes > 0) stopped.add(call.lane);
      call.happen(cutBytes);
    }
    inFlight.clear();
  }
}
