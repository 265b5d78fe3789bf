import { expect, test } from 'vitest';
import { SimulatedDisk } from '../../../sim/world/disk/simulated-disk.js';
import { always, choose, codeOf, DiskBench, glance, half, sector, syncedFile } from './disk-bench.js';

test('short-write: fewer bytes are written than given, and at least one', async () => {
  const bench = new DiskBench({ faults: { 'disk.short-write': always }, source: { seed: 5 } });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    let size = 0;
    for (let index = 0; index < 30; index += 1) {
      const written = await file.append(sector(1));
      expect(written).toBeGreaterThanOrEqual(1);
      expect(written).toBeLessThan(512);
      size += written;
    }
    expect(await file.size()).toBe(size);
    expect(await file.append(Uint8Array.of(7))).toBe(1);
  });
  expect(bench.count('disk.short-write')).toEqual([30, 30]);
});

test('eio-read: reads, lists and opens fail, and change nothing', async () => {
  const bench = new DiskBench({
    faults: { 'disk.eio-read': half },
    source: choose(['disk.eio-read', 0, 1], ['disk.eio-read', 1, 1], ['disk.eio-read', 3, 1]),
  });
  await bench.live(async (disk) => {
    await syncedFile(disk, 'a', sector(1));
    expect(await codeOf(disk.list(''))).toBe('EIO');
    expect(await codeOf(disk.open('a', 'existing'))).toBe('EIO');
    const file = await disk.open('a', 'existing');
    expect(await codeOf(file.read(0, 1))).toBe('EIO');
    expect(glance(await file.read(0, 512))).toEqual([1]);
  });
  expect(bench.count('disk.eio-read')).toEqual([3, 3]);
});

test('eio-write: writes fail and may have written a part; names do not change', async () => {
  const bench = new DiskBench({
    faults: { 'disk.eio-write': half },
    source: choose(...Array.from({ length: 6 }, (_, index) => ['disk.eio-write', index + 1, 1] as const), [
      'disk.eio-write.part',
      0,
      100,
    ]),
  });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    expect(await codeOf(file.append(sector(1)))).toBe('EIO');
    expect(await file.size()).toBe(100);
    expect(await codeOf(file.truncate(0))).toBe('EIO');
    expect(await file.size()).toBe(100);
    expect(await codeOf(disk.rename('a', 'b'))).toBe('EIO');
    expect(await codeOf(disk.remove('a'))).toBe('EIO');
    expect(await codeOf(disk.open('c', 'create'))).toBe('EIO');
    expect(await codeOf(disk.makeDirectory('d'))).toBe('EIO');
    expect(await disk.list('')).toEqual(['a']);
  });
  expect(bench.count('disk.eio-write')).toEqual([6, 6]);
});

test('eio-sync: the sync fails, and without marked-clean a later sync makes all durable', async () => {
  const bench = new DiskBench({
    faults: { 'disk.eio-sync': half, 'disk.lost-unsynced': always },
    source: choose(['disk.eio-sync', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(sector(1));
    expect(await codeOf(file.sync())).toBe('EIO');
    expect(glance(bench.disk.promised('a'))).toEqual([]);
    await file.sync();
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
  expect(bench.count('disk.eio-sync')).toEqual([1, 1]);
});

test('marked-clean: after a failed sync, reads still show what a later sync no longer writes', async () => {
  const bench = new DiskBench({
    faults: { 'disk.eio-sync': half, 'disk.marked-clean': always },
    source: choose(['disk.eio-sync', 1, 1]),
  });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await disk.syncDirectory('');
    await file.append(sector(1));
    await file.append(sector(2));
    expect(await codeOf(file.sync())).toBe('EIO');
    await file.append(sector(3));
    await file.sync();
    expect(glance(await file.read(0, 9999))).toEqual([1, 2, 3]);
    expect(bench.count('disk.marked-clean')).toEqual([1, 0]);
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([0, 0, 3]);
  expect(bench.count('disk.marked-clean')).toEqual([1, 1]);
  expect(bench.disk.damages()).toEqual([]);
});

test('marked-clean is not effective when all was written again', async () => {
  const bench = new DiskBench({
    faults: { 'disk.eio-sync': half, 'disk.marked-clean': always },
    source: choose(['disk.eio-sync', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(sector(1));
    expect(await codeOf(file.sync())).toBe('EIO');
    await file.writeAt(0, sector(1));
    await file.sync();
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
  expect(bench.count('disk.marked-clean')).toEqual([1, 0]);
});

test('marked-clean is not effective when what was written again is lost for another reason', async () => {
  const bench = new DiskBench({
    faults: { 'disk.eio-sync': half, 'disk.marked-clean': always, 'disk.lost-unsynced': always },
    source: choose(['disk.eio-sync', 1, 1]),
  });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await disk.syncDirectory('');
    await file.append(sector(1));
    expect(await codeOf(file.sync())).toBe('EIO');
    await file.writeAt(0, sector(2));
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([]);
  expect(bench.count('disk.marked-clean')).toEqual([1, 0]);
  expect(bench.count('disk.lost-unsynced')).toEqual([1, 1]);
});

test('eio-sync: a directory sync fails and its changes stay unsynced', async () => {
  const bench = new DiskBench({
    faults: { 'disk.eio-sync': always, 'disk.lost-directory-entry': always },
  });
  await bench.live(async (disk) => {
    await disk.open('a', 'create');
    expect(await codeOf(disk.syncDirectory(''))).toBe('EIO');
  }, 'power');
  expect(bench.disk.paths()).toEqual([]);
});

test('no-space: for a span of time nothing grows, a part may have been written, and then there is room', async () => {
  const bench = new DiskBench({
    faults: { 'disk.no-space': half },
    source: choose(['disk.no-space', 2, 1], ['disk.no-space.part', 0, 100]),
  });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(sector(1));
    expect(await codeOf(file.append(sector(2)))).toBe('ENOSPC');
    expect(await file.size()).toBe(612);
    expect(await codeOf(disk.open('b', 'create'))).toBe('ENOSPC');
    expect(await file.writeAt(0, sector(3))).toBe(512);
    await file.sync();
  });
  bench.simulation.schedule(200, () => {});
  await bench.live((disk) => disk.list(''));
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'existing');
    expect(await file.append(sector(4))).toBe(512);
  });
  expect(bench.count('disk.no-space')).toEqual([2, 2]);
});

test('a full disk writes what fits, keeps reading and overwriting, and has room again after a removal', async () => {
  const bench = new DiskBench({ capacityBytes: 2048 });
  await bench.live(async (disk) => {
    const old = await syncedFile(disk, 'old', sector(1, 2));
    const file = await disk.open('a', 'create');
    expect(await file.append(sector(2))).toBe(512);
    expect(await codeOf(file.append(sector(3, 2)))).toBe('ENOSPC');
    expect(await file.size()).toBe(1024);
    expect(await codeOf(file.append(sector(3)))).toBe('ENOSPC');
    expect(await old.writeAt(0, sector(4))).toBe(512);
    await file.sync();
    await disk.remove('old');
    expect(await file.append(sector(5, 2))).toBe(1024);
  });
  expect(bench.count('disk.no-space')).toEqual([2, 2]);
});

test('latent-sector: reads that touch it fail until it is written again', async () => {
  const bench = new DiskBench({
    faults: { 'disk.latent-sector': half },
    source: choose(['disk.latent-sector', 0, 1], ['disk.latent-sector.sector', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1, 3));
    expect(bench.count('disk.latent-sector')).toEqual([1, 0]);
    expect(glance(await file.read(0, 512))).toEqual([1]);
    expect(await codeOf(file.read(500, 20))).toBe('EIO');
    expect(await codeOf(file.read(1000, 10))).toBe('EIO');
    expect(await codeOf(file.writeAt(600, Uint8Array.of(1)))).toBe('EIO');
    await file.writeAt(512, sector(2));
    expect(glance(await file.read(0, 9999))).toEqual([1, 2, 1]);
    await file.sync();
    expect(glance(await file.read(0, 9999))).toEqual([1, 2, 1]);
  });
  expect(bench.count('disk.latent-sector')).toEqual([1, 1]);
  expect(bench.disk.damages()).toEqual([
    { path: 'a', offset: 512, length: 512, kind: 'latent-sector', wasPromised: true },
  ]);
});

test('latent-sector: it is back when the write that covered it is lost', async () => {
  const bench = new DiskBench({
    faults: { 'disk.latent-sector': half, 'disk.lost-unsynced': always },
    source: choose(['disk.latent-sector', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.writeAt(0, sector(2));
    expect(glance(await file.read(0, 512))).toEqual([2]);
  }, 'power');
  expect(await bench.live(async (disk) => codeOf((await disk.open('a', 'existing')).read(0, 1)))).toBe('EIO');
});

test('bit-rot: a bit of the medium flips, and it counts when a read has returned it', async () => {
  const bench = new DiskBench({
    faults: { 'disk.bit-rot': half },
    source: choose(['disk.bit-rot', 0, 1], ['disk.bit-rot.offset', 0, 700], ['disk.bit-rot.bit', 0, 3]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1, 2));
    expect(await file.read(0, 512)).toEqual(sector(1));
    expect(bench.count('disk.bit-rot')).toEqual([1, 0]);
    const bytes = await file.read(512, 512);
    expect(bytes[700 - 512]).toBe(1 ^ 8);
    expect(bytes.filter((byte) => byte !== 1)).toHaveLength(1);
  }, 'power');
  expect(bench.count('disk.bit-rot')).toEqual([1, 1]);
  expect(bench.disk.cached('a')?.[700]).toBe(9);
  expect(bench.disk.promised('a')?.[700]).toBe(1);
  expect(bench.disk.damages()).toEqual([
    { path: 'a', offset: 700, length: 1, kind: 'bit-rot', wasPromised: true },
  ]);
});

test('bit-rot: a byte that was written over does not count, whatever it was written over with', async () => {
  const bench = new DiskBench({
    faults: { 'disk.bit-rot': half },
    source: choose(['disk.bit-rot', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.writeAt(0, Uint8Array.of(0));
    expect(await file.read(0, 2)).toEqual(Uint8Array.of(0, 1));
  });
  expect(bench.count('disk.bit-rot')).toEqual([1, 0]);
});

test('bit-rot under a dirty sector is overwritten by it', async () => {
  const bench = new DiskBench({
    faults: { 'disk.bit-rot': half },
    source: choose(['disk.bit-rot', 1, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.writeAt(0, sector(2));
  }, 'process');
  expect(bench.disk.durable('a')?.content[0]).toBe(0);
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'existing');
    expect(await file.read(0, 512)).toEqual(sector(2));
    await file.sync();
  });
  expect(bench.disk.durable('a')?.content).toEqual(sector(2));
  expect(bench.count('disk.bit-rot')).toEqual([1, 0]);
});

test("misdirected: a written sector lands in another's place, and its own place keeps what it had", async () => {
  const bench = new DiskBench({
    faults: { 'disk.misdirected': half },
    source: choose(['disk.misdirected', 1, 1], ['disk.misdirected.to', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1), sector(2), sector(3));
    await file.writeAt(512, sector(9));
    await file.sync();
    expect(glance(await file.read(0, 9999))).toEqual([9, 2, 3]);
  });
  expect(glance(bench.disk.durable('a')?.content)).toEqual([9, 2, 3]);
  expect(glance(bench.disk.promised('a'))).toEqual([1, 9, 3]);
  expect(bench.count('disk.misdirected')).toEqual([1, 1]);
  expect(bench.disk.damages().map(({ offset, kind }) => [offset, kind])).toEqual([
    [512, 'misdirected'],
    [0, 'misdirected'],
  ]);
});

test('lying-sync: what was claimed to be durable is lost, and that is damage', async () => {
  const bench = new DiskBench({
    faults: { 'disk.lying-sync': half, 'disk.lost-unsynced': always },
    source: choose(['disk.lying-sync', 1, 1]),
  });
  const promises: (readonly number[] | undefined)[] = [];
  bench.disk.onSynced(() => promises.push(glance(bench.disk.promised('a'))));
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.append(sector(2));
    await file.sync();
    expect(glance(bench.disk.durable('a')?.content)).toEqual([1]);
    expect(bench.count('disk.lying-sync')).toEqual([1, 0]);
  }, 'power');
  expect(promises).toEqual([[1], [1], [1, 2]]);
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
  expect(glance(bench.disk.promised('a'))).toEqual([1, 2]);
  expect(bench.count('disk.lying-sync')).toEqual([1, 1]);
  expect(bench.disk.damages()).toEqual([
    { path: 'a', offset: 512, length: 512, kind: 'lost-lied', wasPromised: true },
  ]);
});

test('lying-sync: each lie counts for what it had claimed', async () => {
  const bench = new DiskBench({
    faults: { 'disk.lying-sync': always, 'disk.lost-unsynced': always },
    source: choose(['disk.lost-unsynced.count', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.append(sector(2));
    await file.sync();
    await file.append(sector(3));
    await file.sync();
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
  expect(bench.count('disk.lying-sync')).toEqual([3, 2]);
});

test('lying-sync: an older version of what was claimed is still damage', async () => {
  const bench = new DiskBench({ faults: { 'disk.lying-sync': always, 'disk.lost-unsynced': always } });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.writeAt(0, sector(2));
    await file.sync();
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
  expect(glance(bench.disk.promised('a'))).toEqual([2]);
  expect(bench.count('disk.lying-sync')).toEqual([2, 1]);
  expect(bench.disk.damages()).toHaveLength(1);
});

test('lying-sync: a truncation that was claimed to be durable is lost', async () => {
  const bench = new DiskBench({
    faults: { 'disk.lying-sync': half, 'disk.lost-unsynced': always },
    source: choose(['disk.lying-sync', 1, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1, 2));
    await file.truncate(512);
    await file.sync();
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1, 1]);
  expect(bench.disk.damages()).toEqual([
    { path: 'a', offset: 512, length: 512, kind: 'lost-lied', wasPromised: true },
  ]);
});

test('lying-sync: a failed sync that leaves clean what was claimed before is damage, too', async () => {
  const bench = new DiskBench({
    faults: { 'disk.lying-sync': half, 'disk.eio-sync': half, 'disk.marked-clean': always },
    source: choose(['disk.lying-sync', 0, 1], ['disk.eio-sync', 2, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    expect(await codeOf(file.sync())).toBe('EIO');
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([]);
  expect(bench.disk.damages().map(({ kind }) => kind)).toEqual(['lost-lied']);
});

test('lying-sync: a later honest sync makes good', async () => {
  const bench = new DiskBench({
    faults: { 'disk.lying-sync': half, 'disk.lost-unsynced': always },
    source: choose(['disk.lying-sync', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.append(sector(2));
    await file.sync();
    await file.append(sector(3));
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1, 2]);
  expect(bench.count('disk.lying-sync')).toEqual([1, 0]);
  expect(bench.disk.damages()).toEqual([]);
});

test('stall: a call takes 10 to 2000 ms longer, and its successors on the handle wait for it', async () => {
  const bench = new DiskBench({
    faults: { 'disk.stall': half },
    source: choose(['disk.stall', 1, 1], ['disk.stall.ms', 0, 490]),
  });
  const order: string[] = [];
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await Promise.all([
      file.append(sector(1)).then(() => order.push(`append at ${bench.simulation.nowMs}`)),
      file.size().then((size) => order.push(`size ${size} at ${bench.simulation.nowMs}`)),
      disk.list('').then(() => order.push(`list at ${bench.simulation.nowMs}`)),
    ]);
  });
  expect(order).toEqual(['list at 0', 'append at 500', 'size 512 at 500']);
  expect(bench.count('disk.stall')).toEqual([1, 1]);
});

test('blocked: a call is refused before anything happened, and may be made again', async () => {
  const bench = new DiskBench({
    faults: { 'disk.blocked': half },
    source: choose(...[0, 2, 4, 6, 8].map((occurrence) => ['disk.blocked', occurrence, 1] as const)),
  });
  await bench.live(async (disk) => {
    expect(await codeOf(disk.open('a', 'create'))).toBe('EAGAIN');
    const file = await disk.open('a', 'create');
    expect(await codeOf(file.append(sector(1)))).toBe('EAGAIN');
    expect(await file.append(sector(1))).toBe(512);
    expect(await codeOf(file.sync())).toBe('EAGAIN');
    await file.sync();
    expect(await codeOf(disk.lock('LOCK'))).toBe('EAGAIN');
    const lock = await disk.lock('LOCK');
    expect(await codeOf(lock.release())).toBe('EAGAIN');
    await lock.release();
    await file.close();
  });
  expect(bench.count('disk.blocked')).toEqual([5, 5]);
});

test('a healed disk has no faults, and keeps its damage', async () => {
  const bench = new DiskBench({
    faults: {
      'disk.eio-read': half,
      'disk.eio-write': half,
      'disk.eio-sync': half,
      'disk.no-space': half,
      'disk.bit-rot': always,
      'disk.blocked': half,
      'disk.stall': half,
      'disk.lost-unsynced': half,
    },
    source: choose(['disk.no-space', 2, 1]),
    capacityBytes: 1024,
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    expect(await codeOf(file.append(sector(1)))).toBe('ENOSPC');
  });
  const damaged = bench.disk.damages();
  expect(damaged).toHaveLength(1);
  bench.disk.heal();
  const before = [...bench.simulation.faults.counts()].map(([, { fired }]) => fired);
  const drawsBefore = bench.simulation.tape.drawCount;
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'existing');
    expect(await file.append(sector(2, 4))).toBe(2048);
    await file.read(0, 10);
    await file.sync();
  }, 'power');
  expect([...bench.simulation.faults.counts()].map(([, { fired }]) => fired)).toEqual(before);
  expect(bench.simulation.tape.drawCount - drawsBefore).toBe(4);
  expect(bench.disk.damages()).toEqual(damaged);
  expect(bench.disk.cached('a')).toHaveLength(2560);
});

test('a fork is what a machine would find if all that is unsynced were lost, and is independent of its original', async () => {
  const bench = new DiskBench({
    faults: { 'disk.latent-sector': half },
    source: choose(['disk.latent-sector', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.append(sector(2));
    await disk.open('b', 'create');
    await disk.makeDirectory('d');
  });
  const copy = bench.disk.fork();
  expect(copy).toBeInstanceOf(SimulatedDisk);
  expect(copy.paths()).toEqual(['a']);
  expect(glance(copy.cached('a'))).toEqual([1]);
  expect(bench.disk.image().files).toEqual([{ path: 'a', content: sector(1), unreadableSectors: [0] }]);
  expect(bench.disk.paths()).toEqual(['a', 'b']);
  expect(glance(bench.disk.cached('a'))).toEqual([1, 2]);
});

test('the trace tells every call and every fault', async () => {
  const bench = new DiskBench({ faults: { 'disk.short-write': always } });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(sector(1));
    expect(await codeOf(disk.open('b', 'existing'))).toBe('ENOENT');
  });
  const told = bench.simulation.trace
    .events()
    .map(({ event }) => event)
    .filter(({ kind }) => kind.startsWith('disk.'));
  expect(told).toEqual([
    { kind: 'disk.open', node: 'node', path: 'a', offset: -1, length: 0, result: 'ok' },
    { kind: 'disk.fault', node: 'node', fault: 'disk.short-write', path: 'a', offset: 0 },
    { kind: 'disk.append', node: 'node', path: 'a', offset: -1, length: 512, result: 'ok' },
    { kind: 'disk.open', node: 'node', path: 'b', offset: -1, length: 0, result: 'ENOENT' },
  ]);
});
