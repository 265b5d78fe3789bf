import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NodeEntropy } from '../../../src/runtime/node/entropy.js';
import { nodePorts } from '../../../src/runtime/node/ports.js';

test('the ports of a machine work together', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-ports-'));
  try {
    const { clock, disk, entropy, probe } = nodePorts(folder);
    expect(clock.wallMs()).toBeGreaterThan(1_700_000_000_000);
    const file = await disk.open('a', 'create');
    const bytes = entropy.bytes(100_000);
    await file.append(bytes);
    expect(Buffer.compare(await file.read(0, 100_000), bytes)).toBe(0);
    await file.close();
    probe.event('test.done', { bytes: bytes.length });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a bound out of range is refused with its value', () => {
  expect(() => new NodeEntropy().below(0)).toThrow(
    expect.objectContaining({ code: 'ENTROPY_BOUND_INVALID', bound: 0 }),
  );
});
