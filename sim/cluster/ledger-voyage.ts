import { encode } from '../../src/codec/cbor.js';
import type { Simulation } from '../kernel/simulation.js';
import { ackedDurable } from '../oracles/acked-durable.js';
import { converges } from '../oracles/converges.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { bytesDigest } from './bytes-digest.js';
import { ledger, type LedgerLine } from './ledger.js';
import { LedgerService } from './ledger-service.js';
import { pause } from './pause.js';
import { shadowOf } from './shadow.js';
import { ask, audit, auditAfterStorm, sailSingleNode, type SingleNode } from './single-node.js';

/** Two seconds: crashes in recovery may go on beyond the storm, each with a slow disk. log-crash-storm 987654380400. */
const lastAttemptsMax = 100;
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

/** One node that keeps a ledger, and clients that append to it and audit it, while its machine and its disk fail. */
export function sailLedger(simulation: Simulation, diskFaults: readonly DiskFaultKind[]): void {
  sailSingleNode(simulation, {
    makeShadow: () => shadowOf(ledger),
    open: (ports, options) => LedgerService.open(ports, options),
    oracles: [
      ackedDurable(),
      converges(),
      durableBeforeVisible(),
      noSilentCorruption(),
      recoveredPrefix(),
      replayEquivalence(),
    ],
    // What a record says is nobody's business but the shadow's.
    tell: () => [],
    diskFaults,
    crashes: 'anywhere',
    client: runClient,
    clientsMax: 4,
  });
}

async function runClient(sea: SingleNode<LedgerService>, name: string): Promise<void> {
  const { simulation } = sea;
  const { tape } = simulation;
  const requests = tape.between('workload.requests', 4, 20);
  for (let request = 0; request < requests; request += 1) {
    await pause(simulation, tape.draw('workload.think', 100));
    // Without waiting for the answer now and then, so that batches share a flush.
    if (tape.chance('workload.pipeline', 1, 4)) void append(sea, name, `${request}-ahead`);
    await append(sea, name, `${request}`);
    if (tape.chance('workload.audit', 1, 4)) await audit(sea, name);
  }
  await auditAfterStorm(sea, name);
  await appendAfterStorm(sea, name);
}

/** With all faults off, a line is taken in the end: a log that can be read and not be written has not survived. */
async function appendAfterStorm(sea: SingleNode<LedgerService>, client: string): Promise<void> {
  const { simulation, bench, server } = sea;
  const request = 'last-line';
  bench.observe({ kind: 'client.asked', node: client, request });
  for (let attempt = 0; attempt < lastAttemptsMax && !server.givenUp; attempt += 1) {
    if (await append(sea, client, `${request}-${attempt}`)) {
      bench.observe({ kind: 'client.answered', node: client, request, answer: 'answered' });
      return;
    }
    await pause(simulation, 20);
  }
}

/** False when nobody answered. */
async function append(sea: SingleNode<LedgerService>, client: string, request: string): Promise<boolean> {
  const lines = drawLines(sea.simulation, `${client}/${request}`);
  const acked = await ask(
    sea,
    client,
    request,
    (service) => service.append(lines),
    (lastLsn) => {
      for (const [offset, line] of lines.entries()) {
        const digest = bytesDigest(encode([ledger.name, ledger.encodeEntry(line)]));
        const lsn = lastLsn - lines.length + 1 + offset;
        sea.bench.observe({ kind: 'client.acked', node: client, lsn, digest });
      }
    },
  );
  return acked !== undefined;
}

function drawLines({ tape }: Simulation, request: string): readonly LedgerLine[] {
  return Array.from({ length: tape.between('workload.batch', 1, 4) }, (_, line) => ({
    id: `${request}/${line}`,
    filler: 'x'.repeat(tape.pick('workload.filler', fillerLengths)),
  }));
}
