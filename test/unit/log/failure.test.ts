import { describe, expect, test } from 'vitest';
import { DiskError, type DiskErrorCode, type DiskOperation } from '../../../src/runtime/disk.js';
import { LogClosed, LogFailed, LogUnreadable, SnapshotFailed } from '../../../src/log/errors.js';
import { appendAll, bytes, type Hook, logOptions, openAndCollect, readAll, Sea, withHook } from './sea.js';

/** Fails the first matching call with `code`, once `armed`. */
function failingOnce(operation: DiskOperation, code: DiskErrorCode, part = '') {
  const control = { armed: false, calls: 0 };
  const hook: Hook = (called, path) => {
    if (!control.armed || called !== operation || !path.includes(part)) return undefined;
    control.calls += 1;
    return control.calls === 1 ? new DiskError(code, operation, path) : undefined;
  };
  return { control, hook };
}

describe('a failed write or sync is final for the handle', () => {
  test.each([
    ['writeAt', 'EIO', 'io'],
    ['writeAt', 'ENOSPC', 'no-space'],
    ['sync', 'EIO', 'io'],
    ['sync', 'ENOSPC', 'no-space'],
    ['open', 'ENOSPC', 'no-space'],
    ['syncDirectory', 'EIO', 'io'],
  ] as const)('W3: %s fails with %s', async (operation, code, kind) => {
    const { control, hook } = failingOnce(operation, code);
    const sea = new Sea();
    await sea.run(async (ports) => {
      const { log } = await openAndCollect(withHook(ports, hook));
      await appendAll(log, 'a', 'b');
      await log.rotate();
      control.armed = true;
      log.append([bytes('c')]);
      const first = log.durable(3);
      const second = log.durable(3);
      await expect(first).rejects.toMatchObject({ code: 'LOG_FAILED', kind, cause: { code } });
      await expect(second).rejects.toBeInstanceOf(LogFailed);
      const failed = await log.failure;
      expect(() => log.append([bytes('d')])).toThrow(failed);
      await expect(log.durable(3)).rejects.toBe(failed);
      await expect(log.snapshot(2, bytes('state'))).rejects.toBe(failed);
      await expect(log.compact()).rejects.toBe(failed);
      await expect(log.rotate()).rejects.toBe(failed);
      expect(control.calls).toBe(1);
      expect(log.durableLsn).toBe(2);
      expect(await readAll(log)).toEqual(['a', 'b']);
      await log.durable(2);
      await log.close();
      await expect(readAll(log)).rejects.toBeInstanceOf(LogClosed);
    });
    await sea.run(async (ports) => {
      const { log, records } = await openAndCollect(ports);
      expect(records.slice(0, 2)).toEqual(['a', 'b']);
      await appendAll(log, 'e');
      await log.close();
    });
  });

  test('nobody has to look at a rejected promise', async () => {
    const { control, hook } = failingOnce('sync', 'EIO');
    await new Sea().run(async (ports) => {
      const { log } = await openAndCollect(withHook(ports, hook));
      control.armed = true;
      log.append([bytes('a')]);
      void log.durable(1);
      await log.failure;
      await log.close();
    });
    // An unhandled rejection would fail the whole test run.
    expect(control.calls).toBe(1);
  });
});

describe('ATC20: after a failed sync the cache shows what the disk does not have', () => {
  test('recovery writes the last flush again before it shows it', async () => {
    const often = { numerator: 1, denominator: 5 };
    const always = { numerator: 1, denominator: 1 };
    let failures = 0;
    let recoveredAgain = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const sea = new Sea({ seed, faults: { 'disk.eio-sync': often, 'disk.marked-clean': always } });
      let shown: readonly string[] = [];
      for (let life = 0; life < 8; life += 1) {
        const crash = life % 2 === 0 ? 'process' : 'power';
        await sea.run(async (ports) => {
          try {
            const { log, records } = await openAndCollect(ports);
            expect(records.slice(0, shown.length)).toEqual(shown);
            if (records.length > shown.length) recoveredAgain += 1;
            shown = records;
            await appendAll(log, `${life}`);
            shown = [...records, `${life}`];
          } catch (error) {
            if (!(error instanceof LogFailed)) throw error;
            failures += 1;
          }
        }, crash);
      }
    }
    expect(failures).toBeGreaterThan(100);
    // Records of failed syncs that were there after all, shown, and never taken back.
    expect(recoveredAgain).toBeGreaterThan(5);
  });
});

describe('EAGAIN', () => {
  test('is waited out on every call, with pauses that double up to a second, and loses nothing', async () => {
    const calls = new Map<string, number>();
    const sea = new Sea();
    const stubborn: Hook = (operation, path) => {
      const key = `${operation} ${path}`;
      const count = calls.get(key) ?? 0;
      calls.set(key, count + 1);
      return count < 12 ? new DiskError('EAGAIN', operation, path) : undefined;
    };
    await sea.run(async (ports) => {
      const { log } = await openAndCollect(withHook(ports, stubborn));
      await appendAll(log, 'a', 'b');
      await log.rotate();
      await log.snapshot(1, bytes('state'));
      await appendAll(log, 'c');
      await log.compact();
      expect(await readAll(log)).toEqual(['a', 'b', 'c']);
      await log.close();
    });
    await sea.run(async (ports) => expect((await openAndCollect(ports)).records).toEqual(['b', 'c']));
    const oneCallMs = 1 + 2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 512 + 1000 + 1000;
    expect(sea.simulation.nowMs).toBeGreaterThanOrEqual(oneCallMs);
  });
});

describe('a short write', () => {
  test('is continued where it stopped', async () => {
    const sea = new Sea({ seed: 1, faults: { 'disk.short-write': { numerator: 1, denominator: 2 } } });
    const long = 'x'.repeat(3000);
    await sea.run(async (ports) => {
      const { log } = await openAndCollect(ports);
      for (let index = 0; index < 10; index += 1) await appendAll(log, `${index}${long}`);
      await log.snapshot(5, bytes(long));
    }, 'power');
    expect(sea.simulation.faults.counts().get('disk.short-write')?.effective).toBeGreaterThan(0);
    await sea.run(async (ports) => {
      const { records, snapshot } = await openAndCollect(ports);
      expect(records.map((content) => content[0])).toEqual(['5', '6', '7', '8', '9']);
      expect(snapshot).toEqual({ lsn: 5, text: long });
    });
  });
});

describe('a full disk', () => {
  test('can be opened and read', async () => {
    const full: Hook = (operation, path) =>
      operation === 'writeAt' && path.includes('0002') ? new DiskError('ENOSPC', operation, path) : undefined;
    const sea = new Sea();
    await sea.run(async (ports) => appendAll((await openAndCollect(ports)).log, 'a'));
    for (let life = 0; life < 2; life += 1) {
      await sea.run(async (ports) => {
        const { log, records } = await openAndCollect(withHook(ports, full));
        expect(records).toEqual(['a']);
        log.append([bytes('b')]);
        expect(await log.failure).toMatchObject({ kind: 'no-space' });
        expect(await readAll(log)).toEqual(['a']);
      });
    }
  });

  test.each(['open', 'writeAt', 'sync'] as const)(
    'fails a snapshot alone when there is no room at its %s',
    async (operation) => {
      const { control, hook } = failingOnce(operation, 'ENOSPC', '.tmp');
      const sea = new Sea();
      await sea.run(async (ports) => {
        const { log } = await openAndCollect(withHook(ports, hook));
        await appendAll(log, 'a', 'b');
        control.armed = true;
        const failed = log.snapshot(1, bytes('state'));
        await expect(failed).rejects.toBeInstanceOf(SnapshotFailed);
        await expect(failed).rejects.toMatchObject({ code: 'SNAPSHOT_FAILED', lsn: 1 });
        expect(log.snapshotLsn).toBe(0);
        expect((await ports.disk.list('log')).filter((name) => name.includes('snapshot'))).toEqual([]);
        await log.snapshot(2, bytes('state'));
        await appendAll(log, 'c');
        await log.close();
      });
      await sea.run(async (ports) => {
        expect(await openAndCollect(ports)).toMatchObject({ snapshot: { lsn: 2 }, records: ['c'] });
      });
    },
  );

  test('any other failure of a snapshot, or one behind its rename, fails the log', async () => {
    for (const [operation, code] of [
      ['writeAt', 'EIO'],
      ['rename', 'ENOSPC'],
      ['syncDirectory', 'ENOSPC'],
    ] as const) {
      const { control, hook } = failingOnce(operation, code);
      await new Sea().run(async (ports) => {
        const { log } = await openAndCollect(withHook(ports, hook));
        await appendAll(log, 'a');
        control.armed = true;
        await expect(log.snapshot(1, bytes('state'))).rejects.toBeInstanceOf(LogFailed);
        expect(log.snapshotLsn).toBe(0);
        expect(() => log.append([bytes('b')])).toThrow(LogFailed);
        await log.close();
      });
    }
  });
});

describe('D27: a disk that does not answer is not an empty disk', () => {
  test.each([
    ['list', 'EIO', ''],
    ['list', 'ENOENT', ''],
    ['open', 'EIO', 'segment'],
    ['open', 'ENOENT', 'segment'],
    ['size', 'EIO', 'segment'],
    ['read', 'EIO', 'segment'],
    ['read', 'EIO', 'snapshot'],
  ] as const)('%s fails with %s (%s)', async (operation, code, part) => {
    const { control, hook } = failingOnce(operation, code, part);
    const sea = new Sea();
    await sea.run(async (ports) => {
      const { log } = await openAndCollect(ports);
      await appendAll(log, 'a', 'b');
      await log.snapshot(1, bytes('state'));
      await log.close();
    });
    const before = sea.disk.paths().map((path) => [path, [...(sea.disk.cached(path) ?? [])]]);
    control.armed = true;
    await sea.run(async (ports) => {
      await expect(openAndCollect(withHook(ports, hook))).rejects.toBeInstanceOf(LogUnreadable);
    });
    expect(sea.disk.paths().map((path) => [path, [...(sea.disk.cached(path) ?? [])]])).toEqual(before);
    await sea.run(async (ports) => expect((await openAndCollect(ports, logOptions)).records).toEqual(['b']));
  });
});
