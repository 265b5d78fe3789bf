import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodePorts, NodeStopped } from '../../src/index.js';
import { type Disk, DiskError, type DiskFile } from '../../src/runtime/disk.js';
import { temporaryFolder } from '../temporary-folder.js';
import { contentOf, filesOf, openNode, resultsIn, run } from './node-folder.js';

/** What opening a root folder is refused with: one line with what is wrong, where, and what to do. */
async function refusalOf(root: string): Promise<unknown> {
  const refusal: unknown = await openNode(nodePorts(root)).then(
    () => 'it was opened',
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal instanceof Error ? refusal.message : '\n').not.toContain('\n');
  return refusal;
}

function unusable(reason: RegExp): object {
  return {
    code: 'LOG_FOLDER_UNUSABLE',
    path: 'log',
    message: expect.stringMatching(
      new RegExp(`${reason.source}.*give it an existing folder that this process may write to`),
    ),
  };
}

describe('a node is not opened', () => {
  test('in a folder that does not exist', async () => {
    const folder = temporaryFolder();
    expect(await refusalOf(join(folder, 'nowhere'))).toMatchObject(unusable(/ENOENT.*nowhere/));
    expect(await contentOf(folder)).toEqual(new Map());
  });

  test('in a folder that is a file', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'file'), 'mine');
    const before = await contentOf(folder);
    expect(await refusalOf(join(folder, 'file'))).toMatchObject(unusable(/ENOTDIR.*file/));
    expect(await contentOf(folder)).toEqual(before);
  });

  test('when a file is in the place of its log', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'log'), 'mine');
    const before = await contentOf(folder);
    expect(await refusalOf(folder)).toMatchObject(unusable(/EEXIST.*log/));
    expect(await contentOf(folder)).toEqual(before);
  });

  // Nobody makes a folder there, whoever it is; other means would need a mount.
  test.runIf(process.platform === 'linux')('in a folder that cannot be written to', async () => {
    expect(await refusalOf('/sys')).toMatchObject(unusable(/EPERM|EROFS|EACCES/));
  });

  test('when a segment cannot be read', async () => {
    const folder = temporaryFolder();
    const node = await openNode(nodePorts(folder));
    node.start();
    await run(node, 0, 3);
    await node.close();
    const [segment = ''] = await filesOf(folder, 'segment');
    await rm(segment);
    await mkdir(segment);
    const before = await contentOf(folder);
    expect(await refusalOf(folder)).toMatchObject({
      code: 'LOG_UNREADABLE',
      message: expect.stringContaining('see to the disk'),
    });
    expect(await contentOf(folder)).toEqual(before);
  });
});

describe('on a full disk', () => {
  /** The disk of a folder with room for so many bytes more. */
  function smallDisk(disk: Disk, room: { bytes: number }): Disk {
    const write = async (file: DiskFile, offset: number, bytes: Uint8Array): Promise<number> => {
      if (room.bytes < bytes.length) throw new DiskError('ENOSPC', 'writeAt', file.path);
      room.bytes -= bytes.length;
      return file.writeAt(offset, bytes);
    };
    const smallFile = (file: DiskFile): DiskFile => ({
      path: file.path,
      size: () => file.size(),
      append: async (bytes) => write(file, await file.size(), bytes),
      writeAt: (offset, bytes) => write(file, offset, bytes),
      read: (offset, length) => file.read(offset, length),
      sync: () => file.sync(),
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    });
    return {
      open: async (path, mode) => smallFile(await disk.open(path, mode)),
      list: (directory) => disk.list(directory),
      rename: (from, to) => disk.rename(from, to),
      remove: (path) => disk.remove(path),
      makeDirectory: (directory) => disk.makeDirectory(directory),
      syncDirectory: (directory) => disk.syncDirectory(directory),
      lock: (path) => disk.lock(path),
    };
  }

  test('a node stops and says so, and loses nothing that it had acknowledged', async () => {
    const folder = temporaryFolder();
    const ports = nodePorts(folder);
    const node = await openNode({ ...ports, disk: smallDisk(ports.disk, { bytes: 40_000 }) });
    node.start();
    let acknowledged = 0;
    const stop: unknown = await (async () => {
      for (;;) {
        const input = { operationId: `operation-${acknowledged}`, workflow: 'double', input: acknowledged };
        await node.submit(input);
        acknowledged += 1;
      }
    })().catch((error: unknown) => error);
    expect(stop).toBeInstanceOf(NodeStopped);
    expect(stop).toMatchObject({
      code: 'NODE_STOPPED',
      kind: 'no-space',
      cause: {
        code: 'LOG_FAILED',
        message: expect.stringContaining('make room on the disk, then open the log again'),
      },
    });
    expect(await node.failure).toMatchObject({ kind: 'no-space' });
    await node.close();

    expect(acknowledged).toBeGreaterThan(5);
    const next = await openNode(ports);
    next.start();
    for (let number = 0; number < acknowledged; number += 1) {
      expect((await next.wait(`operation-${number}`)).value).toBe(number * 2);
    }
    await next.close();
  });

  test('a node opens and answers, and takes nothing', async () => {
    const folder = temporaryFolder();
    const ports = nodePorts(folder);
    const before = await openNode(ports);
    before.start();
    await run(before, 0, 3);
    await before.close();
    // What was there is written once more when it is opened: it takes no more room.
    const bytes = 2048;
    const node = await openNode({ ...ports, disk: smallDisk(ports.disk, { bytes }) });
    node.start();
    expect((await node.wait('operation-2')).value).toBe(4);
    await expect(run(node, 3, 5)).rejects.toMatchObject({ code: 'NODE_STOPPED', kind: 'no-space' });
    await node.close();
    expect(await resultsIn(folder, 3)).toEqual([0, 2, 4]);
  });
});
