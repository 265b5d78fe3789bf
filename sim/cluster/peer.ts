import type { Network } from '../../src/runtime/network.js';
import type { Ports } from '../../src/runtime/ports.js';
import type { Life, Process } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Crashable, CrashSchedule } from '../nemesis/crash-schedule.js';
import type { Pausable } from '../nemesis/pause-schedule.js';
import type { FaultyClock } from '../world/faulty-clock.js';
import type { SimulatedNetwork } from '../world/network/simulated-network.js';
import { SimulatedEntropy } from '../world/entropy.js';
import { SimulatedProbe } from '../world/probe.js';

/** What a peer may touch. */
export interface PeerPorts extends Omit<Ports, 'disk'> {
  readonly network: Network;
}

/**
 * A simulated machine whose disk does not matter: what it knows, it forgets when it dies. It is started again until its program has come
 * to its end, in one life or another.
 */
export class Peer implements Crashable, Pausable {
  readonly name: string;
  /** Settles when its program has come to its end. */
  readonly done: Promise<void>;
  readonly #simulation: Simulation;
  readonly #process: Process;
  readonly #crashes: CrashSchedule;
  readonly #missed: () => number;
  #isOver = false;

  constructor(options: {
    readonly name: string;
    readonly simulation: Simulation;
    readonly network: SimulatedNetwork;
    readonly clock: FaultyClock;
    readonly crashes: CrashSchedule;
    readonly program: (ports: PeerPorts, life: Life) => Promise<void>;
  }) {
    const { name, simulation, network, clock, program } = options;
    this.name = name;
    this.#simulation = simulation;
    this.#crashes = options.crashes;
    this.#missed = () => network.missedBy(name);
    let finish = (): void => {};
    this.done = new Promise((resolve) => {
      finish = resolve;
    });
    this.#process = simulation.process(
      name,
      async (life) => {
        const entropy = new SimulatedEntropy(life);
        const probe = new SimulatedProbe(life);
        await program({ clock: clock.bind(life), entropy, probe, network: network.bind(life) }, life);
        this.#isOver = true;
        this.crash();
        finish();
      },
      (life) => this.#died(life),
    );
    this.#process.start();
    options.crashes.haunt(this);
  }

  get up(): boolean {
    return this.#process.life !== undefined;
  }

  /** There is nothing to lose but what it knows. */
  get volatileChanges(): number {
    return Infinity;
  }

  get volatileSectors(): number {
    return Infinity;
  }

  crash(): void {
    this.#process.crash('process');
  }

  pause(durationMs: number, over: (held: number) => void): void {
    this.#process.pause(durationMs, over);
  }

  /** Ends this life, and there is no other. */
  stop(): void {
    this.#isOver = true;
    this.crash();
  }

  #died(life: Life): void {
    if (this.#isOver) return;
    if (life.crashPoint?.call === life.portCalls) this.#crashes.struck(this.name, false);
    const { delayMs, crashPoint, isLate } = this.#crashes.nextLife();
    const missedBefore = this.#missed();
    this.#simulation.schedule(delayMs, () => {
      if (this.#isOver) return;
      if (isLate && this.#missed() > missedBefore) this.#crashes.missed(this.name);
      this.#process.start(crashPoint);
    });
  }
}
