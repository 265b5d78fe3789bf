import { Process } from '../../../sim/kernel/process.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape } from '../../../sim/kernel/tape.js';
import type { DiskFaults } from '../../../sim/world/disk/disk-faults.js';
import { SimulatedDisk } from '../../../sim/world/disk/simulated-disk.js';
import type { NetworkFaults } from '../../../sim/world/network/network-faults.js';
import { SimulatedNetwork } from '../../../sim/world/network/simulated-network.js';
import { simulatedPorts } from '../../../sim/world/ports.js';
import { Requests } from '../../../src/requests/requests.js';
import { StoreNode, type StoreOptions } from '../../../src/node/store/store-node.js';
import { Bulkhead } from '../../../src/remote/bulkhead.js';
import { sealCapability } from '../../../src/remote/capability-seal.js';
import { type Computation, labelOf } from '../../../src/remote/computation.js';
import { dispatchTo } from '../../../src/remote/dispatch.js';
import { Executor } from '../../../src/remote/executor.js';
import { LeaseHandle } from '../../../src/remote/lease-handle.js';
import type { RemoteSegments } from '../../../src/remote/remote-segments.js';
import { RemoteSegmentsClient } from '../../../src/remote/remote-segments-client.js';
import { segmentComputations, segmentLabels } from '../../../src/remote/segment-computations.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { charge, secret, storeOptions } from './store-fixtures.js';

/** Somebody who owns session `s` in one generation, and works for it at the store. */
export interface Worker {
  readonly executor: Executor;
  readonly segments: RemoteSegments;
  readonly ports: Ports;
}

/** A store on a machine of its own, and a worker elsewhere, in a simulation. */
export class StoreBench {
  readonly simulation: Simulation;
  readonly network: SimulatedNetwork;
  readonly #disk: SimulatedDisk;
  readonly #process: Process;
  /** In the order in which it was opened. */
  readonly nodes: StoreNode[] = [];

  constructor(
    options: {
      readonly seed?: number;
      readonly networkFaults?: NetworkFaults;
      readonly diskFaults?: DiskFaults;
      readonly store?: Partial<StoreOptions>;
    } = {},
  ) {
    const { seed, networkFaults = {}, diskFaults = {}, store = {} } = options;
    this.simulation = new Simulation(new Tape(seed === undefined ? { choices: [] } : { seed }));
    this.network = new SimulatedNetwork(this.simulation, networkFaults);
    this.#disk = new SimulatedDisk(this.simulation, { node: 'store', faults: diskFaults });
    this.#process = new Process(
      this.simulation,
      'store',
      async (life) => {
        const ports = simulatedPorts(life, this.#disk);
        this.nodes.push(await StoreNode.open(ports, this.network.bind(life), { ...storeOptions, ...store }));
      },
      () => this.#disk.crash('power'),
    );
    this.#process.start();
  }

  /** Kills the store, with whatever its disk had not synced, and starts it again. */
  restart(): void {
    this.#process.crash('restart');
    this.#process.start();
  }

  /** Runs a program on a machine of its own until nothing is left to do. Throws what it throws. */
  async run(program: (worker: Worker) => Promise<void>): Promise<void> {
    const errors: unknown[] = [];
    let isDone = false;
    const disk = new SimulatedDisk(this.simulation, { node: 'worker', faults: {} });
    const process = this.simulation.process('worker', async (life) => {
      const ports = simulatedPorts(life, disk);
      const requests = new Requests(ports, this.network.bind(life));
      try {
        await program(workerOf(ports, requests));
      } catch (error) {
        errors.push(error);
      }
      isDone = true;
    });
    process.start();
    await this.simulation.run({ events: 10_000_000, timeMs: 100_000_000 });
    const { violation } = this.simulation;
    if (violation !== undefined) throw new Error(violation.message);
    if (errors.length > 0) throw errors[0];
    if (!isDone) throw new Error('the program waits for something that never happens');
  }
}

/** With a lease that outlives every test. */
function workerOf(ports: Ports, requests: Requests): Worker {
  const grantedForMs = 1_000_000_000;
  const computations = [...segmentLabels, labelOf(charge)];
  const capability = sealCapability(secret, { sessionId: 's', generation: 1, computations, grantedForMs });
  const held = { requestedAtMonotonicMs: ports.clock.monotonicMs(), grantedForMs, marginMs: 1000 };
  const grant = { capability, lease: new LeaseHandle(ports.clock, held) };
  const known: readonly Computation[] = [...Object.values(segmentComputations), charge];
  const executor = new Executor(ports, new Bulkhead(ports, { permitsMax: 4, waitingMax: 100 }), {
    computations: known,
    grantOf: (sessionId) => (sessionId === 's' ? grant : undefined),
    dispatch: dispatchTo('store', requests),
    escalation: 'fail',
    backoff: { retriesMax: 5, firstDelayMs: 50, delayMaxMs: 1000 },
  });
  return { executor, segments: new RemoteSegmentsClient(executor), ports };
}
