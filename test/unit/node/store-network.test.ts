import { describe, expect, test } from 'vitest';
import { digestHex } from '../../../src/codec/digest.js';
import type { ComputationHandler } from '../../../src/remote/computation-registry.js';
import { objectBytesMax, type StoreTerms } from '../../../src/remote/remote-segments.js';
import { bytes, cruelLoss } from '../log/sea.js';
import { StoreBench } from './store-bench.js';
import { charge, segment, storeOptions } from './store-fixtures.js';

const manifest = { ...segment, kind: 'manifest' } as const;
const terms: StoreTerms = { sessionId: 's', sagaId: 'saga', deadlineMs: 60_000 };
const objectOf = (content: string) => ({ digest: digestHex(bytes(content)), length: content.length });

const bad = { numerator: 1, denominator: 8 };
const rough = {
  'network.lost': bad,
  'network.delayed': bad,
  'network.reordered': bad,
  'network.duplicated': bad,
  'network.corrupted': bad,
} as const;

describe('the remote store, over the network', () => {
  test('does all that sagas ask of it', async () => {
    await new StoreBench().run(async ({ segments }) => {
      expect(await segments.stat(segment, terms)).toBeUndefined();
      expect(await segments.get(segment, terms)).toBeUndefined();
      const held = { kind: 'held', created: true, object: objectOf('P') };
      expect(await segments.put(segment, bytes('P'), 'one', terms)).toEqual(held);
      expect(await segments.put(segment, bytes('P'), 'one', terms)).toEqual(held);
      expect(await segments.put(segment, bytes('P'), 'two', terms)).toEqual({ ...held, created: false });
      expect(await segments.put(segment, bytes('Q'), 'three', terms)).toEqual({
        kind: 'conflict',
        object: objectOf('P'),
      });
      expect(await segments.put(manifest, bytes('M'), 'one', terms)).toMatchObject({ created: true });
      expect(await segments.stat(segment, terms)).toEqual(objectOf('P'));
      expect(await segments.get(segment, terms)).toEqual(bytes('P'));
      expect(await segments.pin(segment, objectOf('P'), 'four', terms)).toEqual({ kind: 'held' });
      expect(await segments.pin(segment, objectOf('Q'), 'five', terms)).toEqual({
        kind: 'conflict',
        object: objectOf('P'),
      });
      for (const holder of ['one', 'two', 'three', 'four']) await segments.release(segment, holder, terms);
      expect(await segments.stat(segment, terms)).toBeUndefined();
      expect(await segments.pin(segment, objectOf('P'), 'six', terms)).toEqual({ kind: 'absent' });
      expect(await segments.pin(segment, objectOf('P'), 'four', terms)).toEqual({ kind: 'released' });
      expect(await segments.put(segment, bytes('P'), 'one', terms)).toEqual({ kind: 'released' });
      expect(await segments.stat(manifest, terms)).toEqual(objectOf('M'));
    });
  });

  test('F47: shows what is recorded to a put of other bytes under the same holder', async () => {
    await new StoreBench().run(async ({ segments }) => {
      await segments.put(segment, bytes('P'), 'one', terms);
      await expect(segments.put(segment, bytes('Q'), 'one', terms)).rejects.toMatchObject({
        code: 'REMOTE_CONFLICT',
        recorded: { computation: '3:segment_put', progress: 'recorded' },
      });
      expect(await segments.put(segment, bytes('P'), 'another attempt', terms)).toMatchObject({
        kind: 'held',
      });
    });
  });

  test('carries an object of the most bytes, there and back, and shows a conflict about it', async () => {
    const limits = { ...storeOptions.segments, bytesMax: 10_000_000 };
    await new StoreBench({ store: { segments: limits, segmentBytes: 4_000_000 } }).run(
      async ({ segments }) => {
        const large = new Uint8Array(objectBytesMax).fill(7);
        expect(await segments.put(segment, large, 'x'.repeat(256), terms)).toMatchObject({ created: true });
        expect(await segments.get(segment, terms)).toEqual(large);
        await expect(segments.put(segment, bytes('Q'), 'x'.repeat(256), terms)).rejects.toMatchObject({
          code: 'REMOTE_CONFLICT',
          recorded: { input: null },
        });
      },
    );
  });

  test('refuses what fails for good with the code that it failed with', async () => {
    await new StoreBench().run(async ({ segments }) => {
      const failed = { code: 'REMOTE_FAILED', failure: 'SEGMENTS_INVALID' };
      await expect(segments.release(segment, '', terms)).rejects.toMatchObject(failed);
      await expect(segments.stat(segment, { ...terms, sessionId: 't' })).rejects.toMatchObject({
        code: 'REMOTE_NO_CAPABILITY',
      });
    });
  });

  test('F1, F45: through loss, corruption and crashes, does each thing as if nothing had happened', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const bench = new StoreBench({
        seed,
        networkFaults: rough,
        diskFaults: cruelLoss,
        store: { snapshotEveryRecords: 5 },
      });
      await bench.run(async ({ segments, ports }) => {
        const crashes = (async (): Promise<void> => {
          for (let crash = 0; crash < 4; crash += 1) {
            await ports.clock.sleep(100 + ports.entropy.below(400));
            bench.restart();
          }
        })();
        for (const attempt of [1, 2, 3]) {
          const [putter, pinner] = [`put#${attempt}`, `pin#${attempt}`];
          const content = `P${attempt}`;
          const put = await segments.put(segment, bytes(content), putter, terms);
          expect(put).toEqual({ kind: 'held', created: true, object: objectOf(content) });
          expect(await segments.pin(segment, objectOf(content), pinner, terms)).toEqual({ kind: 'held' });
          await segments.release(segment, putter, terms);
          expect(await segments.get(segment, terms)).toEqual(bytes(content));
          await segments.release(segment, pinner, terms);
          expect(await segments.stat(segment, terms)).toBeUndefined();
        }
        await crashes;
        await ports.clock.sleep(10_000);
        expect(await segments.stat(segment, terms)).toBeUndefined();
      });
    }
  });

  test('K1: an effect outside may be tried again after a crash, always under the same key, and its outcome is one', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const applied = new Map<string, number>();
      const handler: ComputationHandler = async (_input, { key }) => {
        applied.set(key, (applied.get(key) ?? 0) + 1);
        return bytes(`receipt ${applied.get(key)}`);
      };
      const store = { computations: [[charge, handler]] as const };
      const bench = new StoreBench({ seed, networkFaults: rough, diskFaults: cruelLoss, store });
      await bench.run(async ({ executor, ports }) => {
        const call = {
          sessionId: 's',
          identity: { kind: 'request' },
          request: { computation: charge, input: bytes('5') },
          traceId: 'trace',
          sagaId: null,
          deadlineMs: 60_000,
        } as const;
        const first = executor.execute(call);
        await ports.clock.sleep(ports.entropy.below(60));
        bench.restart();
        const second = await executor.execute(call);
        expect(await first).toEqual(second);
        bench.restart();
        expect(await executor.execute(call)).toEqual(second);
      });
      expect(applied.size).toBe(1);
    }
  });
});
