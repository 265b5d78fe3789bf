import { describe, expect, test } from 'vitest';
import { compactionInput } from '../../../src/sagas/compaction-saga.js';
import { LocalSegments, objectOf } from '../../../src/sagas/local-segments.js';
import { encodeManifest } from '../../../src/sagas/manifest.js';
import type { SagaRunner } from '../../../src/sagas/saga-runner.js';
import { nameOf } from '../../../src/sagas/saga-store.js';
import type { SagaEnd } from '../../../src/sagas/saga.js';
import { SegmentReader } from '../../../src/sagas/segment-reader.js';
import type { Life } from './harbour.js';
import { memoryDisk } from './memory-disk.js';
import { compaction, contentOf, eviction, idOf, localPlace, objectAt, Quay } from './quay.js';

const first = nameOf('segment', objectAt('1'));
const second = nameOf('segment', objectAt('2'));
const manifest = nameOf('manifest', objectOf(encodeManifest(['2', '3'].map(objectAt))));
const down = new Error('the store is down');

async function run(
  quay: Quay,
  request: ReturnType<typeof eviction>,
): Promise<{ readonly end: SagaEnd; readonly life: Life; readonly runner: SagaRunner }> {
  const { life, runner } = await quay.life();
  await runner.start();
  await runner.begin(request);
  return { end: await runner.ended(request.sagaId), life, runner };
}

/** Cancels a saga as soon as a step is recorded as done. */
async function cancelAfter(quay: Quay, request: ReturnType<typeof eviction>, step: string): Promise<SagaEnd> {
  const { life, runner } = await quay.life();
  life.at = () => {
    const saga = life.sagas.open.get(request.sagaId);
    const index = saga?.steps.indexOf(step) ?? -1;
    const isDone = saga?.records[index]?.progress.kind === 'done';
    if (isDone && saga?.cancelReason === null) {
      life.give({ kind: 'cancel', sagaId: request.sagaId, reason: 'no more' });
    }
  };
  await runner.start();
  await runner.begin(request);
  return runner.ended(request.sagaId);
}

describe('an eviction', () => {
  test('uploads, verifies, points the name to the store and removes the local bytes', async () => {
    const quay = new Quay();
    const { end, life } = await run(quay, eviction());
    expect(end.kind).toBe('done');
    expect(life.acts).toEqual(['upload', 'verify', 'locate', 'retire'].map((step) => `perform ${step}`));
    expect(quay.local('1')).toBeUndefined();
    expect(quay.place('one')).toMatchObject({ kind: 'remote', name: first });
    expect(quay.heldBy('evict')).toEqual([`segment/${first.id}`]);
  });

  test.each(['upload', 'verify', 'locate'])(
    'F50: cancelled after %s is as if it had never been',
    async (step) => {
      const quay = new Quay();
      expect((await cancelAfter(quay, eviction(), step)).kind).toBe('compensated');
      expect(quay.hasLocal('1')).toBe(true);
      expect(quay.store.objects.size).toBe(0);
      expect(quay.place('one')).toEqual(localPlace('1'));
    },
  );

  test('F51: cancelled while its bytes are being removed fetches them back before it lets go', async () => {
    const quay = new Quay();
    const { life, runner } = await quay.life();
    let isAsked = false;
    life.at = () => {
      if (isAsked || quay.local('1') !== undefined) return;
      isAsked = true;
      void runner.cancel('evict', 'no more');
    };
    await runner.start();
    await runner.begin(eviction());
    expect((await runner.ended('evict')).kind).toBe('compensated');
    expect(life.acts).toContain('compensate retire');
    expect(quay.hasLocal('1')).toBe(true);
    expect(quay.store.objects.size).toBe(0);
  });

  test('F51: that is done cannot be cancelled any more, and says so', async () => {
    const { runner } = await run(new Quay(), eviction());
    expect(await runner.cancel('evict', 'no more')).toMatchObject({ refusal: { code: 'SAGA_ENDED' } });
  });

  test.each([
    ['F37: other bytes are at the store under the name', 'put'],
    ['F38: what was uploaded was replaced before it is verified', 'pin'],
    ['F39: what was verified is damaged before the local bytes go', 'get'],
  ])('%s: the local bytes stay', async (_name, call) => {
    const quay = new Quay();
    quay.store.put(first, contentOf('1'), 'somebody');
    quay.store.failing = (each) => {
      if (each === call) quay.store.damage(first);
      return undefined;
    };
    expect((await run(quay, eviction())).end.kind).toBe('compensated');
    expect(quay.hasLocal('1')).toBe(true);
    expect(quay.place('one')).toEqual(localPlace('1'));
  });

  test.each([
    ['F39: vanished after it was verified', 'get', 'compensate retire'],
    ['F54: was lost before it is verified', 'pin', 'compensate verify'],
  ])('whose upload %s goes back, and can be begun anew', async (_name, call, act) => {
    const quay = new Quay();
    quay.store.failing = (each) => {
      if (each === call) quay.store.objects.clear();
      return undefined;
    };
    const { end, life } = await run(quay, eviction());
    expect(end.kind).toBe('compensated');
    expect(life.acts).toContain(act);
    expect(quay.hasLocal('1')).toBe(true);
    quay.store.failing = () => undefined;
    expect((await run(quay, eviction('again'))).end.kind).toBe('done');
  });

  test('F40: lets go of what it holds itself, and takes nothing from others', async () => {
    const quay = new Quay();
    quay.store.put(first, contentOf('1'), 'somebody');
    await cancelAfter(quay, eviction(), 'verify');
    expect(quay.store.get(first)).toEqual(contentOf('1'));
    expect(quay.heldBy('evict')).toEqual([]);
  });

  test('F47: of bytes that have changed since another try is not stopped by what that has left', async () => {
    const quay = new Quay();
    await cancelAfter(quay, eviction(), 'upload');
    const healed = new Uint8Array(Buffer.from('healed'));
    quay.files.set(`segments/${idOf('1')}.segment`, healed);
    const { end } = await run(quay, eviction('again'));
    expect(end).toMatchObject({ kind: 'compensated', cause: { step: 'upload' } });
    expect(nameOf('segment', objectOf(healed)).id).not.toBe(first.id);
  });

  test('F52: whose store is down while it goes back stays compensating, and lets go when it can', async () => {
    const quay = new Quay();
    let failures = 0;
    quay.store.failing = (call) => {
      if (call === 'pin') quay.store.damage(first);
      if (call !== 'release' || failures === 40) return undefined;
      failures += 1;
      return down;
    };
    const { end } = await run(quay, eviction());
    expect(end.kind).toBe('compensated');
    expect(failures).toBe(40);
    expect(quay.store.objects.size).toBe(0);
  });

  test('whose input is none does nothing', async () => {
    const quay = new Quay();
    const { end } = await run(quay, { ...eviction(), input: { name: 'one' } });
    expect(end.kind).toBe('compensated');
  });
});

describe('a compaction', () => {
  test('stages its segments, publishes the manifest and points the name to it', async () => {
    const quay = new Quay();
    const { end, life } = await run(quay, compaction());
    expect(end.kind).toBe('done');
    const steps = ['stage_segments', 'publish_manifest', 'update_locator'];
    expect(life.acts).toEqual(steps.map((step) => `perform ${step}`));
    expect(quay.place('all')).toMatchObject({ kind: 'remote', name: manifest });
    expect(quay.heldBy('compact').length).toBe(3);
  });

  test.each(['stage_segments', 'publish_manifest'])(
    'F46: cancelled after %s leaves nothing, and begun anew under another id writes each once',
    async (step) => {
      const quay = new Quay();
      expect((await cancelAfter(quay, compaction(), step)).kind).toBe('compensated');
      expect(quay.store.objects.size).toBe(0);
      expect(quay.place('all')).toBeUndefined();
      quay.store.writes.clear();
      expect((await run(quay, compaction('again'))).end.kind).toBe('done');
      expect([...quay.store.writes.values()]).toEqual([1, 1, 1]);
    },
  );

  test('F40, F41: that is cancelled takes neither segments nor the manifest from one that holds them too', async () => {
    const quay = new Quay();
    expect((await run(quay, compaction('before'))).end.kind).toBe('done');
    expect((await run(quay, compaction('after'))).end).toMatchObject({ cause: { step: 'update_locator' } });
    expect(quay.heldBy('before').length).toBe(3);
    expect(quay.heldBy('after')).toEqual([]);
  });

  test('F42: that fails half-way through its list lets go of what it has put', async () => {
    const quay = new Quay();
    quay.files.delete(`segments/${idOf('3')}.segment`);
    quay.store.put(nameOf('segment', objectAt('3')), contentOf('3'), 'somebody');
    const { end } = await run(quay, compaction());
    expect(end).toMatchObject({ kind: 'compensated', cause: { step: 'stage_segments' } });
    expect(quay.store.get(second)).toBeUndefined();
  });

  test.each([
    ['no segments', []],
    ['a segment twice', ['2', '2']],
  ])('F48: with %s is refused before anything is done', (_name, digits) => {
    expect(() => compaction('x', digits)).toThrow(
      expect.objectContaining({ code: 'SAGA_INVALID_COMPACTION' }),
    );
  });

  test('F48: of which an id stands for two contents is refused, also by the saga itself', async () => {
    const segments = ['2', '3'].map((digit) => ({ segmentId: idOf('2'), object: objectAt(digit) }));
    expect(() => compactionInput({ name: 'all', replaces: null, segments })).toThrow(/two contents/u);
    const quay = new Quay();
    const input = { name: 'all', replaces: null, segments: [] };
    expect((await run(quay, { ...compaction(), input })).end.kind).toBe('compensated');
    expect(quay.store.writes.size).toBe(0);
  });

  test('F49: has a manifest that is never named as a segment is', () => {
    const bytes = encodeManifest([objectAt('2')]);
    expect(nameOf('manifest', objectOf(bytes))).not.toEqual(nameOf('segment', objectOf(bytes)));
  });

  test('F55: of the same segments has the same manifest, whenever it is made', () => {
    expect(encodeManifest([objectAt('2')])).toEqual(encodeManifest([objectAt('2')]));
  });

  test('F45: that went back is not brought to life by what arrives late', async () => {
    const quay = new Quay();
    await cancelAfter(quay, compaction(), 'publish_manifest');
    for (const duplicate of quay.store.duplicates) duplicate();
    expect(quay.store.objects.size).toBe(0);
  });
});

describe('a reader', () => {
  const terms = { sessionId: 's1', sagaId: 'reader', deadlineMs: 1000 };

  async function reading(quay: Quay): Promise<{ readonly reader: SegmentReader; readonly life: Life }> {
    const { life } = await quay.life();
    const local = await LocalSegments.open(
      memoryDisk(quay.files, (act) => life.outside(act)),
      'segments',
    );
    const reader = new SegmentReader({
      locate: async (name) => life.locator.get(name),
      local,
      remote: quay.store.from(life),
      entropy: { bytes: (length) => new Uint8Array(length).fill(7), below: () => 0 },
    });
    return { reader, life };
  }

  test('finds what is here, what was evicted, and what was compacted', async () => {
    const quay = new Quay();
    expect(await (await reading(quay)).reader.read('one', terms)).toEqual([contentOf('1')]);
    await run(quay, eviction());
    await run(quay, compaction());
    const { reader } = await reading(quay);
    expect(await reader.read('one', terms)).toEqual([contentOf('1')]);
    expect(await (await reading(quay)).reader.read('nothing', terms)).toBeUndefined();
  });

  test('F53: goes on reading what its owner lets go of meanwhile, and then lets go of it too', async () => {
    const quay = new Quay();
    await run(quay, compaction());
    const { reader } = await reading(quay);
    const place = quay.place('all');
    const holder = place?.kind === 'remote' ? place.holder : '';
    quay.store.failing = (call, name) => {
      // The manifest goes first, and each segment when the reader has taken hold of it.
      if (call === 'get') quay.store.release(name, holder);
      return undefined;
    };
    expect(await reader.read('all', terms)).toEqual([contentOf('2'), contentOf('3')]);
    expect(quay.store.objects.size).toBe(0);
  });

  test('is told when what a name stands for is nowhere', async () => {
    const quay = new Quay();
    quay.files.clear();
    const { reader } = await reading(quay);
    await expect(reader.read('one', terms)).rejects.toMatchObject({ code: 'SEGMENT_LOST' });
  });

  test('looks again when a name has moved', async () => {
    const quay = new Quay();
    const { life, reader } = await reading(quay);
    await run(quay, eviction());
    const moved = quay.place('one');
    life.at = () => {
      if (moved !== undefined) life.locator.set('one', moved);
    };
    expect(await reader.read('one', terms)).toEqual([contentOf('1')]);
  });
});
