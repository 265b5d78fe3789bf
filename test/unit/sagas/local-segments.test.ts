import { describe, expect, test } from 'vitest';
import { LocalSegments, objectOf } from '../../../src/sagas/local-segments.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { cruelLoss, Sea } from '../log/sea.js';
import { contentOf, idOf } from './quay.js';

const open = ({ disk }: Ports): Promise<LocalSegments> => LocalSegments.open(disk, 'store/segments');
const [old, fresh] = [contentOf('1'), new Uint8Array(Buffer.from('x'.repeat(2000)))];

describe('a local segment', () => {
  test('is there when it was put, replaced when it is put again, and gone when it was removed', async () => {
    const sea = new Sea();
    await sea.run(async (ports) => {
      const local = await open(ports);
      expect(await local.put(idOf('1'), old)).toEqual(objectOf(old));
      await local.put(idOf('1'), fresh);
      expect(await local.read(idOf('1'))).toEqual(fresh);
      expect(await local.digest(idOf('1'))).toEqual(objectOf(fresh));
      await local.remove(idOf('1'));
      await local.remove(idOf('1'));
      expect(await local.read(idOf('1'))).toBeUndefined();
      expect(await local.digest(idOf('1'))).toBeUndefined();
    });
  });

  test('takes calls in their order', async () => {
    const sea = new Sea();
    const found = await sea.run(async (ports) => {
      const local = await open(ports);
      const calls = [
        local.put(idOf('1'), old),
        local.read(idOf('1')),
        local.remove(idOf('1')),
        local.read(idOf('1')),
      ];
      return Promise.all(calls);
    });
    expect(found).toEqual([objectOf(old), old, undefined, undefined]);
  });

  test('whose id is none is refused', async () => {
    const sea = new Sea();
    const refused = await sea.run(async (ports) => {
      const local = await open(ports);
      return ['../x', idOf('1').slice(1)].map((id) => {
        try {
          void local.read(id);
          return 'read';
        } catch (error) {
          return error instanceof Error && 'code' in error ? error.code : 'thrown';
        }
      });
    });
    expect(refused).toEqual(['SEGMENT_INVALID_ID', 'SEGMENT_INVALID_ID']);
  });

  test.each([1, 2, 3, 4, 5])(
    'is whole or as it was before, wherever the power is lost, and durable once that was told (seed %i)',
    async (seed) => {
      let torn = 0;
      for (let call = 1; ; call += 1) {
        const sea = new Sea({ seed: seed * 1000 + call, faults: cruelLoss });
        await sea.run(async (ports) => {
          const local = await open(ports);
          await local.put(idOf('1'), old);
          await local.put(idOf('2'), old);
        }, 'power');
        const told: string[] = [];
        const end = await sea.live(
          async (ports) => {
            const local = await open(ports);
            await local.put(idOf('1'), fresh);
            told.push('put');
            await local.remove(idOf('2'));
            told.push('removed');
          },
          { crash: 'power', crashPoint: { call, when: 'before' } },
        );
        const [first, second] = await sea.run(async (ports) => {
          const local = await open(ports);
          return [await local.read(idOf('1')), await local.read(idOf('2'))];
        });
        expect(told.includes('put') ? [fresh] : [old, fresh]).toContainEqual(first);
        expect(told.includes('removed') ? [undefined] : [old, undefined]).toContainEqual(second);
        if (end.kind === 'done') break;
        torn += 1;
      }
      expect(torn).toBeGreaterThan(10);
    },
  );
});
