import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DiskError } from '../../../src/runtime/disk.js';
import { NodeDisk } from '../../../src/runtime/node/disk.js';
import { diskFailure } from '../../../src/runtime/node/disk-failure.js';
import { codeOf } from '../world/disk-bench.js';

const onLinux = process.platform === 'linux';
let folder = '';
let holder = '';

/** A process that takes the lock, says so, and then does nothing until it is killed. */
const holderSource = `
  import { NodeDisk } from './src/runtime/node/disk.ts';
  new NodeDisk(process.argv[2]).lock('LOCK').then(
    () => { process.stdout.write('held'); setInterval(() => {}, 1000); },
    (error) => process.stdout.write(error.code),
  );
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seaworthy-node-disk-'));
  holder = join(folder, 'holder.mjs');
  await build({
    stdin: { contents: holderSource, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: holder,
    logLevel: 'silent',
  });
});

afterAll(() => rm(folder, { recursive: true }));

async function root(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}

/** Starts a holder, and what it said first. */
async function startHolder(
  path: string,
): Promise<{ readonly child: ChildProcessByStdio<null, Readable, null>; readonly said: string }> {
  const child = spawn(process.execPath, [holder, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said) };
}

async function kill(child: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

test('a lock excludes other processes while its holder lives, and is taken over when that was killed', async () => {
  const path = await root('killed');
  const disk = new NodeDisk(path);
  const first = await startHolder(path);
  expect(first.said).toBe('held');
  expect(await codeOf(disk.lock('LOCK'))).toBe('ELOCKED');
  expect((await startHolder(path)).said).toBe('ELOCKED');
  await kill(first.child);
  const lock = await disk.lock('LOCK');
  expect(await readdir(join(path, 'LOCK'))).toHaveLength(1);
  expect((await startHolder(path)).said).toBe('ELOCKED');
  await lock.release();
  const next = await startHolder(path);
  expect(next.said).toBe('held');
  await kill(next.child);
});

test.runIf(onLinux)(
  "a dead process's lock is taken over although its number was given to a new one",
  async () => {
    const path = await root('reused');
    await mkdir(join(path, 'LOCK'));
    await writeFile(join(path, 'LOCK', `${process.pid}-00000000.1-1`), '');
    await writeFile(join(path, 'LOCK', `${process.ppid}-00000000.1-1`), '');
    const lock = await new NodeDisk(path).lock('LOCK');
    expect(await readdir(join(path, 'LOCK'))).toHaveLength(1);
    await lock.release();
  },
);

test('a claim that nobody can read is held to be alive', async () => {
  const path = await root('unreadable');
  await mkdir(join(path, 'LOCK'));
  await writeFile(join(path, 'LOCK', 'what is this'), '');
  expect(await codeOf(new NodeDisk(path).lock('LOCK'))).toBe('ELOCKED');
  expect(await readdir(join(path, 'LOCK'))).toEqual(['what is this']);
});

test('of many that want a lock at once, at most one gets it', async () => {
  const disk = new NodeDisk(await root('many'));
  for (let round = 0; round < 20; round += 1) {
    const locks = await Promise.allSettled(Array.from({ length: 8 }, () => disk.lock('LOCK')));
    const held = locks.filter((lock) => lock.status === 'fulfilled');
    expect(held.length).toBeLessThanOrEqual(1);
    for (const lock of held) await lock.value.release();
  }
  await (await disk.lock('LOCK')).release();
});

test('D27: a path that cannot be looked up is not told as absent', async () => {
  const path = await root('loop');
  await symlink('loop', join(path, 'loop'));
  const disk = new NodeDisk(path);
  expect(await codeOf(disk.open('loop', 'existing'))).toBe('EOTHER');
  expect(await codeOf(disk.list('loop'))).toBe('EOTHER');
  expect(await codeOf(disk.list('loop/below'))).toBe('EOTHER');
  expect(await codeOf(disk.open('x'.repeat(5000), 'existing'))).toBe('EOTHER');
});

test('every failure of the system has its code, and keeps its cause', () => {
  const codeFor = (errno: string): string => {
    const cause = Object.assign(new Error(errno), { code: errno });
    const error = diskFailure('sync', 'a', cause);
    expect(error.cause).toBe(cause);
    expect(error.message).toBe(`sync a: ${error.code}`);
    return error.code;
  };
  expect(['EAGAIN', 'EIO', 'ENOSPC', 'ENOENT', 'EEXIST'].map(codeFor)).toEqual([
    'EAGAIN',
    'EIO',
    'ENOSPC',
    'ENOENT',
    'EEXIST',
  ]);
  expect(codeFor('EDQUOT')).toBe('ENOSPC');
  for (const errno of ['EACCES', 'EROFS', 'ENOTDIR', 'EBADF', 'ESTALE'])
    expect(codeFor(errno)).toBe('EOTHER');
  const known = new DiskError('ELOCKED', 'lock', 'a');
  expect(diskFailure('sync', 'b', known)).toBe(known);
  expect(diskFailure('sync', 'b', 'no error at all').code).toBe('EOTHER');
});

test.runIf(onLinux)('a full device is told as such, and its handle can still be closed', async () => {
  const file = await new NodeDisk('/dev').open('full', 'existing');
  expect(await codeOf(file.append(Uint8Array.of(1)))).toBe('ENOSPC');
  expect(await codeOf(file.writeAt(0, Uint8Array.of(1)))).toBe('ENOSPC');
  await file.close();
});

test.runIf(onLinux)('a device that cannot be read is told as such', async () => {
  const file = await new NodeDisk('/proc/self').open('mem', 'existing');
  expect(await codeOf(file.read(0, 1))).toBe('EIO');
  await file.close();
});

test('an append goes to the end that writes and truncations of the same handle have left', async () => {
  const disk = new NodeDisk(await root('end'));
  const file = await disk.open('a', 'create');
  await file.append(Uint8Array.of(1));
  await file.writeAt(3, Uint8Array.of(4));
  await file.append(Uint8Array.of(5));
  await file.truncate(2);
  await file.append(Uint8Array.of(9));
  expect(await file.read(0, 10)).toEqual(Uint8Array.of(1, 0, 9));
  await file.close();
});
