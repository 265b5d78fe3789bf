import type { Life } from '../../kernel/process.js';
import type { Simulation } from '../../kernel/simulation.js';
import type { FileDamage } from './damage.js';
import type { DiskFaults } from './disk-faults.js';
import { FaultSwitch } from './fault-switch.js';
import { FreeSpace } from './free-space.js';
import { NameSpace } from './name-space.js';
import type { SimulatedFile } from './simulated-file.js';

/** A queue of calls that are answered in order: one per file handle. */
export interface Lane {
  busyUntilMs: number;
}

/** A call that was made and has not yet happened. */
export interface CallInFlight {
  readonly lane: Lane;
  /** Lets the call happen although nobody waits for it. `cutBytes` are missing at the end of a write. */
  readonly happen: (cutBytes: number) => void;
  /** How many bytes it would write; 0 when it writes none. */
  readonly writeBytes: number;
}

/** What one disk is made of. Shared by the disk, its ports and its faults, and by nobody else. */
export class DiskState {
  readonly simulation: Simulation;
  readonly node: string;
  readonly faults: FaultSwitch;
  readonly space: FreeSpace;
  readonly names = new NameSpace();
  readonly damages: FileDamage[] = [];
  /** Who holds a lock. A lock's file stays when its holder is gone. */
  readonly locks = new Map<string, Life | undefined>();
  readonly inFlight = new Set<CallInFlight>();
  readonly syncListeners: ((path: string) => void)[] = [];
  #changeCount = 0;

  constructor(
    simulation: Simulation,
    options: { readonly node: string; readonly faults: DiskFaults; readonly capacityBytes?: number },
  ) {
    this.simulation = simulation;
    this.node = options.node;
    this.faults = new FaultSwitch(simulation, options.node, options.faults);
    this.space = new FreeSpace(simulation, this.faults, options.capacityBytes ?? Number.POSITIVE_INFINITY);
  }

  /** The place of the next change among all changes of content. */
  nextOrder(): number {
    this.#changeCount += 1;
    return this.#changeCount;
  }

  /** All files that have a name now. */
  files(): readonly SimulatedFile[] {
    return [...this.names.cached.files.values()];
  }

  /** The engine is about to be told that the file or directory at `path` was synced. */
  tellSynced(path: string): void {
    for (const listener of this.syncListeners) listener(path);
  }
}
