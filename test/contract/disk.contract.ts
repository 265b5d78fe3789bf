import { expect, test } from 'vitest';
import { type Disk, DiskError, type DiskErrorCode } from '../../src/runtime/disk.js';

/** Runs `use` with an empty disk. */
export type WithDisk = (use: (disk: Disk) => Promise<void>) => Promise<void>;

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

async function failure(call: Promise<unknown>): Promise<DiskError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof DiskError) return error;
    throw error;
  }
  throw new Error('the call succeeded');
}

async function expectCode(call: Promise<unknown>, code: DiskErrorCode): Promise<void> {
  expect((await failure(call)).code).toBe(code);
}

/** The promises of `Disk` that hold on every adapter, without faults. */
export function diskContract(name: string, withDisk: WithDisk): void {
  const on = (title: string, use: (disk: Disk) => Promise<void>): void =>
    test(`${name}: ${title}`, async () => {
      expect.hasAssertions();
      await withDisk(use);
    });

  on('a new file is empty, and what is appended is read back', async (disk) => {
    const file = await disk.open('a', 'create');
    expect(await file.size()).toBe(0);
    expect(await file.append(bytes(1, 2, 3))).toBe(3);
    expect(await file.append(bytes(4))).toBe(1);
    expect(await file.size()).toBe(4);
    expect(await file.read(0, 4)).toEqual(bytes(1, 2, 3, 4));
    expect(await file.read(1, 2)).toEqual(bytes(2, 3));
    await file.close();
  });

  on('reading past the end gives fewer bytes, or none', async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(bytes(1, 2, 3));
    expect(await file.read(2, 10)).toEqual(bytes(3));
    expect(await file.read(3, 10)).toEqual(bytes());
    expect(await file.read(100, 10)).toEqual(bytes());
    await file.close();
  });

  on('the reader owns what it is given', async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(bytes(1, 2, 3));
    (await file.read(0, 3)).fill(9);
    expect(await file.read(0, 3)).toEqual(bytes(1, 2, 3));
    await file.close();
  });

  on('writing behind the end leaves zeros in between', async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(bytes(1));
    expect(await file.writeAt(4, bytes(5))).toBe(1);
    expect(await file.read(0, 9)).toEqual(bytes(1, 0, 0, 0, 5));
    expect(await file.append(bytes(6))).toBe(1);
    expect(await file.read(4, 9)).toEqual(bytes(5, 6));
    await file.close();
  });

  on('writing inside of a file replaces bytes and keeps its size', async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(bytes(1, 2, 3, 4));
    await file.writeAt(1, bytes(7, 8));
    expect(await file.read(0, 9)).toEqual(bytes(1, 7, 8, 4));
    await file.close();
  });

  on('a truncated file ends there, and grows again with zeros', async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(bytes(1, 2, 3, 4));
    await file.truncate(2);
    expect(await file.size()).toBe(2);
    await file.append(bytes(9));
    await file.truncate(5);
    expect(await file.read(0, 9)).toEqual(bytes(1, 2, 9, 0, 0));
    await file.close();
  });

  on('writing nothing writes nothing', async (disk) => {
    const file = await disk.open('a', 'create');
    expect(await file.append(bytes())).toBe(0);
    expect(await file.writeAt(10, bytes())).toBe(0);
    expect(await file.size()).toBe(0);
    await file.close();
  });

  on('calls on one handle are answered in the order of their submission', async (disk) => {
    const file = await disk.open('a', 'create');
    const answered: number[] = [];
    const appends = Array.from({ length: 20 }, (_, index) =>
      file.append(bytes(index)).then(() => answered.push(index)),
    );
    const read = file.read(0, 100);
    await Promise.all(appends);
    expect(answered).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect([...(await read)]).toEqual(answered);
    await file.close();
  });

  on('one failed call does not stop the next on the same handle', async (disk) => {
    const file = await disk.open('a', 'create');
    const closed = file.close();
    const late = failure(file.size());
    const later = failure(file.append(bytes(1)));
    await closed;
    expect([(await late).code, (await later).code]).toEqual(['ECLOSED', 'ECLOSED']);
    expect((await late).operation).toBe('size');
    expect((await late).path).toBe('a');
  });

  on('a closed handle refuses every call', async (disk) => {
    const file = await disk.open('a', 'create');
    await file.close();
    await expectCode(file.size(), 'ECLOSED');
    await expectCode(file.append(bytes(1)), 'ECLOSED');
    await expectCode(file.writeAt(0, bytes(1)), 'ECLOSED');
    await expectCode(file.read(0, 1), 'ECLOSED');
    await expectCode(file.sync(), 'ECLOSED');
    await expectCode(file.truncate(0), 'ECLOSED');
    await expectCode(file.close(), 'ECLOSED');
  });

  on('content is there for the next handle', async (disk) => {
    const first = await disk.open('a', 'create');
    await first.append(bytes(1, 2));
    await first.sync();
    await first.close();
    const second = await disk.open('a', 'existing');
    expect(await second.append(bytes(3))).toBe(1);
    expect(await second.read(0, 9)).toEqual(bytes(1, 2, 3));
    await second.close();
  });

  on('creating what is there fails, and opening what is not there fails', async (disk) => {
    await (await disk.open('a', 'create')).close();
    await disk.makeDirectory('d');
    await expectCode(disk.open('a', 'create'), 'EEXIST');
    await expectCode(disk.open('d', 'create'), 'EEXIST');
    await expectCode(disk.open('b', 'existing'), 'ENOENT');
    await expectCode(disk.open('none/b', 'existing'), 'ENOENT');
    await expectCode(disk.open('none/b', 'create'), 'ENOENT');
  });

  on('a list is sorted by code unit and names only what is directly there', async (disk) => {
    await disk.makeDirectory('d/deeper');
    for (const path of ['d/b', 'd/a', 'd/B', 'd/a.1', 'd/é', 'd/deeper/x', 'top']) {
      await (await disk.open(path, 'create')).close();
    }
    expect(await disk.list('d')).toEqual(['B', 'a', 'a.1', 'b', 'deeper', 'é']);
    expect(await disk.list('')).toEqual(['d', 'top']);
    expect(await disk.list('d/deeper')).toEqual(['x']);
  });

  on('D27: only absence is told as absence', async (disk) => {
    await (await disk.open('file', 'create')).close();
    await expectCode(disk.list('none'), 'ENOENT');
    await expectCode(disk.list('file'), 'EOTHER');
    await expectCode(disk.list('file/below'), 'EOTHER');
    await expectCode(disk.open('file/below', 'existing'), 'EOTHER');
    await expectCode(disk.open('file/below', 'create'), 'EOTHER');
    await disk.makeDirectory('d');
    await expectCode(disk.open('d', 'existing'), 'EOTHER');
    await expectCode(disk.remove('d'), 'EOTHER');
    await expectCode(disk.makeDirectory('file'), 'EEXIST');
    await expectCode(disk.makeDirectory('file/below'), 'EOTHER');
  });

  on('a rename replaces what is there', async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(bytes(1));
    await file.close();
    await (await disk.open('b', 'create')).close();
    await disk.rename('a', 'b');
    expect(await disk.list('')).toEqual(['b']);
    const renamed = await disk.open('b', 'existing');
    expect(await renamed.read(0, 9)).toEqual(bytes(1));
    await renamed.close();
    await expectCode(disk.rename('a', 'c'), 'ENOENT');
    await expectCode(disk.rename('b', 'none/b'), 'ENOENT');
    await disk.rename('b', 'b');
    expect(await disk.list('')).toEqual(['b']);
  });

  on('a removed file is gone, but for the handles that have it open', async (disk) => {
    const file = await disk.open('a', 'create');
    await file.append(bytes(1));
    await disk.remove('a');
    expect(await disk.list('')).toEqual([]);
    expect(await file.read(0, 1)).toEqual(bytes(1));
    await file.close();
    await expectCode(disk.remove('a'), 'ENOENT');
    await expectCode(disk.open('a', 'existing'), 'ENOENT');
  });

  on('directories are made with their parents, once or more, and can be synced', async (disk) => {
    await disk.makeDirectory('x/y/z');
    await disk.makeDirectory('x/y/z');
    await disk.makeDirectory('x');
    expect(await disk.list('x')).toEqual(['y']);
    await disk.syncDirectory('x/y/z');
    await disk.syncDirectory('x');
    await disk.syncDirectory('');
    await expectCode(disk.syncDirectory('none'), 'ENOENT');
  });

  on('a failure says which call failed on which path', async (disk) => {
    const error = await failure(disk.open('none', 'existing'));
    expect(error).toMatchObject({ name: 'DiskError', operation: 'open', path: 'none', code: 'ENOENT' });
    expect(error.message).toBe('open none: ENOENT');
  });

  on('a lock has one holder at a time', async (disk) => {
    const lock = await disk.lock('LOCK');
    await expectCode(disk.lock('LOCK'), 'ELOCKED');
    await expectCode(disk.lock('LOCK'), 'ELOCKED');
    const other = await disk.lock('LOCK2');
    await lock.release();
    const next = await disk.lock('LOCK');
    await expectCode(lock.release(), 'ECLOSED');
    await expectCode(disk.lock('LOCK'), 'ELOCKED');
    await next.release();
    await other.release();
  });

  on('a lock needs its directory', async (disk) => {
    await expectCode(disk.lock('none/LOCK'), 'ENOENT');
    await disk.makeDirectory('d');
    const lock = await disk.lock('d/LOCK');
    await lock.release();
    expect(await disk.list('d')).toEqual(['LOCK']);
  });
}
