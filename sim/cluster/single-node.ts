import type { ShellOptions } from '../../src/node/shell.js';
import type { Ports } from '../../src/runtime/ports.js';
import { Bench, type Oracle } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import { oneMachineBudget } from '../nemesis/budget.js';
import { type CrashAim, CrashSchedule } from '../nemesis/crash-schedule.js';
import type { Fact } from '../oracles/facts.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { launchMachine } from './machine.js';
import { pause } from './pause.js';
import type { Server } from './server.js';
import type { Service } from './service.js';
import type { Shadow } from './shadow.js';
import type { RecordTeller, Witness } from './witness.js';

/** When the storm is over: no fault and no crash from then on. */
export const stormMs = 1500;

const nodeName = 'node';
const copiesMax = 3;

/** One node in the sea, and all that watches it. */
export interface SingleNode<Running extends Service> {
  readonly simulation: Simulation;
  readonly bench: Bench<Fact>;
  readonly witness: Witness;
  readonly server: Server<Running>;
}

/**
 * Puts one node into the sea: its disk with the faults that the tape switches on, its crashes, the witness of its disk, and the oracles.
 * Runs `clients`; after the storm, when they are done, compares everything a last time.
 */
export function sailSingleNode<Running extends Service>(
  simulation: Simulation,
  options: {
    readonly makeShadow: () => Shadow;
    /** @param life - Of the process, for what the service does besides its ports. */
    readonly open: (ports: Ports, options: ShellOptions, life: Life, bench: Bench<Fact>) => Promise<Running>;
    readonly oracles: readonly Oracle<Fact>[];
    readonly tell: RecordTeller;
    readonly diskFaults: readonly DiskFaultKind[];
    /** Where crashes mostly fall; 'nowhere' for a machine that never crashes. */
    readonly crashes: CrashAim | 'nowhere';
    readonly client: (sea: SingleNode<Running>, name: string) => Promise<void>;
    readonly clientsMax: number;
  },
): void {
  const bench = new Bench<Fact>(simulation, options.oracles);
  const { makeShadow, tell, diskFaults, crashes } = options;
  const open = (ports: Ports, shellOptions: ShellOptions, life: Life): Promise<Running> =>
    options.open(ports, shellOptions, life, bench);
  const { witness, server, compare } = launchMachine(
    simulation,
    { name: nodeName, makeShadow, tell, open },
    {
      bench,
      stormMs,
      diskFaults,
      crashes: () => crashScheduleOf(simulation, crashes),
      copiesMax,
      budget: oneMachineBudget,
    },
  );

  const sea = { simulation, bench, witness, server };
  const names = Array.from(
    { length: simulation.tape.between('workload.clients', 1, options.clientsMax) },
    (_, index) => `client-${index}`,
  );
  Promise.all(names.map((name) => options.client(sea, name)))
    .then(compare)
    .catch((error: unknown) => simulation.uncaught('clients', error));
}

function crashScheduleOf(simulation: Simulation, aim: CrashAim | 'nowhere'): CrashSchedule {
  return aim === 'nowhere' ? new CrashSchedule(simulation, 0) : new CrashSchedule(simulation, stormMs, aim);
}

/**
 * Asks the node something, and tells the bench about the question and its answer. `shown` is what the bench is told at the moment
 * when the answer leaves the node. Undefined when the connection broke and nobody knows.
 */
export async function ask<Running extends Service, Answer>(
  { simulation, bench, server }: SingleNode<Running>,
  client: string,
  request: string,
  action: (service: Running) => Promise<Answer>,
  shown: (answer: Answer) => void,
): Promise<Answer | undefined> {
  bench.observe({ kind: 'client.asked', node: client, request });
  const reply = await server.call(simulation.tape.draw('workload.delay', 5), action, shown);
  bench.observe({ kind: 'client.answered', node: client, request, answer: reply.kind });
  return reply.kind === 'answered' ? reply.answer : undefined;
}

/** Asks for the state that is served, and compares it with the fold of the records on the disk. False when nobody answered. */
export async function audit<Running extends Service>(
  sea: SingleNode<Running>,
  client: string,
): Promise<boolean> {
  const answer = await ask(
    sea,
    client,
    `audit-${sea.simulation.nowMs}`,
    (service) => service.audit(),
    ({ lsn, digest, shows = [] }) => {
      const expected = sea.witness.digestAt(lsn);
      const node = sea.server.name;
      sea.bench.observe({ kind: 'node.folded', node, way: 'live', lsn, expected, found: digest });
      for (const fact of shows) sea.bench.observe(fact);
    },
  );
  return answer !== undefined;
}

/** Waits for the storm to be over, and for the node to answer an audit, or to have refused its disk for good. */
export async function auditAfterStorm<Running extends Service>(
  sea: SingleNode<Running>,
  client: string,
): Promise<void> {
  const { simulation, server } = sea;
  await pause(simulation, Math.max(0, stormMs - simulation.nowMs));
  while (!server.givenUp && !(await audit(sea, client))) await pause(simulation, 20);
}
