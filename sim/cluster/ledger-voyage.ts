import { encode } from '../../src/codec/cbor.js';
import type { ShellOptions } from '../../src/node/shell.js';
import { Bench } from '../kernel/oracle.js';
import type { Simulation } from '../kernel/simulation.js';
import { CrashSchedule } from '../nemesis/crash-schedule.js';
import { drawDiskFaults } from '../nemesis/disk-swarm.js';
import type { Fact } from '../oracles/facts.js';
import { ackedDurable } from '../oracles/acked-durable.js';
import { converges } from '../oracles/converges.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { SimulatedDisk } from '../world/disk/simulated-disk.js';
import { bytesDigest } from './bytes-digest.js';
import { ledger, type LedgerLine } from './ledger.js';
import { LedgerService } from './ledger-service.js';
import { pause } from './pause.js';
import { recoverCopyTwice } from './second-recovery.js';
import { Server } from './server.js';
import { shadowOf } from './shadow.js';
import { Witness } from './witness.js';

const node = 'node';
const stormMs = 1500;
const copiesMax = 3;
const fillerLengths = [0, 40, 400, 1200] as const;

/** The invariants that a ledger voyage judges. */
export const ledgerInvariants = [
  'acked-durable',
  'converges',
  'durable-before-visible',
  'no-silent-corruption',
  'recovered-prefix',
  'replay-equivalence',
] as const;

/**
 * One node that keeps a ledger, and clients that append to it and audit it, while the machine crashes and its disk fails as
 * `diskFaults` and the tape say. After the storm all faults are off, the node starts a last time, and everything is compared.
 */
export function sailLedger(simulation: Simulation, diskFaults: readonly DiskFaultKind[]): void {
  const { tape } = simulation;
  const bench = new Bench<Fact>(simulation, [
    ackedDurable(),
    converges(),
    durableBeforeVisible(),
    noSilentCorruption(),
    recoveredPrefix(),
    replayEquivalence(),
  ]);
  const disk = new SimulatedDisk(simulation, { node, faults: drawDiskFaults(tape, diskFaults) });
  const witness = new Witness({ node, disk, bench, makeShadow: () => shadowOf(ledger), tell: () => [] });
  const options: ShellOptions = {
    directory: 'log',
    segmentBytes: tape.pick('workload.segment-bytes', [4096, 1024, 2048, 16384]),
    snapshotEveryRecords: tape.between('workload.snapshot-every', 6, 40),
  };
  const open = LedgerService.open.bind(undefined);
  const server = new Server({
    name: node,
    simulation,
    disk,
    bench,
    witness,
    crashes: new CrashSchedule(simulation, stormMs),
    open: (ports) => open(ports, options),
  });
  const clients = tape.between('workload.clients', 1, 4);
  const done = Array.from({ length: clients }, (_, index) => client(simulation, server, bench, witness, index));
  for (let copies = tape.draw('workload.copies', copiesMax + 1); copies > 0; copies -= 1) {
    simulation.schedule(tape.draw('workload.copy-moment', stormMs), () => compareCopy());
  }
  simulation.schedule(stormMs, () => disk.heal());
  Promise.all(done)
    .then(() => compareCopy())
    .catch((error: unknown) => simulation.uncaught('clients', error));

  async function compareCopy(): Promise<void> {
    if (disk.damages().length > 0) return;
    const lsn = witness.promisedLsn;
    const expected = witness.digestAt(lsn);
    const [first, second] = await recoverCopyTwice(simulation, disk, (ports) => open(ports, options));
    bench.observe({
      kind: 'node.folded',
      node,
      way: 'recovered-from-durable',
      lsn,
      expected: `${lsn}/${expected}`,
      found: `${first?.lsn ?? -1}/${first?.digest ?? ''}`,
    });
    bench.observe({
      kind: 'node.folded',
      node,
      way: 'recovered-again',
      lsn,
      expected: first?.digest ?? '',
      found: second?.digest ?? '',
    });
  }
}

async function client(
  simulation: Simulation,
  server: Server<LedgerService>,
  bench: Bench<Fact>,
  witness: Witness,
  index: number,
): Promise<void> {
  const name = `client-${index}`;
  const { tape } = simulation;
  const requests = tape.between('workload.requests', 4, 16);
  for (let request = 0; request < requests; request += 1) {
    await pause(simulation, tape.draw('workload.think', 200));
    await append(`${request}`);
    if (tape.chance('workload.audit', 1, 4)) await audit(`audit-${request}`);
  }
  await pause(simulation, Math.max(0, stormMs - simulation.nowMs));
  while (!server.givenUp && !(await audit('audit-last'))) await pause(simulation, 20);

  async function append(request: string): Promise<void> {
    const lines = drawLines(request);
    bench.observe({ kind: 'client.asked', node: name, request });
    const reply = await server.call(
      tape.draw('workload.delay', 5),
      (service) => service.append(lines),
      (lastLsn) => {
        for (const [offset, line] of lines.entries()) {
          const digest = bytesDigest(encode([ledger.name, ledger.encodeEntry(line)]));
          bench.observe({ kind: 'client.acked', node: name, lsn: lastLsn - lines.length + 1 + offset, digest });
        }
      },
    );
    bench.observe({ kind: 'client.answered', node: name, request, answer: reply.kind });
  }

  async function audit(request: string): Promise<boolean> {
    bench.observe({ kind: 'client.asked', node: name, request });
    const reply = await server.call(
      tape.draw('workload.delay', 5),
      (service) => service.audit(),
      ({ lsn, digest }) =>
        bench.observe({
          kind: 'node.folded',
          node,
          way: 'live',
          lsn,
          expected: witness.digestAt(lsn),
          found: digest,
        }),
    );
    bench.observe({ kind: 'client.answered', node: name, request, answer: reply.kind });
    return reply.kind === 'answered';
  }

  function drawLines(request: string): readonly LedgerLine[] {
    return Array.from({ length: tape.between('workload.batch', 1, 4) }, (_, line) => ({
      id: `${name}/${request}/${line}`,
      filler: 'x'.repeat(tape.pick('workload.filler', fillerLengths)),
    }));
  }
}
