import { type CrashPoint, Process } from '../../../sim/kernel/process.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape } from '../../../sim/kernel/tape.js';
import type { DiskFaults } from '../../../sim/world/disk/disk-faults.js';
import { SimulatedDisk } from '../../../sim/world/disk/simulated-disk.js';
import type { NetworkFaults } from '../../../sim/world/network/network-faults.js';
import { SimulatedNetwork } from '../../../sim/world/network/simulated-network.js';
import { simulatedPorts } from '../../../sim/world/ports.js';
import type { Answer, AdmittedOperation, Authority } from '../../../src/node/authority/authority.js';
import { AuthorityClient } from '../../../src/node/authority/authority-client.js';
import { AuthorityNode, type AuthorityNodeOptions } from '../../../src/node/authority/authority-node.js';
import { Requests } from '../../../src/requests/requests.js';
import type { Clock } from '../../../src/runtime/clock.js';
import { sealInput } from '../../../src/steps/payload.js';

export const ttlMs = 1000;

export const authorityOptions: AuthorityNodeOptions = {
  directory: 'log',
  segmentBytes: 8192,
  snapshotEveryRecords: 1000,
  secret: new Uint8Array(32).fill(7),
  computations: ['segment_put', 'charge'],
  ownership: {
    sessionsMax: 10,
    archivedMax: 10,
    auditRecordsMax: 1000,
    witnessesMax: 4,
    leaseTtlMs: ttlMs,
    transferTtlMs: 400,
  },
  ledger: { openMax: 100, settledMax: 50, factsMax: 25 },
  sessions: { sessionsMax: 4, archivedMax: 4, bufferMessagesMax: 2 },
};

/** Someone who asks the authority over the network. */
export interface Caller {
  readonly authority: Authority;
  readonly requests: Requests;
  readonly clock: Clock;
}

/** An authority on a machine of its own, and callers elsewhere, in a simulation. */
export class AuthorityBench {
  readonly simulation: Simulation;
  readonly network: SimulatedNetwork;
  readonly #disk: SimulatedDisk;
  readonly #process: Process;
  #node: AuthorityNode | undefined;
  #callers = 0;

  constructor(
    options: {
      readonly seed?: number;
      readonly networkFaults?: NetworkFaults;
      readonly diskFaults?: DiskFaults;
      readonly authority?: Partial<AuthorityNodeOptions>;
      /** The first life of the authority dies at this call of a port, and the next one begins soon after. */
      readonly crashPoint?: CrashPoint;
    } = {},
  ) {
    const { seed, networkFaults = {}, diskFaults = {}, authority = {}, crashPoint } = options;
    this.simulation = new Simulation(new Tape(seed === undefined ? { choices: [] } : { seed }));
    this.network = new SimulatedNetwork(this.simulation, networkFaults);
    this.#disk = new SimulatedDisk(this.simulation, { node: 'authority', faults: diskFaults });
    this.#process = new Process(
      this.simulation,
      'authority',
      async (life) => {
        this.#node = await AuthorityNode.open(simulatedPorts(life, this.#disk), this.network.bind(life), {
          ...authorityOptions,
          ...authority,
        });
      },
      () => {
        this.#disk.crash('power');
        this.simulation.schedule(50, () => this.#process.start());
      },
    );
    this.#process.start(crashPoint);
  }

  /** The node, once this life of it is open. */
  get node(): AuthorityNode {
    if (this.#node === undefined) throw new Error('the authority is not open');
    return this.#node;
  }

  /** How many lives the authority has begun. */
  get lives(): number {
    return this.#process.incarnations;
  }

  /** Kills the authority, with whatever its disk had not synced, and starts it again. */
  restart(): void {
    this.#node = undefined;
    this.#process.crash('restart');
    this.#process.start();
  }

  /** Runs a program on a machine of its own until nothing is left to do, and gives what came of it. */
  async run<T>(program: (caller: Caller) => Promise<T>, deadlineMs = 20_000): Promise<T> {
    const ended: Promise<T>[] = [];
    this.start((caller) => {
      const running = program(caller);
      ended.push(running);
      return running;
    }, deadlineMs);
    await this.simulation.run({ events: 10_000_000, timeMs: 100_000_000 });
    const { violation } = this.simulation;
    if (violation !== undefined) throw new Error(violation.message);
    const [first] = ended;
    if (first === undefined) throw new Error('the program has not begun');
    const unfinished = Symbol('unfinished');
    const value = await Promise.race([first, Promise.resolve(unfinished).then((mark) => mark)]);
    if (value === unfinished) throw new Error('the program waits for something that never happens');
    return first;
  }

  /** Begins a program, to run beside others. */
  start(program: (caller: Caller) => Promise<unknown>, deadlineMs = 20_000): void {
    this.#callers += 1;
    const name = `caller-${this.#callers}`;
    const disk = new SimulatedDisk(this.simulation, { node: name, faults: {} });
    const process = this.simulation.process(name, async (life) => {
      const ports = simulatedPorts(life, disk);
      const requests = new Requests(ports, this.network.bind(life));
      const authority = new AuthorityClient(requests, 'authority', { deadlineMs });
      await program({ authority, requests, clock: ports.clock });
    });
    process.start();
  }
}

export function granted<Granted>(answer: Answer<Granted>): Granted {
  if (answer.kind === 'refused') throw new Error(`${answer.refusal.code}: ${answer.refusal.message}`);
  return answer.granted;
}

/** The code of a refusal, or `granted`. */
export function told<Granted>(answer: Answer<Granted>): string {
  return answer.kind === 'granted' ? answer.kind : answer.refusal.code;
}

export function operation(
  operationId: string,
  sessionId = 's',
  input: string | number = 1,
): AdmittedOperation {
  return { operationId, sessionId, workflow: 'w', ...sealInput(input, operationId) };
}

/** A claim of the first generation, unless said otherwise. */
export const claimOf = (ownerId: string, sessionId = 's', generation = 0, requestId = `${ownerId} asks`) => ({
  sessionId,
  ownerId,
  generation,
  policy: 'claimable' as const,
  requestId,
});
