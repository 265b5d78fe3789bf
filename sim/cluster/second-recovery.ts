import type { Ports } from '../../src/runtime/ports.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Fact } from '../oracles/facts.js';
import type { SimulatedDisk } from '../world/disk/simulated-disk.js';
import { simulatedPorts } from '../world/ports.js';
import type { Audit, Service } from './service.js';
import type { Witness } from './witness.js';

/**
 * The law, at this very moment: recovers a copy of the node's disk, as it would be after the loss of all that is not durable, and again,
 * and compares both with the fold of the records there. The original is not touched. A disk that has damaged something, or lied, is let
 * off: its copy owes nothing.
 */
export async function compareCopy(
  simulation: Simulation,
  options: {
    readonly node: string;
    readonly disk: SimulatedDisk;
    readonly bench: Bench<Fact>;
    readonly witness: Witness;
    readonly open: (ports: Ports, life: Life) => Promise<Service>;
  },
): Promise<void> {
  const { node, disk, bench, witness, open } = options;
  const lies = simulation.faults.counts().get('disk.lying-sync')?.fired ?? 0;
  if (lies > 0 || disk.damages().length > 0) return;
  const copy = disk.fork();
  const { promisedLsn } = witness;
  let expected = witness.expectedOfCopy(copy, promisedLsn);
  for (const way of ['recovered-from-durable', 'recovered-again'] as const) {
    const found = await recover(simulation, copy, open);
    // What a node records about its new life while it opens is a part of its log like any other.
    if (found !== undefined && found.lsn > expected.lsn) {
      expected = witness.expectedOfCopy(copy, promisedLsn);
    }
    const { lsn } = expected;
    bench.observe({
      kind: 'node.folded',
      node,
      way,
      lsn,
      expected: inWords(expected),
      found: inWords(found),
    });
  }
}

function inWords(recovered: Audit | undefined): string {
  return recovered === undefined ? 'failed' : `${recovered.lsn}/${recovered.digest}`;
}

function recover(
  simulation: Simulation,
  disk: SimulatedDisk,
  open: (ports: Ports, life: Life) => Promise<Service>,
): Promise<Audit | undefined> {
  return new Promise((resolve) => {
    const process = simulation.process(
      'copy',
      async (life) => {
        try {
          const service = await open(simulatedPorts(life, disk), life);
          resolve(await service.audit());
        } catch {
          resolve(undefined);
        }
        process.crash('done');
      },
      () => disk.crash('process'),
    );
    process.start();
  });
}
