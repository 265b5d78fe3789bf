import { describe, expect, test } from 'vitest';
import { NodeStopped, UnknownRoom } from '../../../src/node/errors.js';
import { Shell } from '../../../src/node/shell.js';
import { openLog } from '../../../src/log/log.js';
import { encode } from '../../../src/codec/cbor.js';
import type { ProbeFields } from '../../../src/runtime/probe.js';
import { Sea } from '../log/sea.js';
import { failingSyncs, Full, options, wordsRoom } from './fixtures.js';

describe('a command', () => {
  test('D3: is told of when its records are durable, and not before', async () => {
    const sea = new Sea();
    const room = wordsRoom();
    const order: string[] = [];
    sea.disk.onSynced((path) => order.push(path.includes('segment') ? 'synced' : 'other'));
    const outcome = await sea.run(async (ports) => {
      const shell = await Shell.open(ports, options, [room]);
      const told = await shell.submit(room, ['a', 'b']);
      order.push('told');
      return told;
    });
    expect(outcome).toEqual({ kind: 'accepted', lastLsn: 2, recorded: 2 });
    expect(order.slice(-2)).toEqual(['synced', 'told']);
  });

  test('is applied at once, so that the next one is decided upon it', async () => {
    const room = wordsRoom('words', 2);
    const outcomes = await new Sea().run(async (ports) => {
      const shell = await Shell.open(ports, options, [room]);
      return Promise.all([shell.submit(room, ['a', 'b']), shell.submit(room, ['c'])]);
    });
    expect(outcomes[0].kind).toBe('accepted');
    expect(outcomes[1]).toMatchObject({ kind: 'refused', refusal: { code: 'FULL' } });
  });

  test('that says nothing new records nothing, and still waits for what it was decided upon', async () => {
    const sea = new Sea();
    const room = wordsRoom();
    const told: string[] = [];
    await sea.run(async (ports) => {
      const shell = await Shell.open(ports, options, [room]);
      const first = shell.submit(room, ['a']).then(() => told.push('first'));
      const again = shell.submit(room, ['a']).then(({ kind }) => told.push(`again ${kind}`));
      await Promise.all([first, again]);
      expect(shell.lastLsn).toBe(1);
    });
    expect(told).toEqual(['first', 'again accepted']);
  });

  test('that is refused is told so only when the state that refused it is durable', async () => {
    const sea = new Sea();
    const room = wordsRoom('words', 1);
    const told: string[] = [];
    await sea.run(async (ports) => {
      const shell = await Shell.open(ports, options, [room]);
      const first = shell.submit(room, ['a']).then(() => told.push('first'));
      const refused = shell.submit(room, ['b']).then(() => told.push('refused'));
      sea.disk.onSynced(() => told.push('synced'));
      await Promise.all([first, refused]);
    });
    expect(told.at(-3)).toBe('synced');
    expect(told.slice(-2)).toEqual(['first', 'refused']);
  });

  test('of two rooms ends up in the one that it is for', async () => {
    const sea = new Sea();
    await sea.run(async (ports) => {
      const [left, right] = [wordsRoom('left'), wordsRoom('right')];
      const shell = await Shell.open(ports, options, [left, right]);
      await shell.submit(left, ['l']);
      await shell.submit(right, ['r']);
      await shell.submit(left, ['m']);
    });
    const [left, right] = [wordsRoom('left'), wordsRoom('right')];
    const found = await sea.run(async (ports) => {
      const shell = await Shell.open(ports, options, [left, right]);
      const entries: string[] = [];
      for await (const { lsn, entry } of shell.readSince(left, 1)) entries.push(`${lsn}=${entry}`);
      return entries;
    });
    expect(left.state).toEqual(['l', 'm']);
    expect(right.state).toEqual(['r']);
    expect(found).toEqual(['3=m']);
  });

  test('that is larger than the log takes is refused to the caller, and the node goes on', async () => {
    const room = wordsRoom();
    const kind = await new Sea().run(async (ports) => {
      const shell = await Shell.open(ports, options, [room]);
      const huge = 'x'.repeat(17 * 1024 * 1024);
      await expect(shell.submit(room, [huge])).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' });
      return (await shell.submit(room, ['small'])).kind;
    });
    expect(kind).toBe('accepted');
    expect(room.state).toEqual(['small']);
  });

  test('waits while too much is on its way to the disk, and is then decided anew', async () => {
    const room = wordsRoom();
    const megabyte = 'x'.repeat(1024 * 1024);
    const outcomes = await new Sea().run(async (ports) => {
      const shell = await Shell.open(ports, { ...options, segmentBytes: 64 * 1024 * 1024 }, [room]);
      const all = Array.from({ length: 20 }, (_, index) => shell.submit(room, [`${index}${megabyte}`]));
      return Promise.all(all);
    });
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(room.state).toHaveLength(20);
  });
});

describe('commands to several rooms', () => {
  test('are recorded in one batch, and each applied to its own', async () => {
    const sea = new Sea();
    const outcome = await sea.run(async (ports) => {
      const [left, right] = [wordsRoom('left'), wordsRoom('right')];
      const shell = await Shell.open(ports, options, [left, right]);
      return shell.submitTogether([() => left.propose(['a', 'b']), () => right.propose(['c'])]);
    }, 'power');
    expect(outcome).toEqual({ kind: 'accepted', lastLsn: 3, recorded: 3 });
    const [left, right] = [wordsRoom('left'), wordsRoom('right')];
    await sea.run((ports) => Shell.open(ports, options, [left, right]));
    expect([left.state, right.state]).toEqual([['a', 'b'], ['c']]);
  });

  test('change nothing when one of them is refused', async () => {
    const [open, full] = [wordsRoom('open'), wordsRoom('full', 0)];
    const outcome = await new Sea().run(async (ports) => {
      const shell = await Shell.open(ports, options, [open, full]);
      const told = await shell.submitTogether([() => open.propose(['a']), () => full.propose(['b'])]);
      expect(shell.lastLsn).toBe(0);
      return told;
    });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'FULL' } });
    expect(open.state).toEqual([]);
  });

  test('are at most one for each room', async () => {
    const room = wordsRoom();
    await new Sea().run(async (ports) => {
      const shell = await Shell.open(ports, options, [room]);
      const twice = shell.submitTogether([() => room.propose(['a']), () => room.propose(['b'])]);
      await expect(twice).rejects.toMatchObject({ code: 'NODE_ROOM_TWICE' });
    });
    expect(room.state).toEqual([]);
  });
});

describe('a read', () => {
  test('waits for what it shows to be durable', async () => {
    const sea = new Sea();
    const room = wordsRoom();
    const order: string[] = [];
    await sea.run(async (ports) => {
      const shell = await Shell.open(ports, options, [room]);
      sea.disk.onSynced(() => order.push('synced'));
      void shell.submit(room, ['a']);
      order.push(`read ${await shell.read(() => room.state.join())}`);
    });
    expect(order.at(-1)).toBe('read a');
    expect(order.at(-2)).toBe('synced');
  });
});

describe('a node whose disk fails', () => {
  test('stops: the command is told so with the kind of failure, and so is every later one', async () => {
    await new Sea().run(async (ports) => {
      const again = wordsRoom();
      const disk = failingSyncs(ports.disk);
      const shell = await Shell.open({ ...ports, disk: disk.disk }, options, [again]);
      disk.fail();
      await expect(shell.submit(again, ['lost'])).rejects.toThrow(NodeStopped);
      await expect(shell.failure).resolves.toMatchObject({ code: 'NODE_STOPPED', kind: 'io' });
      await expect(shell.submit(again, ['later'])).rejects.toMatchObject({ kind: 'io' });
      await expect(shell.read(() => 'anything')).rejects.toMatchObject({ kind: 'io' });
    });
  });

  test('that was closed says so', async () => {
    const room = wordsRoom();
    await new Sea().run(async (ports) => {
      const shell = await Shell.open(ports, options, [room]);
      await shell.submit(room, ['a']);
      await shell.close();
      await expect(shell.submit(room, ['b'])).rejects.toMatchObject({ code: 'NODE_STOPPED', kind: 'closed' });
    });
  });
});

describe('recovery', () => {
  test('folds snapshot and suffix to the state that was', async () => {
    const sea = new Sea();
    const often = { ...options, snapshotEveryRecords: 3 };
    const room = wordsRoom();
    await sea.run(async (ports) => {
      const shell = await Shell.open(ports, often, [room]);
      for (const word of 'abcdefghijk') await shell.submit(room, [word]);
    }, 'power');
    const again = wordsRoom();
    const recovery = await sea.run(async (ports) => (await Shell.open(ports, often, [again])).recovery);
    expect(again.state).toEqual('abcdefghijk'.split(''));
    expect(recovery.snapshotLsn).toBeGreaterThanOrEqual(3);
    expect(recovery.lastLsn).toBe(11);
  });

  test('goes on without a snapshot that found no room', async () => {
    const room = wordsRoom();
    const events: string[] = [];
    await new Sea().run(async (ports) => {
      const disk = failingSyncs(ports.disk, 'ENOSPC', (path) => path.endsWith('.tmp'));
      const probe = { ...ports.probe, label() {}, event: (kind: string) => void events.push(kind) };
      const shell = await Shell.open(
        { ...ports, probe, disk: disk.disk },
        { ...options, snapshotEveryRecords: 2 },
        [room],
      );
      disk.fail();
      for (const word of 'abcdef') await shell.submit(room, [word]);
    });
    expect(room.state).toHaveLength(6);
    expect(events).toContain('node.snapshot-failed');
  });

  test('of a state that is too large for a snapshot goes on without one', async () => {
    const room = wordsRoom();
    const outcomes = await new Sea().run(async (ports) => {
      const shell = await Shell.open(ports, { ...options, segmentBytes: 2 ** 28, snapshotEveryRecords: 9 }, [
        room,
      ]);
      const word = 'x'.repeat(8 * 1024 * 1024);
      const kinds: string[] = [];
      for (let index = 0; index < 10; index += 1)
        kinds.push((await shell.submit(room, [`${index}${word}`])).kind);
      return kinds;
    });
    expect(outcomes).toEqual(Array.from({ length: 10 }, () => 'accepted'));
  });

  test('is prepared for by no more snapshots than the log behind each pays for, however much is alive', async () => {
    const room = wordsRoom();
    const snapshots: number[] = [];
    let logged = 0;
    await new Sea().run(async (ports) => {
      const probe = {
        ...ports.probe,
        label() {},
        event(kind: string, fields: ProbeFields) {
          if (kind === 'node.snapshot') snapshots.push(Number(fields['bytes']));
          if (kind === 'log.flushed') logged += Number(fields['bytes']);
        },
      };
      const often = { ...options, segmentBytes: 2 ** 20, snapshotEveryRecords: 2 };
      const shell = await Shell.open({ ...ports, probe }, often, [room]);
      for (let index = 0; index < 100; index += 1)
        await shell.submit(room, [String(index).padEnd(10_000, '.')]);
    });
    const large = snapshots.filter((bytes) => bytes > 65_536);
    expect(large.length).toBeGreaterThan(1);
    expect(large.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(2 * logged);
  });

  test('leaves a room that the snapshot does not know as it begins', async () => {
    const sea = new Sea();
    await sea.run(async (ports) => {
      const old = wordsRoom('old');
      const shell = await Shell.open(ports, { ...options, snapshotEveryRecords: 1 }, [old]);
      await shell.submit(old, ['a']);
      await ports.clock.sleep(100);
    });
    const [old, young] = [wordsRoom('old'), wordsRoom('young')];
    await sea.run((ports) => Shell.open(ports, options, [old, young]));
    expect(old.state).toEqual(['a']);
    expect(young.state).toEqual([]);
  });

  test('refuses records of a room that this build does not have, and names it', async () => {
    const sea = new Sea();
    await sea.run(async (ports) => {
      const log = await openLog(
        ports,
        { directory: 'log', segmentBytes: 4096 },
        { snapshot() {}, record() {} },
      );
      log.append([encode(['elsewhere', null])]);
      await log.durable(1);
    });
    await expect(sea.run((ports) => Shell.open(ports, options, [wordsRoom()]))).rejects.toThrow(UnknownRoom);
    await expect(sea.run((ports) => Shell.open(ports, options, [wordsRoom()]))).rejects.toMatchObject({
      code: 'NODE_UNKNOWN_ROOM',
      room: 'elsewhere',
      lsn: 1,
    });
  });
});

test('a refusal is what the projection said', () => {
  expect(wordsRoom('words', 0).propose(['a'])).toEqual({ kind: 'refused', refusal: new Full('0 words') });
});
