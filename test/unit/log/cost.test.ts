import { expect, test } from 'vitest';
import type { Ports } from '../../../src/runtime/ports.js';
import { appendAll, bytes, openAndCollect, Sea, withHook } from './sea.js';

/** The same ports, and the disk calls that go through them. */
function counted(ports: Ports) {
  const calls: string[] = [];
  const hooked = withHook(ports, (operation) => {
    calls.push(operation);
    return undefined;
  });
  return { calls, hooked };
}

test('D25: an append costs the same disk calls and bytes when the log has grown a hundredfold', async () => {
  await new Sea().run(async (ports) => {
    const { calls, hooked } = counted(ports);
    const { log } = await openAndCollect(hooked, { directory: 'log', segmentBytes: 1024 * 1024 });
    const costs: string[] = [];
    for (const length of [10, 1000]) {
      for (let index = 0; index < length; index += 1) await appendAll(log, 'record');
      const sizeBefore = await segmentSize(ports);
      calls.length = 0;
      await appendAll(log, 'record');
      costs.push(`${calls.join()} ${(await segmentSize(ports)) - sizeBefore}`);
    }
    expect(costs).toEqual(['writeAt,sync 512', 'writeAt,sync 512']);
  });
});

test('appends that are made while a flush is on share the next one', async () => {
  await new Sea().run(async (ports) => {
    const { calls, hooked } = counted(ports);
    const { log } = await openAndCollect(hooked);
    await appendAll(log, 'first');
    calls.length = 0;
    log.append([bytes('alone')]);
    await Promise.resolve();
    for (let index = 0; index < 100; index += 1) log.append([bytes(`${index}`)]);
    await log.durable(log.lastLsn);
    expect(calls).toEqual(['writeAt', 'sync', 'writeAt', 'sync']);
  });
});

test('appends of one turn share one flush', async () => {
  await new Sea().run(async (ports) => {
    const { calls, hooked } = counted(ports);
    const { log } = await openAndCollect(hooked);
    await appendAll(log, 'first');
    calls.length = 0;
    await appendAll(log, 'a', 'b', 'c');
    expect(calls).toEqual(['writeAt', 'sync']);
  });
});

async function segmentSize(ports: Ports): Promise<number> {
  const file = await ports.disk.open('log/segment-0000000000000001.log', 'existing');
  const size = await file.size();
  await file.close();
  return size;
}
