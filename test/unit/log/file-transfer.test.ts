import { describe, expect, test } from 'vitest';
import type { DiskFile } from '../../../src/runtime/disk.js';
import { appendSectors, writeFully } from '../../../src/log/file-transfer.js';

/** A file that takes as many bytes of each write as it is told to, and writes down what is asked of it. */
function scriptedFile(takes: readonly number[]) {
  const calls: string[] = [];
  let turn = 0;
  const file: DiskFile = {
    path: 'file',
    size: async () => 0,
    append: async () => 0,
    writeAt: async (offset, content) => {
      const taken = Math.min(takes[turn] ?? content.length, content.length);
      turn += 1;
      calls.push(`write ${offset}+${taken}`);
      return taken;
    },
    read: async () => new Uint8Array(),
    sync: async () => {
      calls.push('sync');
    },
    truncate: async (length) => {
      calls.push(`truncate ${length}`);
    },
    close: async () => {},
  };
  return { file, calls };
}

describe('appending sectors', () => {
  test('a short write is continued where it stopped', async () => {
    const { file, calls } = scriptedFile([512]);
    await appendSectors(file, 1024, new Uint8Array(1536));
    expect(calls).toEqual(['write 1024+512', 'write 1536+1024']);
  });

  test('a short write that ends inside a sector is cut back before anything is written behind it', async () => {
    const { file, calls } = scriptedFile([700, 100]);
    await appendSectors(file, 1024, new Uint8Array(1536));
    expect(calls).toEqual([
      'write 1024+700',
      'truncate 1536',
      'sync',
      'write 1536+100',
      'truncate 1536',
      'sync',
      'write 1536+1024',
    ]);
  });

  test('a disk that never takes a sector is full', async () => {
    const { file, calls } = scriptedFile(Array.from({ length: 100 }, () => 188));
    await expect(appendSectors(file, 1024, new Uint8Array(512))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(calls.filter((call) => call.startsWith('write'))).toHaveLength(8);
  });
});

test('writing fully goes on byte by byte if it must', async () => {
  const { file, calls } = scriptedFile([1, 2]);
  await writeFully(file, 10, new Uint8Array(6));
  expect(calls).toEqual(['write 10+1', 'write 11+2', 'write 13+3']);
});
