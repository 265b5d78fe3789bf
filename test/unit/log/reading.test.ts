import { expect, test } from 'vitest';
import { DiskError } from '../../../src/runtime/disk.js';
import { appendAll, bytes, type Hook, openAndCollect, readAll, Sea, withHook } from './sea.js';

const firstSegment = 'log/segment-0000000000000001.log';

test.each([
  ['a record', 512 + 12 + 36],
  ['the header', 9],
])('damage that comes after the opening is told by reading: %s', async (_, offset) => {
  await new Sea().run(async (ports) => {
    const { log } = await openAndCollect(ports);
    await appendAll(log, 'a');
    const file = await ports.disk.open(firstSegment, 'existing');
    await file.writeAt(offset, bytes('!'));
    await file.close();
    await expect(readAll(log)).rejects.toMatchObject({ code: 'LOG_DAMAGED', path: firstSegment });
    await log.close();
  });
});

test('a segment that lost its end after the opening is damage, not the end of the log', async () => {
  await new Sea().run(async (ports) => {
    const { log } = await openAndCollect(ports);
    await appendAll(log, 'a');
    await appendAll(log, 'b');
    const file = await ports.disk.open(firstSegment, 'existing');
    await file.truncate(1024);
    await file.close();
    await expect(readAll(log)).rejects.toMatchObject({ code: 'LOG_DAMAGED', offset: 1536 });
    await log.close();
  });
});

test('a segment of another log in the place of one is damage', async () => {
  await new Sea().run(async (ports) => {
    const { log } = await openAndCollect(ports);
    const { log: other } = await openAndCollect(ports, { directory: 'other', segmentBytes: 4096 });
    await appendAll(log, 'a');
    await appendAll(other, 'b');
    await ports.disk.rename('other/segment-0000000000000001.log', firstSegment);
    await expect(readAll(log)).rejects.toMatchObject({ code: 'LOG_DAMAGED', offset: 0 });
    await log.close();
  });
});

test('a segment that compaction removes while it is being opened was compacted', async () => {
  const control = { blocked: false };
  const hook: Hook = (operation, path) => {
    if (!control.blocked || operation !== 'open' || path !== firstSegment) return undefined;
    control.blocked = false;
    return new DiskError('EAGAIN', operation, path);
  };
  await new Sea().run(async (ports) => {
    const { log } = await openAndCollect(withHook(ports, hook));
    await appendAll(log, 'a');
    await log.rotate();
    await appendAll(log, 'b');
    await log.snapshot(2, bytes('state'));
    control.blocked = true;
    const read = readAll(log);
    const compacted = log.compact();
    await expect(read).rejects.toMatchObject({ code: 'LOG_COMPACTED', firstLsn: 2 });
    await compacted;
    expect(control.blocked).toBe(false);
    await log.close();
  });
});
