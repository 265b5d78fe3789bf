import { describe, expect, test } from 'vitest';
import type { DiskImage } from '../../../sim/world/disk/disk-image.js';
import { LogDamaged, LogMisuse } from '../../../src/log/errors.js';
import { segmentName, snapshotName } from '../../../src/log/file-names.js';
import { type Log, openLog } from '../../../src/log/log.js';
import { encodeSegmentHeader } from '../../../src/log/segment-header.js';
import { encodeSnapshot } from '../../../src/log/snapshot-format.js';
import { appendAll, bytes, openAndCollect, readAll, Sea } from './sea.js';
import { header } from './segment-bytes.js';

const segment = (baseLsn: number): string => `log/${segmentName(baseLsn)}`;
const snapshot = (lsn: number): string => `log/${snapshotName(lsn)}`;

/** Three segments: LSN 1 and 2, 3 and 4, 5 and 6; and what `more` adds. Every record is one flush. */
async function threeSegments(more: (log: Log) => Promise<void>) {
  const sea = new Sea();
  await sea.run(async (ports) => {
    const { log } = await openAndCollect(ports);
    for (const [first, second] of [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ] as const) {
      await appendAll(log, first);
      await appendAll(log, second);
      await log.rotate();
    }
    await more(log);
    await log.close();
  });
  return sea.disk.image();
}

const plain = (): Promise<DiskImage> => threeSegments(async () => {});

type Edit = (content: Uint8Array) => Uint8Array | undefined;

/** The image with the file at `path` edited: removed, when the edit gives nothing. */
function edited(image: DiskImage, path: string, edit: Edit): DiskImage {
  if (!image.files.some((file) => file.path === path)) throw new Error(`${path} is not in the image`);
  const files = image.files.flatMap((file) => {
    if (file.path !== path) return [file];
    const content = edit(file.content.slice());
    return content === undefined ? [] : [{ ...file, content }];
  });
  return { ...image, files };
}

function withFile(image: DiskImage, path: string, content: Uint8Array): DiskImage {
  return { ...image, files: [...image.files, { path, content, unreadableSectors: [] }] };
}

const removed: Edit = () => undefined;
const blank =
  (sector: number): Edit =>
  (content) =>
    content.fill(0, sector * 512, (sector + 1) * 512);
const flipped =
  (offset: number): Edit =>
  (content) => {
    content[offset] = (content[offset] ?? 0) ^ 1;
    return content;
  };

/**
 * Opens the log on the image. Says what was refused, having seen that nothing was changed and nothing told.
 */
async function refusal(image: DiskImage): Promise<LogDamaged> {
  const sea = new Sea({ image });
  const contents = () =>
    image.files.map(({ path }) => [path, Buffer.from(sea.disk.cached(path) ?? []).toString('hex')]);
  const before = contents();
  const error = await sea.run(async (ports) => {
    let told = 0;
    const count = (): void => {
      told += 1;
    };
    const opened = openLog(
      ports,
      { directory: 'log', segmentBytes: 4096 },
      { snapshot: count, record: count },
    );
    const refused = await opened.then(
      () => new Error('it was opened'),
      (caught: unknown) => caught,
    );
    expect(told).toBe(0);
    return refused;
  });
  expect(contents()).toEqual(before);
  if (!(error instanceof LogDamaged)) throw error;
  return error;
}

/** What the log on the image holds. */
async function recovered(image: DiskImage) {
  const sea = new Sea({ image });
  return await sea.run(async (ports) => {
    const { log, records, snapshot: found } = await openAndCollect(ports);
    await log.close();
    return {
      records,
      snapshotLsn: found?.lsn,
      files: sea.disk.paths().filter((path) => path !== 'log/LOCK'),
    };
  });
}

describe('a torn tail', () => {
  test('is cut off and stays cut off after a second crash', async () => {
    const torn = edited(await plain(), segment(5), (content) => content.subarray(0, content.length - 100));
    const sea = new Sea({ image: torn });
    for (let life = 0; life < 3; life += 1) {
      await sea.run(async (ports) => {
        const { records, log } = await openAndCollect(ports);
        expect(records).toEqual(['a', 'b', 'c', 'd', 'e']);
        expect(log.lastLsn).toBe(5);
      }, 'power');
      expect(sea.disk.durable(segment(5))?.content).toHaveLength(1024);
    }
  });

  test('W8: costs no record before it', async () => {
    const torn = edited(await plain(), segment(5), blank(2));
    expect((await recovered(torn)).records).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('of a first flush takes its segment with it', async () => {
    const torn = edited(await plain(), segment(5), (content) => content.subarray(0, 1024).fill(0, 512));
    expect(await recovered(torn)).toEqual({
      records: ['a', 'b', 'c', 'd'],
      snapshotLsn: undefined,
      files: [segment(1), segment(3)],
    });
  });

  test('that the cache showed cut off, and the disk did not, says nothing: the next segment goes on behind it', async () => {
    const kept = edited(await plain(), segment(3), (content) =>
      Buffer.concat([content, new Uint8Array(100)]),
    );
    const { records, files } = await recovered(kept);
    expect(records).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(files).toContain(segment(3));
  });

  test('of an earlier segment that the next one does not go on from is damage, where it is torn', async () => {
    const lost = edited(await plain(), segment(3), (content) => content.subarray(0, content.length - 100));
    expect(await refusal(lost)).toMatchObject({ path: segment(3), offset: 1024 });
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['a part of its header', encodeSegmentHeader(header).subarray(0, 100)],
    ['a blank sector', new Uint8Array(512)],
  ])('a last segment with %s is removed', async (_, content) => {
    const { files, records } = await recovered(withFile(await plain(), segment(7), content));
    expect(files).not.toContain(segment(7));
    expect(records).toHaveLength(6);
  });
});

describe('damage is refused, named and left alone', () => {
  test.each([
    ['a bit of a record', segment(1), flipped(512 + 12 + 36), 524],
    ['a bit of a record in the last flush', segment(5), flipped(1024 + 12 + 36), 1036],
    ['a bit of a header', segment(3), flipped(9), 0],
    ['a blank header', segment(5), blank(0), 0],
    ['a blank sector before the last flush', segment(5), blank(1), 512],
    ['a blank last flush before the last segment', segment(3), blank(2), 1024],
    ['a short segment before the last', segment(1), (content: Uint8Array) => content.subarray(0, 1500), 1024],
    ['a headless segment before the last', segment(3), () => new Uint8Array(), 0],
    [
      'a segment of one header before the last',
      segment(3),
      (content: Uint8Array) => content.subarray(0, 512),
      512,
    ],
  ])('%s', async (_, path, edit, offset) => {
    expect(await refusal(edited(await plain(), path, edit))).toMatchObject({
      code: 'LOG_DAMAGED',
      path,
      offset,
    });
  });

  test.each([
    ['the first', segment(1), segment(3)],
    ['a middle', segment(3), segment(5)],
  ])('D29: %s segment is missing', async (_, path, named) => {
    expect(await refusal(edited(await plain(), path, removed))).toMatchObject({ path: named });
  });

  test('D29: a segment of another log', async () => {
    const foreign = encodeSegmentHeader({ ...header, baseLsn: 5 });
    const mixed = edited(await plain(), segment(5), () => foreign);
    expect(await refusal(mixed)).toMatchObject({ path: segment(5), offset: 8 });
  });

  test('D29: a snapshot of another log', async () => {
    const payload = bytes('state');
    const foreign = encodeSnapshot({ logId: header.logId, lsn: 2, payload });
    expect(await refusal(withFile(await plain(), snapshot(2), foreign))).toMatchObject({ path: segment(1) });
  });

  test('D29: an epoch that goes back', async () => {
    const sea = new Sea({ image: await plain() });
    await sea.run(async (ports) => appendAll((await openAndCollect(ports)).log, 'g'));
    const image = sea.disk.image();
    const logId = image.files.find((file) => file.path === segment(1))?.content.slice(8, 24) ?? bytes('');
    const older = encodeSegmentHeader({ logId, segmentId: 9, epoch: 1, baseLsn: 8 });
    expect(await refusal(withFile(image, segment(8), older))).toMatchObject({ path: segment(8), offset: 28 });
  });

  test('W19: a segment under the name of another', async () => {
    const image = await plain();
    const third = image.files.find((file) => file.path === segment(3))?.content ?? new Uint8Array();
    expect(await refusal(edited(image, segment(5), () => third))).toMatchObject({
      path: segment(5),
      offset: 32,
    });
  });
});

describe('snapshots', () => {
  const withSnapshots = (): Promise<DiskImage> =>
    threeSegments(async (log) => {
      await log.snapshot(2, bytes('state 2'));
      await log.snapshot(5, bytes('state 5'));
    });

  test('the newest valid one is used, and only records behind it are told', async () => {
    expect(await recovered(await withSnapshots())).toMatchObject({ snapshotLsn: 5, records: ['f'] });
  });

  test.each([
    ['a turned bit', flipped(70)],
    ['a turned bit in the header', flipped(26)],
    ['a blank file', (content: Uint8Array) => content.fill(0)],
    ['a short file', (content: Uint8Array) => content.subarray(0, 66)],
    ['an empty file', () => new Uint8Array()],
  ])('a damaged newest one is passed over when the rest covers everything: %s', async (_, edit) => {
    const damaged = edited(await withSnapshots(), snapshot(5), edit);
    expect(await recovered(damaged)).toMatchObject({ snapshotLsn: 2, records: ['c', 'd', 'e', 'f'] });
    const both = edited(damaged, snapshot(2), flipped(70));
    expect(await recovered(both)).toMatchObject({
      snapshotLsn: undefined,
      records: ['a', 'b', 'c', 'd', 'e', 'f'],
    });
  });

  test('a damaged newest one is refused when the rest has gaps', async () => {
    const compacted = await threeSegments(async (log) => {
      await log.snapshot(5, bytes('state 5'));
      await log.compact();
    });
    expect(await refusal(edited(compacted, snapshot(5), flipped(70)))).toMatchObject({ path: snapshot(5) });
    const truncated = edited(await withSnapshots(), snapshot(5), flipped(70));
    const short = edited(truncated, segment(5), removed);
    expect(await refusal(short)).toMatchObject({ path: snapshot(5) });
  });

  test('records that end before the snapshot were lost', async () => {
    const torn = edited(await withSnapshots(), segment(5), removed);
    expect(await refusal(torn)).toMatchObject({ path: segment(3) });
  });

  test('leftovers of unfinished ones are removed', async () => {
    const left = withFile(await plain(), 'log/snapshot-0000000000000003.tmp', bytes('half'));
    expect((await recovered(left)).files).toEqual([segment(1), segment(3), segment(5)]);
  });

  test('W12: compaction keeps a segment of which the snapshot covers all but the last record', async () => {
    const image = await threeSegments(async (log) => {
      await log.snapshot(3, bytes('state 3'));
      await log.compact();
      expect(await readAll(log, 2)).toEqual(['c', 'd', 'e', 'f']);
    });
    expect(image.files.map((file) => file.path)).toEqual([segment(3), segment(5), snapshot(3)]);
    expect(await recovered(image)).toMatchObject({ snapshotLsn: 3, records: ['d', 'e', 'f'] });
  });

  test('compaction keeps the newest segment, and with it the epoch', async () => {
    const image = await threeSegments(async (log) => {
      await log.snapshot(6, bytes('state 6'));
      await log.compact();
    });
    expect(image.files.map((file) => file.path)).toEqual([segment(5), snapshot(6)]);
    const sea = new Sea({ image });
    for (const epoch of [2, 3]) {
      await sea.run(async (ports) => {
        const { log } = await openAndCollect(ports);
        expect(log.epoch).toBe(epoch);
        await appendAll(log, 'g');
      });
    }
  });

  test('a snapshot must be of durable records, and not older than the last', async () => {
    await threeSegments(async (log) => {
      await log.snapshot(5, bytes('state 5'));
      await expect(log.snapshot(7, bytes('state 7'))).rejects.toBeInstanceOf(LogMisuse);
      await expect(log.snapshot(4, bytes('state 4'))).rejects.toBeInstanceOf(LogMisuse);
      expect(log.snapshotLsn).toBe(5);
    });
  });
});

describe('an unreadable sector', () => {
  test('is not told as a torn tail', async () => {
    const image = await plain();
    const files = image.files.map((file) =>
      file.path === segment(5) ? { ...file, unreadableSectors: [2] } : file,
    );
    const sea = new Sea({ image: { ...image, files } });
    await sea.run(async (ports) => {
      await expect(openAndCollect(ports)).rejects.toMatchObject({ code: 'LOG_UNREADABLE', path: segment(5) });
    });
  });
});

test('what a callback throws ends the opening and gives up the lock', async () => {
  const sea = new Sea({ image: await plain() });
  await sea.run(async (ports) => {
    const boom = new Error('boom');
    const callbacks = {
      snapshot: () => {},
      record: () => {
        throw boom;
      },
    };
    await expect(openLog(ports, { directory: 'log', segmentBytes: 4096 }, callbacks)).rejects.toBe(boom);
    expect((await openAndCollect(ports)).records).toHaveLength(6);
  });
});
