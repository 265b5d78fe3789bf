import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CborValue, encode } from '../../src/codec/cbor.js';
import { crc32c } from '../../src/codec/crc32c.js';
import { encodeVersioned } from '../../src/codec/schema.js';
import { nodePorts } from '../../src/index.js';
import { type Log, openLog } from '../../src/log/log.js';
import { bundledChild } from './bundled-child.js';
import { temporaryFolder } from '../temporary-folder.js';
import { contentOf, filesOf, openNode, resultsIn, run } from './node-folder.js';

const operations = 20;
const doubled = Array.from({ length: operations }, (_, number) => number * 2);
const bundled = bundledChild('folder-refusals');

/** The folder's log itself, to do with it what no node of this build would. */
function logIn(folder: string): Promise<Log> {
  const options = { directory: 'log', segmentBytes: 8192 };
  return openLog(nodePorts(folder), options, { snapshot() {}, record() {} });
}

/** A folder with several segments. */
async function grownFolder(snapshotEveryRecords = 1_000_000): Promise<string> {
  const folder = temporaryFolder();
  const node = await openNode(nodePorts(folder), { snapshotEveryRecords });
  node.start();
  await run(node, 0, operations);
  await node.close();
  return folder;
}

/** A folder that has lived long enough for a snapshot to stand instead of the first segments. */
async function compactedFolder(): Promise<string> {
  const folder = await grownFolder(20);
  const log = await logIn(folder);
  await log.compact();
  await log.close();
  return folder;
}

/** The error that opening the folder ends in: one line that says what to do. Nothing in the folder is another then. */
async function refusalOf(folder: string): Promise<unknown> {
  const before = await contentOf(folder);
  const refusal: unknown = await openNode(nodePorts(folder)).then(
    () => 'it was opened',
    (error: unknown) => error,
  );
  expect(await contentOf(folder)).toEqual(before);
  expect(refusal).toBeInstanceOf(Error);
  const message = refusal instanceof Error ? refusal.message : '';
  expect(message).not.toContain('\n');
  expect(message).toMatch(/nothing was changed|close that one first/);
  return refusal;
}

async function flip(file: string, offset: number): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 0x10, offset);
  await writeFile(file, bytes);
}

async function newerHeader(file: string, checksumOffset: number): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt32LE(2, 4);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, checksumOffset)), checksumOffset);
  await writeFile(file, bytes);
}

describe('a folder that another live process has open', () => {
  async function childOn(folder: string): Promise<{ readonly child: ChildProcess; readonly said: unknown }> {
    const child = fork(bundled.script, [folder]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const [said] = await once(child, 'message');
    return { child, said };
  }

  test('is refused, and can be opened when that process is dead', async () => {
    const folder = await grownFolder();
    const { child, said } = await childOn(folder);
    expect(said).toBe('open');
    expect(await refusalOf(folder)).toMatchObject({
      code: 'LOG_LOCKED',
      path: 'log/LOCK',
      message: expect.stringContaining(`process ${child.pid} has it`),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await resultsIn(folder, operations)).toEqual(doubled);
  });

  test('is refused to that process as well, and the owner goes on', async () => {
    const folder = await grownFolder();
    const node = await openNode(nodePorts(folder));
    node.start();
    expect((await childOn(folder)).said).toBe('LOG_LOCKED');
    expect(await refusalOf(folder)).toMatchObject({ code: 'LOG_LOCKED' });
    await run(node, operations, 1);
    await node.close();
    expect(await resultsIn(folder, operations + 1)).toEqual([...doubled, operations * 2]);
  });
});

describe('a folder that a newer build has written to', () => {
  test.each([
    ['first', 0],
    ['last', -1],
  ])('is refused for the format of its %s segment', async (_, index) => {
    const folder = await grownFolder();
    const file = (await filesOf(folder, 'segment')).at(index) ?? '';
    await newerHeader(file, 508);
    expect(await refusalOf(folder)).toMatchObject({
      code: 'LOG_NEWER',
      path: `log/${basename(file)}`,
      version: 2,
    });
  });

  test('is refused for the format of its snapshot', async () => {
    const folder = await compactedFolder();
    const file = (await filesOf(folder, 'snapshot')).at(-1) ?? '';
    await newerHeader(file, 60);
    expect(await refusalOf(folder)).toMatchObject({ code: 'LOG_NEWER', path: `log/${basename(file)}` });
  });

  /** Writes to the log itself, as a build would that knows more. Then it is killed: one write is torn, and one snapshot not done. */
  async function writtenBy(
    newer: { readonly record: CborValue } | { readonly snapshot: Uint8Array },
  ): Promise<string> {
    const folder = await grownFolder();
    const log = await logIn(folder);
    if ('record' in newer) await log.durable(log.append([encode(newer.record)]).lastLsn);
    else await log.snapshot(log.lastLsn, newer.snapshot);
    await log.close();
    await appendFile((await filesOf(folder, 'segment')).at(-1) ?? '', new Uint8Array(700));
    await writeFile(`${folder}/log/snapshot-00000000000000ff.tmp`, 'half of a snap');
    return folder;
  }

  test.each([
    ['a kind of steps', ['steps', { version: 1, kind: 'step_paused', execution_id: 'x' }], 'step_paused'],
    [
      'a version of steps',
      ['steps', { version: 2, kind: 'step_result', execution_id: 'x' }],
      'entry.version is 2',
    ],
    ['a kind of operations', ['operations', { kind: 'operation_paused', at_ms: 1 }], 'operation_paused'],
    ['a kind of submissions', ['submissions', { kind: 'resubmitted', operationId: 'x' }], 'resubmitted'],
    ['a shape of records', { room: 'steps' }, 'record is a map'],
  ])('is refused for %s, torn writes and all', async (_, record, told) => {
    const folder = await writtenBy({ record });
    const refusal = await refusalOf(folder);
    expect(refusal).toMatchObject({ code: 'NODE_UNKNOWN_SCHEMA', message: expect.stringContaining(told) });
    expect(refusal).toMatchObject({
      path: `log/${basename((await filesOf(folder, 'segment')).at(-1) ?? '')}`,
      message: expect.stringContaining('start the build that wrote it'),
    });
  });

  test('is refused for a room that this build does not have', async () => {
    const folder = await writtenBy({ record: ['sagas', {}] });
    expect(await refusalOf(folder)).toMatchObject({ code: 'NODE_UNKNOWN_ROOM', room: 'sagas' });
  });

  test('is refused for a room in its snapshot, which the next snapshot would be without', async () => {
    const snapshot = encodeVersioned('seaworthy.snapshot.v1', { sagas: {} });
    expect(await refusalOf(await writtenBy({ snapshot }))).toMatchObject({
      code: 'NODE_UNKNOWN_ROOM',
      path: expect.stringMatching(/^log\/snapshot-/),
    });
  });

  test('is refused for the schema of its snapshot', async () => {
    const snapshot = encodeVersioned('seaworthy.snapshot.v2', {});
    expect(await refusalOf(await writtenBy({ snapshot }))).toMatchObject({
      code: 'NODE_UNKNOWN_SCHEMA',
      path: expect.stringMatching(/^log\/snapshot-/),
    });
  });
});

describe('a folder with a flipped byte in what was acknowledged', () => {
  /** Flips bytes all over a part of a file, one at a time: each is refused, told where, and once it is put right nothing is missing. */
  async function refusesFlips(folder: string, file: string, from: number, to: number): Promise<void> {
    const step = Math.ceil((to - from) / 24);
    for (let offset = from; offset < to; offset += step) {
      await flip(file, offset);
      expect([offset, await refusalOf(folder)]).toMatchObject([
        offset,
        { code: 'LOG_DAMAGED', path: `log/${basename(file)}` },
      ]);
      await flip(file, offset);
    }
    expect(await resultsIn(folder, operations)).toEqual(doubled);
  }

  test('is refused in a segment that is followed by others', async () => {
    const folder = await grownFolder();
    const segments = await filesOf(folder, 'segment');
    expect(segments.length).toBeGreaterThan(2);
    const [, second = ''] = segments;
    await refusesFlips(folder, second, 0, (await readFile(second)).length);
  });

  test('is refused in the last segment, before later data', async () => {
    const folder = await grownFolder();
    const last = (await filesOf(folder, 'segment')).at(-1) ?? '';
    const { length } = await readFile(last);
    expect(length).toBeGreaterThan(3 * 512);
    await refusesFlips(folder, last, 0, length - 512);
  });

  test('is refused in a snapshot', async () => {
    const folder = await compactedFolder();
    const [snapshot = '', ...others] = await filesOf(folder, 'snapshot');
    expect(others).toEqual([]);
    await refusesFlips(folder, snapshot, 0, (await readFile(snapshot)).length);
  });
});
