import { expect, test } from 'vitest';
import type { Disk } from '../../../src/runtime/disk.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape } from '../../../sim/kernel/tape.js';
import { SimulatedDisk } from '../../../sim/world/disk/simulated-disk.js';

/** The digest after a process has done something on an empty disk and died; or the machine has, with all that was not synced kept. */
async function digestAfter(
  act: (disk: Disk) => Promise<void>,
  crash: 'process' | 'power' = 'process',
): Promise<string> {
  const simulation = new Simulation(new Tape({ choices: [] }));
  const disk = new SimulatedDisk(simulation, { node: 'node', faults: {} });
  const process = simulation.process('node', (life) => act(disk.bind(life)));
  process.start();
  await simulation.run({ events: 1000, timeMs: 1000 });
  process.crash('done');
  disk.crash(crash);
  return disk.stateDigest();
}

async function write(disk: Disk, path: string, text: string, isSynced = false): Promise<void> {
  const file = await disk.open(path, 'create');
  await file.writeAt(0, new TextEncoder().encode(text));
  if (isSynced) await file.sync();
}

test('equal disks have equal digests', async () => {
  const one = await digestAfter((disk) => write(disk, 'page', 'text'));
  expect(await digestAfter((disk) => write(disk, 'page', 'text'))).toBe(one);
});

test.each([
  ['content', (disk: Disk) => write(disk, 'page', 'tent')],
  ['a name', (disk: Disk) => write(disk, 'leaf', 'text')],
  ['what is durable', (disk: Disk) => write(disk, 'page', 'text', true)],
  [
    'the durability of a name',
    async (disk: Disk) => {
      await write(disk, 'page', 'text');
      await disk.syncDirectory('');
    },
  ],
])('disks that differ by %s have different digests', async (_, act) => {
  const one = await digestAfter((disk) => write(disk, 'page', 'text'));
  expect(await digestAfter(act)).not.toBe(one);
});

test('after a loss of power it does not matter what was synced', async () => {
  const synced = await digestAfter((disk) => write(disk, 'page', 'text', true), 'power');
  expect(await digestAfter((disk) => write(disk, 'page', 'text'), 'power')).toBe(synced);
});
