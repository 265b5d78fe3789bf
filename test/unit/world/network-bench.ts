import type { Network } from '../../../src/runtime/network.js';
import type { CrashPoint, Process } from '../../../sim/kernel/process.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape, type TapeSource } from '../../../sim/kernel/tape.js';
import type { NetworkFaultKind, NetworkFaults } from '../../../sim/world/network/network-faults.js';
import { SimulatedNetwork } from '../../../sim/world/network/simulated-network.js';

/** What a node was handed, and when. */
export interface Received {
  readonly from: string;
  readonly to: string;
  readonly bytes: readonly number[];
  readonly atMs: number;
}

/** Nodes that listen, in a simulation of their own. */
export class NetworkBench {
  readonly simulation: Simulation;
  readonly network: SimulatedNetwork;
  readonly received: Received[] = [];
  readonly #processes = new Map<string, Process>();
  readonly #ports = new Map<string, Network>();

  constructor(
    options: {
      readonly faults?: NetworkFaults;
      readonly source?: TapeSource;
      readonly nodes?: readonly string[];
    } = {},
  ) {
    this.simulation = new Simulation(new Tape(options.source ?? { choices: [] }, { record: true }), {
      record: true,
    });
    this.network = new SimulatedNetwork(this.simulation, options.faults ?? {});
    for (const name of options.nodes ?? ['ada', 'bob', 'eve']) {
      this.#processes.set(
        name,
        this.simulation.process(name, (life) => {
          const port = this.network.bind(life);
          this.#ports.set(name, port);
          port.receive((from, message) => {
            this.received.push({ from, to: name, bytes: [...message], atMs: this.simulation.nowMs });
          });
        }),
      );
      this.process(name).start();
    }
  }

  process(name: string): Process {
    const process = this.#processes.get(name);
    if (process === undefined) throw new Error(`no process ${name}`);
    return process;
  }

  /** The port of the latest life of a node. */
  port(name: string): Network {
    const port = this.#ports.get(name);
    if (port === undefined) throw new Error(`${name} has not begun`);
    return port;
  }

  restart(name: string, crashPoint?: CrashPoint): void {
    this.process(name).crash('restarted');
    this.process(name).start(crashPoint);
  }

  send(from: string, to: string, ...bytes: readonly number[]): void {
    this.port(from).send(to, Uint8Array.from(bytes));
  }

  /** Does this at that time of the run. */
  at(atMs: number, act: () => void): this {
    this.simulation.schedule(atMs - this.simulation.nowMs, act);
    return this;
  }

  async run(): Promise<void> {
    await this.simulation.run({ events: 1_000_000, timeMs: 10_000_000 });
    const { violation } = this.simulation;
    if (violation !== undefined) throw new Error(violation.message);
  }

  /** What one node was handed, as the first byte of each message. */
  firstBytes(to: string): readonly (number | undefined)[] {
    return this.received.filter((received) => received.to === to).map(({ bytes }) => bytes[0]);
  }

  /** Who got something from whom, as `from>to`, sorted. */
  ways(): readonly string[] {
    return [...new Set(this.received.map(({ from, to }) => `${from}>${to}`))].sort();
  }

  /** Fired and effective, as `[fired, effective]`. */
  count(kind: NetworkFaultKind): readonly [number, number] {
    const { fired, effective } = this.simulation.faults.counts().get(kind) ?? { fired: 0, effective: 0 };
    return [fired, effective];
  }
}
