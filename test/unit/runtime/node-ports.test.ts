import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { NodeClock } from '../../../src/runtime/node/clock.js';
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

test('a sleep longer than a timer can run sets no timer that long', async () => {
  const set = vi.spyOn(globalThis, 'setTimeout');
  try {
    const controller = new AbortController();
    const sleep = new NodeClock().sleep(2 ** 33, controller.signal);
    expect(set.mock.calls.map(([, durationMs]) => durationMs)).toEqual([2 ** 31 - 1]);
    controller.abort();
    await expect(sleep).rejects.toMatchObject({ code: 'SLEEP_ABORTED' });
  } finally {
    set.mockRestore();
  }
});

test('a timer that fires early does not end the sleep', async () => {
  const set = vi.spyOn(globalThis, 'setTimeout');
  const now = vi.spyOn(performance, 'now');
  for (const moment of [100, 100.9, 101.2]) now.mockReturnValueOnce(moment);
  try {
    await new NodeClock().sleep(1);
    expect(set.mock.calls.map(([, durationMs]) => durationMs)).toEqual([1, 1]);
  } finally {
    now.mockRestore();
    set.mockRestore();
  }
});

test('a sleep leaves nothing behind on its signal', async () => {
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  await new NodeClock().sleep(1, signal);
  expect(added.mock.calls.length).toBeGreaterThan(0);
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
    added.mock.calls.map(([, listener]) => listener),
  );
});
