import type { ShellOptions } from '../../src/node/shell.js';
import type { Clock } from '../../src/runtime/clock.js';
import type { Network, NodeName } from '../../src/runtime/network.js';
import type { Ports } from '../../src/runtime/ports.js';
import type { ScheduledEvent } from '../kernel/event-queue.js';
import { Bench, type Oracle } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import { convergenceMs, fleetBudget, type SparingDiskFaultKind } from '../nemesis/budget.js';
import { drawClockFaults } from '../nemesis/clock-swarm.js';
import { type CrashAim, CrashSchedule } from '../nemesis/crash-schedule.js';
import { drawNetworkFaults } from '../nemesis/network-swarm.js';
import { isWindowKind, NetworkStorm } from '../nemesis/network-storm.js';
import { type Pausable, PauseSchedule } from '../nemesis/pause-schedule.js';
import type { Span } from '../nemesis/span.js';
import type { Fact } from '../oracles/facts.js';
import type { SeaTime } from '../oracles/lease-latched.js';
import type { ClockBounds, ClockFaultKind } from '../world/clock-faults.js';
import { FaultyClock } from '../world/faulty-clock.js';
import type { NetworkFaultKind } from '../world/network/network-faults.js';
import { SimulatedNetwork } from '../world/network/simulated-network.js';
import { launchMachine, type Machine, type MachineProgram } from './machine.js';
import { mutedNetwork } from './muted-network.js';
import { pause } from './pause.js';
import { Peer, type PeerPorts } from './peer.js';
import type { Service } from './service.js';
import { audit, type SingleNode } from './single-node.js';
import { toldProbe } from './told-probe.js';

/** What may go wrong in a fleet, until when, and for how long at a time. */
export interface Storm {
  /** No fault and no crash from then on. */
  readonly stormMs: number;
  readonly diskFaults: readonly SparingDiskFaultKind[];
  readonly networkFaults: readonly NetworkFaultKind[];
  readonly clockFaults: readonly ClockFaultKind[];
  /** 'nowhere' for machines that never crash. */
  readonly crashes: CrashAim | 'nowhere';
  /** How long processes are paused. Absent where they never are. */
  readonly pauses?: Span;
  /** How long a late restart takes. Absent where every restart comes soon. */
  readonly lateRestarts?: Span;
}

/** What every node of a fleet may count on. */
export const clockBounds: ClockBounds = { skewMsMax: 30_000, driftPpmMax: 20_000 };

/** No partition, clog or slowness lasts longer. */
const windowMsMax = 2500;
const copiesMax = 1;

/** What a machine of a fleet is opened on. */
export interface FleetPorts {
  readonly ports: Ports;
  readonly network: Network;
  readonly options: ShellOptions;
  readonly life: Life;
}

/** What a machine of a fleet runs. */
export type FleetProgram<Running extends Service> = Omit<MachineProgram<Running>, 'open'> & {
  readonly open: (ports: FleetPorts) => Promise<Running>;
};

/**
 * Several machines, each with a disk, a clock, crashes and pauses of its own, over one network; and a bench for all that they show. When
 * the storm is over, everything is healed: disks, network, clocks.
 */
export class Fleet {
  readonly simulation: Simulation;
  readonly bench: Bench<Fact>;
  readonly network: SimulatedNetwork;
  readonly #storm: Storm;
  readonly #pauses: PauseSchedule | undefined;
  readonly #clocks: FaultyClock[] = [];
  /** The clock of each node's present life. */
  readonly #running = new Map<NodeName, Clock>();
  readonly #deadline: ScheduledEvent;
  readonly #machines: Machine<Service>[] = [];
  readonly #peers: Peer[] = [];

  /** @param nodes - The names of all that will be on the network. */
  constructor(
    simulation: Simulation,
    options: {
      readonly storm: Storm;
      readonly oracles: (time: SeaTime) => readonly Oracle<Fact>[];
      readonly nodes: readonly [NodeName, NodeName, ...NodeName[]];
    },
  ) {
    const { storm, oracles, nodes } = options;
    const { stormMs, networkFaults: kinds, pauses } = storm;
    this.simulation = simulation;
    this.#storm = storm;
    const time: SeaTime = {
      trueMs: () => simulation.nowMs,
      monotonicMs: (node) => this.#running.get(node)?.monotonicMs() ?? 0,
      driftPpmMax: clockBounds.driftPpmMax,
    };
    this.bench = new Bench<Fact>(simulation, oracles(time));
    const perMessage = kinds.filter((kind) => !isWindowKind(kind));
    this.network = new SimulatedNetwork(simulation, drawNetworkFaults(simulation.tape, perMessage));
    new NetworkStorm(simulation, this.network, nodes).haunt(kinds.filter(isWindowKind), stormMs, windowMsMax);
    this.#pauses = pauses === undefined ? undefined : new PauseSchedule(simulation, stormMs, pauses);
    simulation.schedule(stormMs, () => this.#heal());
    this.#deadline = simulation.schedule(stormMs + convergenceMs, () => this.#stop());
  }

  /** A bench for what is of one machine alone. */
  part(oracles: readonly Oracle<Fact>[]): Bench<Fact> {
    return new Bench<Fact>(this.simulation, oracles, this.bench);
  }

  /**
   * Launches a machine with a disk.
   *
   * @param bench - Shown what is of this machine; see {@link Fleet.part}.
   */
  launch<Running extends Service>(
    program: FleetProgram<Running>,
    bench: Bench<Fact> = this.bench,
  ): Machine<Running> {
    const { simulation, network } = this;
    const { stormMs, diskFaults } = this.#storm;
    const { name } = program;
    const clock = this.#clockOf(name);
    const open = (ports: Ports, options: ShellOptions, life: Life): Promise<Running> => {
      const isCopy = life.process.name !== name;
      if (isCopy) return program.open({ ports, network: mutedNetwork(name), options, life });
      this.#opened(life, ports.clock);
      const probe = toldProbe(life, bench, (fact) => {
        if (fact.kind === 'worker.acts') this.#pauses?.tempt(machine.server);
      });
      return program.open({ ports: { ...ports, probe }, network: network.bind(life), options, life });
    };
    const machine: Machine<Running> = launchMachine(
      simulation,
      { ...program, open },
      {
        bench,
        stormMs,
        diskFaults,
        copiesMax,
        clock,
        crashes: () => this.#newCrashes(),
        budget: fleetBudget,
        missedMessages: () => network.missedBy(name),
      },
    );
    this.#machines.push(machine);
    this.#haunt(machine.server);
    return machine;
  }

  /** Launches a machine whose disk does not matter. */
  join(name: NodeName, program: (ports: PeerPorts, life: Life) => Promise<void>): Peer {
    const { simulation, bench, network } = this;
    const peer: Peer = new Peer({
      name,
      simulation,
      network,
      clock: this.#clockOf(name),
      crashes: this.#newCrashes(),
      program: (ports, life) => {
        this.#opened(life, ports.clock);
        const probe = toldProbe(life, bench, (fact) => {
          if (fact.kind === 'worker.acts') this.#pauses?.tempt(peer);
        });
        return program({ ...ports, probe }, life);
      },
    });
    this.#peers.push(peer);
    this.#haunt(peer);
    return peer;
  }

  /** The machine as somebody sees it who asks it something. */
  at<Running extends Service>({ bench, witness, server }: Machine<Running>): SingleNode<Running> {
    return { simulation: this.simulation, bench, witness, server };
  }

  /**
   * To be called when all clients are done: waits for the storm to be over and for all peers to have come to their end, audits every
   * machine, compares everything a last time, and stops all machines, so that nothing is left to happen.
   *
   * @param settled - Waited for when all machines are up: the life after the storm may have found what no other has told of.
   */
  async end(settled: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { simulation } = this;
    await pause(simulation, Math.max(0, this.#storm.stormMs - simulation.nowMs));
    await Promise.all(this.#peers.map(({ done }) => done));
    for (const machine of this.#machines) {
      while (!machine.server.givenUp && !(await audit(this.at(machine), 'auditor'))) {
        await pause(simulation, 20);
      }
    }
    await settled();
    this.#stop();
    await Promise.all(this.#machines.map(({ compare }) => compare()));
  }

  #opened({ process: { name: node }, incarnation }: Life, clock: Clock): void {
    this.#running.set(node, clock);
    this.bench.observe({ kind: 'node.opened', node, incarnation });
  }

  #newCrashes(): CrashSchedule {
    const { stormMs, crashes, lateRestarts } = this.#storm;
    if (crashes === 'nowhere') return new CrashSchedule(this.simulation, 0);
    return new CrashSchedule(this.simulation, stormMs, crashes, lateRestarts);
  }

  #haunt(target: Pausable): void {
    this.#pauses?.haunt(target);
  }

  #clockOf(node: NodeName): FaultyClock {
    const { tape } = this.simulation;
    const faults = drawClockFaults(tape, this.#storm.clockFaults);
    const clock = new FaultyClock(this.simulation, { node, faults, bounds: clockBounds });
    this.#clocks.push(clock);
    return clock;
  }

  /** What nobody has answered by now, nobody will. */
  #stop(): void {
    this.#deadline.cancel();
    for (const { server } of this.#machines) server.stop();
    for (const peer of this.#peers) peer.stop();
  }

  #heal(): void {
    this.network.heal();
    for (const clock of this.#clocks) clock.heal();
  }
}
