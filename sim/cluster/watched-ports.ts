import type { Clock } from '../../src/runtime/clock.js';
import type { Disk, DiskFile } from '../../src/runtime/disk.js';
import type { Ports } from '../../src/runtime/ports.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Fact } from '../oracles/facts.js';

/**
 * The ports of one life, seen from outside: what it sleeps for, and which files and locks it holds. Changes nothing.
 *
 * Of its sleeps, those are told of that can be cut short: they are somebody's. The pauses of a patient disk are not.
 */
export class WatchedPorts {
  readonly ports: Ports;
  readonly #life: Life;
  readonly #bench: Bench<Fact>;
  #timers = 0;
  #handles = 0;

  constructor(ports: Ports, life: Life, bench: Bench<Fact>) {
    this.#life = life;
    this.#bench = bench;
    this.ports = { ...ports, clock: this.#clock(ports.clock), disk: this.#disk(ports.disk) };
  }

  /** How many files and locks are held. */
  get handles(): number {
    return this.#handles;
  }

  #clock(clock: Clock): Clock {
    return {
      wallMs: () => clock.wallMs(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: async (durationMs, signal) => {
        if (signal === undefined) return clock.sleep(durationMs);
        this.#timers += 1;
        const timer = this.#life.incarnation * 1_000_000 + this.#timers;
        const nowMs = clock.wallMs();
        this.#tell({ kind: 'timer.set', node: 'node', timer, nowMs, wakeMs: nowMs + durationMs });
        try {
          await clock.sleep(durationMs, signal);
        } finally {
          this.#tell({ kind: 'timer.gone', node: 'node', timer });
        }
      },
    };
  }

  #disk(disk: Disk): Disk {
    return {
      open: async (path, mode) => this.#held(await disk.open(path, mode)),
      list: (directory) => disk.list(directory),
      rename: (from, to) => disk.rename(from, to),
      remove: (path) => disk.remove(path),
      makeDirectory: (directory) => disk.makeDirectory(directory),
      syncDirectory: (directory) => disk.syncDirectory(directory),
      lock: async (path) => {
        const lock = await disk.lock(path);
        this.#handles += 1;
        return {
          release: async () => {
            await lock.release();
            this.#handles -= 1;
          },
        };
      },
    };
  }

  #held(file: DiskFile): DiskFile {
    this.#handles += 1;
    return {
      path: file.path,
      size: () => file.size(),
      append: (bytes) => file.append(bytes),
      writeAt: (offset, bytes) => file.writeAt(offset, bytes),
      read: (offset, length) => file.read(offset, length),
      sync: () => file.sync(),
      truncate: (length) => file.truncate(length),
      close: async () => {
        await file.close();
        this.#handles -= 1;
      },
    };
  }

  #tell(fact: Fact): void {
    if (this.#life.alive && this.#life.process.name === 'node') this.#bench.observe(fact);
  }
}
