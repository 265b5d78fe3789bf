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
    await ports.clock.sleep(0);
    expect(calls).toEqual(['writeAt']);
    for (let index = 0; index < 100; index += 1) log.append([bytes(`${index}`)]);
    await log.durable(log.lastLsn);
    expect(calls).toEqual(['writeAt', 'sync', 'writeAt', 'sync']);
  });
});

test('whoever appends again as soon as a flush is over shares the next one with all who wait', async () => {
  await new Sea().run(async (ports) => {
    const { calls, hooked } = counted(ports);
    const { log } = await openAndCollect(hooked, { directory: 'log', segmentBytes: 1024 * 1024 });
    const appender = async (): Promise<void> => {
      for (let index = 0; index < 10; index += 1) await appendAll(log, 'record');
    };
    const first = appender();
    await ports.clock.sleep(0);
    await Promise.all([first, ...Array.from({ length: 20 }, appender)]);
    expect(calls.filter((call) => call === 'writeAt').length).toBeLessThanOrEqual(1 + 12);
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

test('every file that was opened is closed again', async () => {
  await new Sea().run(async (ports) => {
    const { calls, hooked } = counted(ports);
    for (let life = 0; life < 2; life += 1) {
      const { log } = await openAndCollect(hooked);
      for (const content of ['a', 'b', 'c']) {
        await appendAll(log, content);
        await log.rotate();
      }
      await log.snapshot(2, bytes('state'));
      await log.compact();
      for await (const { lsn } of log.readSince(2)) if (lsn === 3) break;
      await log.close();
    }
    const count = (operation: string): number => calls.filter((call) => call === operation).length;
    expect(count('open')).toBeGreaterThan(10);
    expect(count('close')).toBe(count('open'));
  });
});
