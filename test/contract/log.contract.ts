import { expect, test } from 'vitest';
import type { Ports } from '../../src/runtime/ports.js';
import {
  LogBusy,
  LogClosed,
  LogCompacted,
  LogLocked,
  LogMisuse,
  RecordTooLarge,
} from '../../src/log/errors.js';
import type { Log } from '../../src/log/log.js';
import { patientDisk } from '../../src/log/patient-disk.js';
import { appendAll, bytes, logOptions, openAndCollect, readAll } from '../unit/log/sea.js';

/** Runs `use` with ports on a fresh disk. */
export type WithPorts = (use: (ports: Ports) => Promise<void>) => Promise<void>;

/** What a log promises on every disk. */
export function logContract(name: string, withPorts: WithPorts): void {
  const on = (title: string, use: (ports: Ports) => Promise<void>): void =>
    test(`${name}: ${title}`, async () => {
      expect.hasAssertions();
      await withPorts(use);
    });

  on('a new log is empty', async (ports) => {
    const { log, records, snapshot } = await openAndCollect(ports);
    expect(records).toEqual([]);
    expect(snapshot).toBeUndefined();
    expect(log).toMatchObject({ lastLsn: 0, durableLsn: 0, snapshotLsn: 0, epoch: 1 });
    await log.close();
  });

  on('what was durable is recovered in order, also after an opening that wrote nothing', async (ports) => {
    const { log } = await openAndCollect(ports);
    await appendAll(log, 'a', '', 'c'.repeat(2000));
    await log.close();
    for (let life = 0; life < 2; life += 1) {
      const again = await openAndCollect(ports);
      expect(again.records).toEqual(['a', '', 'c'.repeat(2000)]);
      expect(again.log).toMatchObject({ lastLsn: 3, durableLsn: 3, epoch: 2 });
      await again.log.close();
    }
  });

  on('closing makes durable what was appended', async (ports) => {
    const { log } = await openAndCollect(ports);
    log.append([bytes('a'), bytes('b')]);
    const closed = log.close();
    expect(() => log.append([bytes('c')])).toThrow(LogClosed);
    await closed;
    await log.close();
    expect(log.durableLsn).toBe(2);
    await expect(log.snapshot(1, bytes('state'))).rejects.toBeInstanceOf(LogClosed);
    await expect(log.compact()).rejects.toBeInstanceOf(LogClosed);
    await expect(log.rotate()).rejects.toBeInstanceOf(LogClosed);
    const again = await openAndCollect(ports);
    expect(again.records).toEqual(['a', 'b']);
    await again.log.close();
  });

  on('the bytes given to append are copied', async (ports) => {
    const { log } = await openAndCollect(ports);
    const mine = bytes('before');
    log.append([mine]);
    mine.fill(0);
    await log.durable(1);
    expect(await readAll(log)).toEqual(['before']);
    await log.close();
  });

  on('LSNs count records from 1, over batches and openings', async (ports) => {
    for (const firstLsn of [1, 6]) {
      const { log } = await openAndCollect(ports);
      expect(log.append(['a', 'b'].map(bytes))).toEqual({ firstLsn, lastLsn: firstLsn + 1 });
      expect(log.append(['c', 'd', 'e'].map(bytes))).toEqual({
        firstLsn: firstLsn + 2,
        lastLsn: firstLsn + 4,
      });
      expect(log.lastLsn).toBe(firstLsn + 4);
      await log.close();
    }
  });

  on('waiters are told in the order of their LSNs, each when its record is durable', async (ports) => {
    const { log } = await openAndCollect(ports);
    const told: number[] = [];
    const wait = (lsn: number) =>
      log.durable(lsn).then(() => {
        expect(log.durableLsn).toBeGreaterThanOrEqual(lsn);
        told.push(lsn);
      });
    for (let lsn = 1; lsn <= 3; lsn += 1) log.append([bytes('first')]);
    const waits = [wait(3), wait(1), wait(2)];
    await log.durable(1);
    for (let lsn = 4; lsn <= 6; lsn += 1) log.append([bytes('second')]);
    await Promise.all([...waits, wait(6), wait(5), wait(4)]);
    expect(told).toEqual([1, 2, 3, 4, 5, 6]);
    await log.close();
  });

  on('D28: a second opening is refused while the first is there', async (ports) => {
    const { log } = await openAndCollect(ports);
    await expect(openAndCollect(ports)).rejects.toBeInstanceOf(LogLocked);
    await appendAll(log, 'a');
    await log.close();
    const again = await openAndCollect(ports);
    expect(again.records).toEqual(['a']);
    await again.log.close();
  });

  on('D26: what cannot be taken is refused before anything is written', async (ports) => {
    const { log } = await openAndCollect(ports, { ...logOptions, pendingBytesMax: 1000 });
    expect(() => log.append([bytes('x'.repeat(997))])).toThrow(RecordTooLarge);
    expect(() => log.append([])).toThrow(LogMisuse);
    expect(log.lastLsn).toBe(0);
    log.append([bytes('x'.repeat(600))]);
    expect(() => log.append([bytes('y'.repeat(600))])).toThrow(LogBusy);
    expect(log.lastLsn).toBe(1);
    await log.durable(1);
    log.append([bytes('y'.repeat(996))]);
    await expect(log.durable(3)).rejects.toBeInstanceOf(LogMisuse);
    await log.durable(2);
    await expect(log.snapshot(2, new Uint8Array(64 * 1024 * 1024 + 1))).rejects.toBeInstanceOf(
      RecordTooLarge,
    );
    expect((await readAll(log)).map((content) => content.length)).toEqual([600, 996]);
    await log.close();
    const again = await openAndCollect(ports);
    expect(again.records.map((content) => content.length)).toEqual([600, 996]);
    await again.log.close();
  });

  on('a segment that is full is followed by another', async (ports) => {
    const { log } = await openAndCollect(ports);
    const digits = '0123456789'.split('');
    const long = 'x'.repeat(1400);
    for (let index = 0; index < 10; index += 1) await appendAll(log, `${index}${long}`);
    expect(await segments(ports)).toHaveLength(5);
    expect((await readAll(log)).map((content) => content[0])).toEqual(digits);
    await log.close();
    const again = await openAndCollect(ports);
    expect(again.records.map((content) => content[0])).toEqual(digits);
    await again.log.close();
  });

  on('a batch larger than a segment gets one of its own', async (ports) => {
    const { log } = await openAndCollect(ports);
    for (const length of [10_000, 1, 20_000]) await appendAll(log, 'x'.repeat(length));
    expect(await segments(ports)).toHaveLength(3);
    expect((await readAll(log)).map((content) => content.length)).toEqual([10_000, 1, 20_000]);
    await log.close();
  });

  on('rotation begins a new segment with the next flush, and only then', async (ports) => {
    const { log } = await openAndCollect(ports);
    await log.rotate();
    await appendAll(log, 'a');
    await log.rotate();
    await log.rotate();
    expect(await segments(ports)).toHaveLength(1);
    await appendAll(log, 'b');
    expect(await segments(ports)).toHaveLength(2);
    await log.close();
  });

  on('D30: reading goes by position, and ends with what was durable when it began', async (ports) => {
    const { log } = await openAndCollect(ports);
    await appendAll(log, 'a', 'b', 'c');
    await log.rotate();
    await appendAll(log, 'd', 'e');
    expect(await readAll(log, 1)).toEqual(['b', 'c', 'd', 'e']);
    expect(await readAll(log, 3)).toEqual(['d', 'e']);
    expect(await readAll(log, 5)).toEqual([]);
    const read: number[] = [];
    for await (const { lsn } of log.readSince(3)) {
      read.push(lsn);
      if (read.length === 1) await appendAll(log, 'f');
    }
    expect(read).toEqual([4, 5]);
    await log.close();
  });

  on('snapshots and compaction shorten the log and what is recovered', async (ports) => {
    const { log } = await openAndCollect(ports);
    await fill(log);
    await log.compact();
    expect(await segments(ports)).toHaveLength(3);
    await log.snapshot(2, bytes('state 2'));
    await log.snapshot(4, bytes('state 4'));
    expect(log.snapshotLsn).toBe(4);
    expect(await readAll(log)).toHaveLength(6);
    await log.compact();
    expect(await segments(ports)).toEqual(['segment-0000000000000005.log']);
    expect(await list(ports)).toContain('snapshot-0000000000000004.snap');
    expect(await list(ports)).not.toContain('snapshot-0000000000000002.snap');
    await expect(readAll(log, 3)).rejects.toMatchObject({ code: 'LOG_COMPACTED', firstLsn: 5 });
    expect(await readAll(log, 4)).toEqual(['5', '6']);
    await log.close();
    const again = await openAndCollect(ports);
    expect(again).toMatchObject({ snapshot: { lsn: 4, text: 'state 4' }, records: ['5', '6'] });
    expect(again.log).toMatchObject({ lastLsn: 6, snapshotLsn: 4 });
    await expect(readAll(again.log)).rejects.toBeInstanceOf(LogCompacted);
    await again.log.close();
  });

  on('reading says so when compaction takes the segment away', async (ports) => {
    const { log } = await openAndCollect(ports);
    await fill(log);
    await log.snapshot(6, bytes('state'));
    const reader = log.readSince(0)[Symbol.asyncIterator]();
    expect(await reader.next()).toMatchObject({ value: { lsn: 1 } });
    await log.compact();
    expect(await reader.next()).toMatchObject({ value: { lsn: 2 } });
    await expect(reader.next()).rejects.toMatchObject({ code: 'LOG_COMPACTED', firstLsn: 5 });
    const racing = readAll(log, 0);
    await expect(racing).rejects.toBeInstanceOf(LogCompacted);
    await log.close();
  });

  on('a snapshot of nothing is a snapshot', async (ports) => {
    const { log } = await openAndCollect(ports);
    await log.snapshot(0, bytes(''));
    await log.close();
    const again = await openAndCollect(ports);
    expect(again.snapshot).toEqual({ lsn: 0, text: '' });
    await appendAll(again.log, 'a');
    await again.log.close();
  });

  on('options without sense are refused', async (ports) => {
    for (const wrong of [{ segmentBytes: 1023 }, { segmentBytes: 1e300 }, { pendingBytesMax: 0 }]) {
      await expect(openAndCollect(ports, { ...logOptions, ...wrong })).rejects.toBeInstanceOf(LogMisuse);
    }
  });
}

/** Three segments of two records each. */
async function fill(log: Log): Promise<void> {
  for (const [first, second] of [
    ['1', '2'],
    ['3', '4'],
    ['5', '6'],
  ] as const) {
    await appendAll(log, first, second);
    await log.rotate();
  }
}

async function segments(ports: Ports): Promise<readonly string[]> {
  const names = await list(ports);
  return names.filter((file) => file.startsWith('segment-'));
}

/** The names in the log's directory, also from a disk that is busy at times. */
function list(ports: Ports): Promise<readonly string[]> {
  return patientDisk(ports.disk, ports.clock, ports.probe).list(logOptions.directory);
}
