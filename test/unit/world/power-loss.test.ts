import { expect, test } from 'vitest';
import type { Disk } from '../../../src/runtime/disk.js';
import { diskFaultKinds, type DiskFaults } from '../../../sim/world/disk/disk-faults.js';
import { always, choose, codeOf, DiskBench, glance, half, sector, syncedFile } from './disk-bench.js';

const allKinds: DiskFaults = Object.fromEntries(diskFaultKinds.map((kind) => [kind, half]));

test('on the benign tape nothing is lost, whatever faults could strike', async () => {
  const bench = new DiskBench({ faults: allKinds });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(sector(1, 3));
    await file.sync();
    await file.append(sector(2));
    await disk.rename('a', 'b');
  }, 'power');
  expect(bench.disk.paths()).toEqual(['b']);
  expect(glance(bench.disk.cached('b'))).toEqual([1, 1, 1, 2]);
  expect(bench.disk.durable('b')?.isNameDurable).toBe(true);
  expect([...bench.simulation.faults.counts()]).toEqual([]);
  expect(bench.simulation.tape.choices()).toEqual([]);
});

test('kinds that are off draw nothing', async () => {
  const bench = new DiskBench();
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.append(sector(2));
    await file.read(0, 10);
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1, 2]);
  const latencies = bench.simulation.tape.drawCount;
  expect(latencies).toBe(
    bench.simulation.trace.events().filter(({ event }) => event.kind.startsWith('disk.')).length - 1,
  );
});

test('the death of a process loses nothing of what was answered', async () => {
  const bench = new DiskBench({
    faults: { 'disk.lost-unsynced': always, 'disk.lost-directory-entry': always },
  });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(sector(1));
  }, 'process');
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
  expect(bench.disk.durable('a')).toEqual({ content: new Uint8Array(0), isNameDurable: false });
  const content = await bench.live(async (disk) => {
    const file = await disk.open('a', 'existing');
    await file.sync();
    return glance(await file.read(0, 9999));
  });
  expect(content).toEqual([1]);
  expect(glance(bench.disk.durable('a')?.content)).toEqual([1]);
});

test('lost-unsynced: the last writes are lost, in order over all files', async () => {
  for (const [lostCount, a, b] of [
    [1, [1, 2], [1, 3]],
    [2, [1, 2], [1]],
    [3, [1], [1]],
  ] as const) {
    const bench = new DiskBench({
      faults: { 'disk.lost-unsynced': always },
      source: choose(['disk.lost-unsynced.count', 0, lostCount - 1]),
    });
    await bench.live(async (disk) => {
      const first = await syncedFile(disk, 'a', sector(1));
      const second = await syncedFile(disk, 'b', sector(1));
      await first.append(sector(2));
      await second.append(sector(3));
      await first.append(sector(4));
    }, 'power');
    expect(glance(bench.disk.cached('a'))).toEqual(a);
    expect(glance(bench.disk.cached('b'))).toEqual(b);
    expect(bench.count('disk.lost-unsynced')).toEqual([1, 1]);
  }
});

test('lost-unsynced is not effective when what was lost changed nothing', async () => {
  const bench = new DiskBench({ faults: { 'disk.lost-unsynced': always } });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.writeAt(0, sector(1));
  }, 'power');
  expect(bench.count('disk.lost-unsynced')).toEqual([1, 0]);
});

test('nothing fires at a power loss when nothing was unsynced', async () => {
  const bench = new DiskBench({
    faults: {
      'disk.lost-unsynced': always,
      'disk.reordered': always,
      'disk.torn': always,
      'disk.lost-directory-entry': always,
    },
  });
  await bench.live((disk) => syncedFile(disk, 'a', sector(1)), 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
  expect([...bench.simulation.faults.counts()]).toEqual([]);
});

test('reordered: earlier sectors are lost while later ones survive, and the gap reads as zero', async () => {
  const bench = new DiskBench({
    faults: { 'disk.reordered': always },
    source: choose(['disk.reordered.lost', 0, 1], ['disk.reordered.lost', 2, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.append(sector(2));
    await file.append(sector(3, 3));
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1, 0, 3, 0, 3]);
  expect(bench.count('disk.reordered')).toEqual([1, 1]);
});

test('reordered is not effective when only the last write is lost', async () => {
  const bench = new DiskBench({
    faults: { 'disk.reordered': always },
    source: choose(['disk.reordered.lost', 1, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    await file.append(sector(2));
    await file.append(sector(3));
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1, 2]);
  expect(bench.count('disk.reordered')).toEqual([1, 0]);
});

test('a later version of a sector carries the earlier bytes of that sector', async () => {
  const bench = new DiskBench({
    faults: { 'disk.reordered': always },
    source: choose(['disk.reordered.lost', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a');
    await file.append(Uint8Array.of(1, 2));
    await file.append(Uint8Array.of(3));
  }, 'power');
  expect(bench.disk.cached('a')).toEqual(Uint8Array.of(1, 2, 3));
  expect(bench.count('disk.reordered')).toEqual([1, 0]);
});

test('torn: the end of a write is lost, and all that came after it', async () => {
  const bench = new DiskBench({
    faults: { 'disk.torn': always },
    source: choose(['disk.torn.count', 0, 1]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(9));
    await file.append(sector(1));
    await file.append(sector(2, 4));
    await file.append(sector(3));
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([9, 1, 2, 2]);
  expect(bench.count('disk.torn')).toEqual([1, 1]);
});

test('torn is not effective when the missing end of the write changed nothing', async () => {
  const bench = new DiskBench({ faults: { 'disk.torn': always } });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1, 2));
    await file.writeAt(0, Uint8Array.of(...sector(2), ...sector(1)));
    await file.append(sector(3));
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([2, 1]);
  expect(bench.count('disk.torn')).toEqual([1, 0]);
});

test('torn: the new size may survive without the content', async () => {
  const bench = new DiskBench({ faults: { 'disk.torn': always }, source: choose(['disk.torn.size', 0, 1]) });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a');
    await file.append(new Uint8Array(600).fill(3));
  }, 'power');
  const expected = Uint8Array.from({ length: 600 }, (_, index) => (index < 512 ? 3 : 0));
  expect(bench.disk.cached('a')).toEqual(expected);
  expect(bench.count('disk.torn')).toEqual([1, 1]);
});

test('a write of one sector is never torn', async () => {
  const bench = new DiskBench({ faults: { 'disk.torn': always } });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1));
    for (let index = 0; index < 20; index += 1) await file.append(sector(2));
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toHaveLength(21);
  expect(bench.count('disk.torn')).toEqual([0, 0]);
});

test('one loss strikes at a time, and only that one has fired', async () => {
  const counts = async (chosen: number): Promise<readonly (readonly [number, number])[]> => {
    const bench = new DiskBench({
      faults: { 'disk.lost-unsynced': always, 'disk.torn': always, 'disk.reordered': always },
      source: choose(['disk.crash.loss', 0, chosen], ['disk.reordered.lost', 0, 1]),
    });
    await bench.live(async (disk) => (await syncedFile(disk, 'a')).append(sector(1, 3)), 'power');
    return [bench.count('disk.lost-unsynced'), bench.count('disk.torn'), bench.count('disk.reordered')];
  };
  const [none, one] = [
    [0, 0],
    [1, 1],
  ] as const;
  expect(await counts(0)).toEqual([one, none, none]);
  expect(await counts(1)).toEqual([none, one, none]);
  expect(await counts(2)).toEqual([none, none, one]);
});

test('a truncation that was not synced may be lost', async () => {
  const bench = new DiskBench({ faults: { 'disk.lost-unsynced': always } });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a', sector(1), sector(2));
    await file.truncate(512);
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1, 2]);
  expect(bench.count('disk.lost-unsynced')).toEqual([1, 1]);
});

test('lost-directory-entry: a prefix of the unsynced directory changes survives', async () => {
  const bench = new DiskBench({
    faults: { 'disk.lost-directory-entry': always },
    source: choose(['disk.lost-directory-entry.count', 0, 1]),
  });
  await bench.live(async (disk) => {
    await syncedFile(disk, 'old', sector(1));
    const file = await disk.open('tmp', 'create');
    await file.append(sector(2));
    await file.sync();
    await disk.rename('tmp', 'new');
    await disk.remove('old');
  }, 'power');
  expect(bench.disk.paths()).toEqual(['old', 'tmp']);
  expect(glance(bench.disk.cached('tmp'))).toEqual([2]);
  expect(bench.count('disk.lost-directory-entry')).toEqual([1, 1]);
});

test('a synced file whose name was not synced is gone', async () => {
  const bench = new DiskBench({ faults: { 'disk.lost-directory-entry': always } });
  await bench.live(async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(sector(1));
    await file.sync();
  }, 'power');
  expect(bench.disk.paths()).toEqual([]);
});

test('a rename over a file that was not synced leaves the old file', async () => {
  const bench = new DiskBench({ faults: { 'disk.lost-directory-entry': always } });
  await bench.live(async (disk) => {
    await syncedFile(disk, 'a', sector(1));
    await syncedFile(disk, 'a.tmp', sector(2));
    await disk.rename('a.tmp', 'a');
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
  expect(glance(bench.disk.cached('a.tmp'))).toEqual([2]);
});

test('a file in a directory that was not synced into its parent is gone with it', async () => {
  const bench = new DiskBench({ faults: { 'disk.lost-directory-entry': always } });
  await bench.live(async (disk) => {
    await disk.makeDirectory('d');
    const file = await disk.open('d/a', 'create');
    await file.sync();
    await disk.syncDirectory('d');
  }, 'power');
  expect(bench.disk.paths()).toEqual([]);
  expect(await bench.live((disk) => codeOf(disk.list('d')))).toBe('ENOENT');
});

test('syncing one directory leaves the changes of another unsynced', async () => {
  const bench = new DiskBench({
    faults: { 'disk.lost-directory-entry': always },
    source: choose(['disk.lost-directory-entry.count', 0, 1]),
  });
  await bench.live(async (disk) => {
    await disk.makeDirectory('d');
    await disk.makeDirectory('e');
    await disk.syncDirectory('');
    await disk.open('d/a', 'create');
    await disk.open('e/b', 'create');
    await disk.open('d/c', 'create');
    await disk.syncDirectory('e');
  }, 'power');
  expect(bench.disk.paths()).toEqual(['e/b']);
});

test('changes of one path reach the disk in order, also across directories', async () => {
  const bench = new DiskBench({ faults: { 'disk.lost-directory-entry': always } });
  await bench.live(async (disk) => {
    await disk.makeDirectory('d');
    await disk.makeDirectory('e');
    await disk.syncDirectory('');
    await disk.open('d/a', 'create');
    await disk.rename('d/a', 'e/a');
    await disk.remove('e/a');
    await disk.syncDirectory('e');
    await disk.open('e/new', 'create');
  }, 'power');
  expect(bench.disk.paths()).toEqual([]);
});

test('calls in flight may have happened when the process dies, in order, and nobody is told', async () => {
  const work = async (disk: Disk): Promise<void> => {
    const file = await syncedFile(disk, 'a', sector(1));
    file.append(sector(2)).catch(() => {});
    file.append(sector(3)).catch(() => {});
  };
  const none = new DiskBench();
  await none.live(work, 'process');
  expect(glance(none.disk.cached('a'))).toEqual([1]);
  const first = new DiskBench({ source: choose(['disk.crash.in-flight', 0, 1]) });
  await first.live(work, 'process');
  expect(glance(first.disk.cached('a'))).toEqual([1, 2]);
  const both = new DiskBench({
    source: choose(['disk.crash.in-flight', 0, 1], ['disk.crash.in-flight', 1, 1]),
  });
  await both.live(work, 'process');
  expect(glance(both.disk.cached('a'))).toEqual([1, 2, 3]);
  const secondOnly = new DiskBench({ source: choose(['disk.crash.in-flight', 1, 1]) });
  await secondOnly.live(work, 'process');
  expect(glance(secondOnly.disk.cached('a'))).toEqual([1]);
});

test('a write in flight may have happened in part where short writes can occur', async () => {
  const bench = new DiskBench({
    faults: { 'disk.short-write': { numerator: 0, denominator: 1 } },
    source: choose(['disk.crash.in-flight', 0, 1], ['disk.crash.in-flight.cut', 0, 100]),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a');
    file.append(sector(1)).catch(() => {});
  }, 'process');
  expect(bench.disk.cached('a')).toHaveLength(412);
});

test('after a write in flight that happened in part, nothing more of its handle happens', async () => {
  const bench = new DiskBench({
    faults: { 'disk.short-write': { numerator: 0, denominator: 1 } },
    source: choose(
      ['disk.crash.in-flight', 0, 1],
      ['disk.crash.in-flight.cut', 0, 100],
      ['disk.crash.in-flight', 1, 1],
    ),
  });
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a');
    file.append(sector(1)).catch(() => {});
    file.append(sector(2)).catch(() => {});
  }, 'process');
  expect(bench.disk.cached('a')).toHaveLength(412);
});

test('a call at which the process dies before it was made has never been in flight', async () => {
  const bench = new DiskBench({ source: choose(['disk.crash.in-flight', 0, 1]) });
  await bench.live((disk) => syncedFile(disk, 'a', sector(1)));
  const process = bench.simulation.process(
    'node',
    async (life) => {
      const file = await bench.disk.bind(life).open('a', 'existing');
      await file.append(sector(2));
    },
    () => bench.disk.crash('process'),
  );
  process.start({ call: 2, when: 'before' });
  await bench.simulation.run({ events: 1000, timeMs: 100_000 });
  expect(process.life).toBeUndefined();
  bench.disk.crash('process');
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
});

test('a sync in flight may have made all durable without having been told', async () => {
  const bench = new DiskBench({
    faults: { 'disk.lost-unsynced': always },
    source: choose(['disk.crash.in-flight', 0, 1]),
  });
  const synced: string[] = [];
  bench.disk.onSynced((path) => synced.push(path));
  await bench.live(async (disk) => {
    const file = await syncedFile(disk, 'a');
    await file.append(sector(1));
    file.sync().catch(() => {});
  }, 'power');
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
  expect(synced).toEqual(['a', '']);
});

test('a lock dies with its life, by crash and by power loss', async () => {
  const bench = new DiskBench();
  for (const crash of ['process', 'power', 'process'] as const) {
    await bench.live(async (disk) => {
      await disk.lock('LOCK');
      expect(await codeOf(disk.lock('LOCK'))).toBe('ELOCKED');
    }, crash);
  }
});

test('handles of an ended life change nothing any more', async () => {
  const bench = new DiskBench();
  const file = await bench.live((disk) => syncedFile(disk, 'a', sector(1)), 'process');
  let isAnswered = false;
  file.append(sector(2)).then(
    () => (isAnswered = true),
    () => (isAnswered = true),
  );
  await bench.live(async (disk) => disk.list(''));
  expect(isAnswered).toBe(false);
  expect(glance(bench.disk.cached('a'))).toEqual([1]);
});
