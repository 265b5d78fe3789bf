import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodePorts } from '../../src/runtime/node/ports.js';
import { Sea } from '../unit/log/sea.js';
import { logContract } from './log.contract.js';

logContract('simulated disk', async (use) => {
  await new Sea().run(use);
});

logContract('simulated disk of a slow day', async (use) => {
  const often = { numerator: 1, denominator: 3 };
  const faults = { 'disk.stall': often, 'disk.blocked': often, 'disk.short-write': often };
  await new Sea({ seed: 7, faults }).run(use);
});

logContract('real disk', async (use) => {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-log-'));
  try {
    await use(nodePorts(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
});
