import type { ShellOptions } from '../../src/node/shell.js';
import type { Ports } from '../../src/runtime/ports.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Budget } from '../nemesis/budget.js';
import type { CrashSchedule } from '../nemesis/crash-schedule.js';
import { drawDiskFaults } from '../nemesis/disk-swarm.js';
import type { Fact } from '../oracles/facts.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { SimulatedDisk } from '../world/disk/simulated-disk.js';
import type { FaultyClock } from '../world/faulty-clock.js';
import { compareCopy } from './second-recovery.js';
import { Server } from './server.js';
import type { Service } from './service.js';
import type { Shadow } from './shadow.js';
import { subsystemStates } from './subsystem-states.js';
import { type RecordTeller, Witness } from './witness.js';

/** What a machine runs, and what watches its disk. */
export interface MachineProgram<Running extends Service> {
  readonly name: string;
  readonly makeShadow: () => Shadow;
  readonly tell: RecordTeller;
  /** @param life - Of the process, for what the service does besides its ports. Also called for copies, whose processes have another name. */
  readonly open: (ports: Ports, options: ShellOptions, life: Life) => Promise<Running>;
}

/** One machine in the sea, with the witness of its disk. */
export interface Machine<Running extends Service> {
  readonly name: string;
  readonly bench: Bench<Fact>;
  readonly disk: SimulatedDisk;
  readonly witness: Witness;
  readonly server: Server<Running>;
  /** See {@link compareCopy}. */
  readonly compare: () => Promise<void>;
}

/**
 * Puts a machine into the sea: its disk with the faults that the tape switches on, the size of its files, the witness of its disk. Its
 * first life begins at once. At drawn moments of the storm, a copy of its disk is recovered and compared.
 */
export function launchMachine<Running extends Service>(
  simulation: Simulation,
  program: MachineProgram<Running>,
  surroundings: {
    readonly bench: Bench<Fact>;
    readonly stormMs: number;
    readonly diskFaults: readonly DiskFaultKind[];
    /** Called when the machine is ready to be haunted. */
    readonly crashes: () => CrashSchedule;
    readonly copiesMax: number;
    /** Absent where the clock is true. */
    readonly clock?: FaultyClock;
    /** How many messages have found nobody here. Absent where there is no network. */
    readonly missedMessages?: () => number;
    readonly budget: Budget;
  },
): Machine<Running> {
  const { tape } = simulation;
  const { name: node, makeShadow, tell } = program;
  const { bench, stormMs, clock, missedMessages } = surroundings;
  simulation.coverage.declare(subsystemStates);
  const disk = new SimulatedDisk(simulation, { node, faults: drawDiskFaults(tape, surroundings.diskFaults) });
  const witness = new Witness({ node, disk, bench, makeShadow, tell });
  const shellOptions: ShellOptions = {
    directory: 'log',
    segmentBytes: tape.pick('workload.segment-bytes', [4096, 1024, 2048, 8192]),
    snapshotEveryRecords: tape.between('workload.snapshot-every', 3, 24),
  };
  const open = (ports: Ports, life: Life): Promise<Running> => program.open(ports, shellOptions, life);
  const crashes = surroundings.crashes();
  const server = new Server({
    name: node,
    simulation,
    disk,
    bench,
    witness,
    crashes,
    open,
    clock,
    missedMessages,
    budget: surroundings.budget,
  });
  // A copy has to come to the fold of its records, and so it keeps those that it adds while it opens.
  const copyOptions = { ...shellOptions, snapshotEveryRecords: Number.MAX_SAFE_INTEGER };
  const openCopy = (ports: Ports, life: Life): Promise<Running> => program.open(ports, copyOptions, life);
  const compare = (): Promise<void> =>
    compareCopy(simulation, { node, disk, bench, witness, open: openCopy });
  for (let copies = tape.draw('workload.copies', surroundings.copiesMax + 1); copies > 0; copies -= 1) {
    simulation.schedule(tape.draw('workload.copy-moment', stormMs), () => {
      compare().catch((error: unknown) => simulation.uncaught('copy', error));
    });
  }
  simulation.schedule(stormMs, () => disk.heal());
  return { name: node, bench, disk, witness, server, compare };
}
