import { describe, expect, test } from 'vitest';
import { Beat } from '../../../sim/campaign/beat.js';
import { sailShortForm } from '../../../sim/campaign/short-form.js';
import { sweepStretch } from '../../../sim/campaign/sweep-stretch.js';
import { limitsOf } from '../../../sim/campaign/sweep-tally.js';
import type { CrashPoint, Life } from '../../../sim/kernel/process.js';
import type { Simulation } from '../../../sim/kernel/simulation.js';
import { sail, type Scenario } from '../../../sim/kernel/voyage.js';
import { crashByOrder, orderedPoint, orderOf } from '../../../sim/nemesis/crash-order.js';
import { drawDiskFaults } from '../../../sim/nemesis/disk-swarm.js';
import { SimulatedDisk } from '../../../sim/world/disk/simulated-disk.js';

const kinds = ['disk.lost-unsynced', 'disk.reordered', 'disk.torn'] as const;
const page = new Uint8Array(1024).fill(1, 0, 512).fill(2, 512);

/**
 * A machine that writes a page of two sectors, and says so. In its next lives it looks at what it has. `flaw`: it says so before it is
 * true, or it throws a whole page away to write it again.
 */
function notebook(seen: Set<string>, flaw: 'none' | 'hasty' | 'rewrites'): Scenario {
  const write = async (life: Life, disk: SimulatedDisk): Promise<void> => {
    const port = disk.bind(life);
    const isThere = (await port.list('')).includes('page');
    const file = await port.open('page', isThere ? 'existing' : 'create');
    if (!isThere) await port.syncDirectory('');
    if (flaw === 'rewrites' && isThere) await file.truncate(0);
    await file.writeAt(0, page);
    if (flaw !== 'hasty') await file.sync();
  };
  return {
    name: 'notebook',
    summary: 'a page that is kept',
    schema: 1,
    faults: kinds,
    invariants: ['kept'],
    eventsMax: 1000,
    timeMaxMs: 1000,
    shortForm: kinds.map((kind) => ({ label: `swarm.${kind}`, occurrence: 0, value: 1 })),
    sail: (simulation) => sailNotebook(simulation, seen, write),
  };
}

function sailNotebook(
  simulation: Simulation,
  seen: Set<string>,
  write: (life: Life, disk: SimulatedDisk) => Promise<void>,
): void {
  const { tape, faults } = simulation;
  const disk = new SimulatedDisk(simulation, { node: 'node', faults: drawDiskFaults(tape, kinds) });
  let isWritten = false;
  let isRecovering = false;
  const live = async (life: Life): Promise<void> => {
    isRecovering = true;
    const content = contentOf(disk.cached('page'));
    if (life.incarnation === 2) seen.add(content);
    simulation.checked('kept');
    if (isWritten && content !== '12') {
      simulation.fail({ invariant: 'kept', subject: 'page', message: `the page is ${content}` });
    }
    await write(life, disk);
    isWritten = true;
    isRecovering = false;
    await life.sleep(10);
  };
  let order: CrashPoint | undefined;
  const process = simulation.process('node', live, () => {
    if (isRecovering) faults.fired('process.crash-in-recovery');
    if (order === undefined) disk.crash('process');
    else crashByOrder(simulation, disk);
    simulation.schedule(1, start);
  });
  const start = (): void => {
    order = orderedPoint(tape, 'node');
    process.start(order);
  };
  start();
}

/** A sector by its first byte; 'none' where there is no page. */
function contentOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return 'none';
  return Array.from({ length: bytes.length / 512 }, (_, sector) => String(bytes[512 * sector])).join('');
}

async function sweepAll(scenario: Scenario, depth: 1 | 2) {
  const { machines, verdict } = await sailShortForm(scenario);
  expect(verdict).toMatchObject({ end: 'idle', violation: undefined });
  const [machine] = machines;
  if (machine === undefined) throw new Error('no machine asks for its orders');
  const { name, portCalls: calls } = machine;
  const stretch = { scenario: scenario.name, machine: name, firstCall: 1, calls };
  return { calls, tally: await sweepStretch(scenario, stretch, limitsOf(depth), new Beat()) };
}

describe('a sweep', () => {
  test('crashes before and after every port call, and tries every state that the disk may be left in', async () => {
    const seen = new Set<string>();
    const { calls, tally } = await sweepAll(notebook(seen, 'none'), 1);
    // list, open, syncDirectory, writeAt, sync and sleep.
    expect(calls).toBe(6);
    expect(tally).toMatchObject({ points: 12, recoveryPoints: 0, cutPoints: 0, leftOut: 0, inconclusive: 0 });
    // Torn with the size that it had or was to have; reordered; lost; whole.
    expect([...seen].toSorted()).toEqual(['', '02', '1', '10', '12', 'none']);
    expect(tally.failures.size).toBe(0);
    expect(tally.runs).toBe(tally.states + tally.shared);
    expect(tally.shared).toBeGreaterThan(0);
  });

  test('finds what only a crash shows, and its tape shows it again', async () => {
    const scenario = notebook(new Set(), 'hasty');
    const { tally } = await sweepAll(scenario, 1);
    const failure = tally.failures.get('kept');
    expect(failure?.point).toMatchObject({ machine: 'node' });
    const again = await sail(scenario, { choices: failure?.choices ?? [] }, { record: true });
    expect(again).toMatchObject({ end: 'violation', fingerprint: failure?.fingerprint });
    const replayed = await sail(scenario, { choices: again.choices }, { record: true });
    expect(replayed).toMatchObject({
      fingerprint: failure?.fingerprint,
      staleness: { misfits: 0, unused: 0 },
    });
  });

  test('finds what only a crash inside of a recovery shows with a depth of 2', async () => {
    const scenario = notebook(new Set(), 'rewrites');
    expect((await sweepAll(scenario, 1)).tally.failures.size).toBe(0);
    const { tally } = await sweepAll(scenario, 2);
    expect(tally.recoveryPoints).toBeGreaterThan(0);
    expect([...tally.failures.keys()]).toEqual(['kept']);
    expect(tally.failures.get('kept')?.choices).toContainEqual(
      expect.objectContaining({
        label: orderOf('node', 2, { call: 1, when: 'before' }).label,
        occurrence: 1,
      }),
    );
  });

  test('says what its bound has cut', async () => {
    const scenario = notebook(new Set(), 'none');
    const stretch = { scenario: scenario.name, machine: 'node', firstCall: 4, calls: 1 };
    const limits = { depth: 1, statesMax: 3, recoveryStatesMax: 3 } as const;
    const tally = await sweepStretch(scenario, stretch, limits, new Beat());
    expect(tally).toMatchObject({ points: 2, runs: 5, cutPoints: 1 });
    expect(tally.leftOut).toBeGreaterThan(0);
  });
});
