import { describe, expect, test } from 'vitest';
import { NodeStopped } from '../../../src/node/errors.js';
import type { StoreNode } from '../../../src/node/store/store-node.js';
import { Unsealable } from '../../../src/remote/capability-seal.js';
import { labelOf } from '../../../src/remote/computation.js';
import {
  ComputationBoundTwice,
  ComputationFailed,
  type ComputationHandler,
} from '../../../src/remote/computation-registry.js';
import { decodeStoredObject } from '../../../src/remote/object-name.js';
import {
  decodeFound,
  encodeNameRequest,
  segmentComputations,
} from '../../../src/remote/segment-computations.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { type ProbeFields, silentProbe } from '../../../src/runtime/probe.js';
import { bytes, Sea, text } from '../log/sea.js';
import { failingSyncs } from './fixtures.js';
import {
  ask,
  askHold,
  charge,
  heard,
  nowhere,
  openStore,
  put,
  release,
  responseOf,
  segment,
  stat,
  storeOptions,
} from './store-fixtures.js';

/** A handler that a test holds in its hands. */
class Provider {
  readonly calls: { readonly key: string; readonly signal: AbortSignal }[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly handler: ComputationHandler = async (input, { key, signal }) => {
    this.calls.push({ key, signal });
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.answer(input);
  };
  answer: (input: Uint8Array) => Uint8Array = (input) => bytes(`charged ${text(input)}`);

  letOneGo(): void {
    this.#waiting.shift()?.();
  }
}

/** Everything that is due now has happened: what a disk takes for it takes no more than this. */
const calm = (ports: Ports): Promise<void> => ports.clock.sleep(1000);

function watched(ports: Ports): {
  readonly ports: Ports;
  readonly events: readonly (readonly [string, ProbeFields])[];
} {
  const events: [string, ProbeFields][] = [];
  const event = (kind: string, fields: ProbeFields): void => void events.push([kind, fields]);
  return { ports: { ...ports, probe: { ...silentProbe, event } }, events };
}

async function statOf(node: StoreNode, generation = 1): Promise<number | undefined> {
  const answer = await node.execute(stat({ generation }));
  return decodeFound(responseOf(answer), decodeStoredObject)?.length;
}

describe('a capability at the store', () => {
  test.each([
    ['sealed by another fleet', { sealedWith: new Uint8Array(32).fill(8) }],
    ['for other computations', { computations: [labelOf(charge)] }],
  ])('F25, F26: %s is refused, and nothing is recorded', async (_what, changes) => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      for (const request of [askHold(put('P'), changes), stat(changes)]) {
        expect(await node.execute(request)).toMatchObject({ kind: 'no_capability' });
      }
      expect(node.lastLsn).toBe(0);
    });
  });

  test('F25: that was changed on the way is refused', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      const request = askHold(put('P'));
      const capability = { ...request.capability, generation: 99 };
      expect(await node.execute({ ...request, capability })).toMatchObject({ kind: 'no_capability' });
      expect((await node.execute(request)).kind).toBe('outcome');
    });
  });

  test('is looked at before the registry: a name that nobody may ask for is not known to be missing', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      const unknown = { kind: 'custom', name: 'unknown' } as const;
      expect((await node.execute(ask(unknown, bytes('')))).kind).toBe('no_capability');
      const reaching = { computations: [labelOf(unknown)] };
      expect(await node.execute(ask(unknown, bytes(''), reaching))).toMatchObject({
        kind: 'unknown_computation',
        code: 'REMOTE_UNKNOWN_COMPUTATION',
      });
      expect(node.lastLsn).toBe(0);
    });
  });
});

describe('a generation below the highest that was seen', () => {
  test('F32: is fenced off, puts and queries alike', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      await node.execute(askHold(put('P'), { generation: 2 }));
      const fenced = { kind: 'fenced', highest: 2 };
      expect(await node.execute(askHold(put('Q', 'two'), { generation: 1 }))).toEqual(fenced);
      expect(await node.execute(stat({ generation: 1 }))).toEqual(fenced);
      expect(await statOf(node, 2)).toBe(1);
    });
  });

  test('F32: is fenced off by a query of a later owner, also after a restart', async () => {
    const sea = new Sea();
    await sea.run(async (ports) => {
      const node = await openStore(ports);
      expect(await statOf(node, 3)).toBeUndefined();
    }, 'power');
    await sea.run(async (ports) => {
      const node = await openStore(ports);
      expect(await node.execute(askHold(put('P'), { generation: 2 }))).toEqual({
        kind: 'fenced',
        highest: 3,
      });
    });
  });

  test('F32, O2: does not take effect when it was overtaken between its claim and its effect', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      const late = node.execute(askHold(put('old'), { generation: 1 }));
      const query = node.execute(stat({ generation: 2 }));
      expect(await late).toEqual({ kind: 'fenced', highest: 2 });
      expect((await query).kind).toBe('outcome');
      expect(await statOf(node, 2)).toBeUndefined();
      const successor = heard(await node.execute(askHold(put('old'), { generation: 2 })));
      expect(successor).toMatchObject({ kind: 'held', created: true });
    });
  });

  test('F32, O2: sees nothing when it was overtaken while it waited for the disk', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      const old = node.execute(stat({ generation: 1 }));
      const successor = node.execute(stat({ generation: 2 }));
      expect(await old).toEqual({ kind: 'fenced', highest: 2 });
      expect((await successor).kind).toBe('outcome');
    });
  });

  test('takes effect all the same when its successor waits for the same', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      const old = node.execute(askHold(put('P'), { generation: 1 }));
      const successor = node.execute(askHold(put('P'), { generation: 2 }));
      expect(heard(await successor)).toMatchObject({ kind: 'held', created: true });
      expect((await old).kind).toBe('outcome');
    });
  });

  test('is of its session alone', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      await node.execute(stat({ sessionId: 's', generation: 5 }));
      expect((await node.execute(stat({ sessionId: 't', generation: 1 }))).kind).toBe('outcome');
    });
  });
});

describe('segments at the store', () => {
  test('are put, seen, got, pinned and let go', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      const created = heard(await node.execute(askHold(put('P'))));
      expect(created).toMatchObject({ kind: 'held', created: true, object: { length: 1 } });
      const { object } = created;
      if (object === null) throw new Error('no object');
      const got = await node.execute(ask(segmentComputations.get, encodeNameRequest(segment)));
      expect(decodeFound(responseOf(got), (value) => value)).toEqual(bytes('P'));
      const pin = { kind: 'pin', name: segment, holder: 'two', expected: object } as const;
      expect(heard(await node.execute(askHold(pin))).kind).toBe('held');
      expect(heard(await node.execute(askHold(release()))).kind).toBe('released');
      expect(await statOf(node)).toBe(1);
      await node.execute(askHold(release('two')));
      expect(await statOf(node)).toBeUndefined();
    });
  });

  test('F37: a put that is repeated after its holder let go is not told that it holds', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      const first = await node.execute(askHold(put('P')));
      expect(await node.execute(askHold(put('P')))).toEqual(first);
      await node.execute(askHold(release()));
      await node.execute(askHold(put('Q', 'other')));
      expect(heard(await node.execute(askHold(put('P')))).kind).toBe('released');
    });
  });

  test('F45: a late put under the same key brings nothing back', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      await node.execute(askHold(put('P')));
      await node.execute(askHold(release()));
      await node.execute(askHold(put('P')));
      await node.execute(askHold(put('P'), { identity: { kind: 'request' } }));
      expect(await statOf(node)).toBeUndefined();
    });
  });

  test('F7: what was in the way is not kept against who comes again when it has gone', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      await node.execute(askHold(put('P', 'one')));
      expect(heard(await node.execute(askHold(put('Q', 'two')))).kind).toBe('conflict');
      await node.execute(askHold(release('one')));
      expect(heard(await node.execute(askHold(put('Q', 'two'))))).toMatchObject({
        kind: 'held',
        created: true,
      });
    });
  });

  test('F47, F55: other bytes under one key are a conflict that shows what is recorded', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      const first = askHold(put('P'));
      await node.execute(first);
      const answer = await node.execute(askHold(put('Q')));
      expect(answer).toMatchObject({
        kind: 'conflict',
        recorded: { computation: '3:segment_put', progress: 'recorded', outcome: { kind: 'success' } },
      });
    });
  });

  test('that find no room are refused as full, and come in when there is some', async () => {
    await new Sea().run(async (ports) => {
      const segments = { ...storeOptions.segments, bytesMax: 3 };
      const node = await openStore(ports, { segments });
      expect(await node.execute(askHold(put('four')))).toMatchObject({ kind: 'full', code: 'SEGMENTS_FULL' });
      expect(await node.execute(askHold(put('four')))).toMatchObject({ kind: 'full', code: 'SEGMENTS_FULL' });
      expect(heard(await node.execute(askHold(put('new', 'two')))).kind).toBe('held');
    });
  });

  test('whose dedup is full are refused as full', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports, { dedup: { ...storeOptions.dedup, recordsMax: 1 } });
      await node.execute(askHold(put('P')));
      expect(await node.execute(askHold(release()))).toMatchObject({
        kind: 'full',
        code: 'REMOTE_DEDUP_FULL',
      });
    });
  });

  test('that cannot be read are refused for good', async () => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports);
      const invalid = { kind: 'invalid', code: 'REMOTE_INVALID_REQUEST' };
      expect(await node.execute(ask(segmentComputations.put, bytes('x')))).toMatchObject(invalid);
      expect(await node.execute(ask(segmentComputations.stat, bytes('x')))).toMatchObject(invalid);
      const failed = { kind: 'outcome', outcome: { kind: 'failure', code: 'SEGMENTS_INVALID' } };
      const nobody = release(''.padEnd(300, 'x'));
      expect(await node.execute(askHold(nobody))).toMatchObject(failed);
      expect(await node.execute(askHold(nobody))).toMatchObject(failed);
      expect(await node.execute(stat({ sessionId: '' }))).toMatchObject({ kind: 'invalid' });
    });
  });
});

describe('a crash', () => {
  test('F1, J5: at any call of the disk leaves a put done with its record, or not begun', async () => {
    const created: (boolean | null)[] = [];
    let calls = 0;
    for (let isOver = false; !isOver;) {
      calls += 1;
      for (const when of ['before', 'after'] as const) {
        const sea = new Sea();
        const end = await sea.live(
          async (ports) => {
            const node = await openStore(ports);
            await node.execute(askHold(put('P')));
          },
          { crash: 'power', crashPoint: { call: calls, when } },
        );
        const answers = await sea.run(async (ports) => {
          const node = await openStore(ports);
          const first = heard(await node.execute(askHold(put('P'))));
          const again = heard(await node.execute(askHold(put('P'))));
          expect(await statOf(node)).toBe(1);
          await node.execute(askHold(release()));
          expect(await statOf(node)).toBeUndefined();
          return [first, again];
        });
        for (const answer of answers) {
          expect(answer.kind).toBe('held');
          created.push(answer.created);
        }
        isOver = end.kind === 'done';
      }
    }
    expect(calls).toBeGreaterThan(10);
    expect(new Set(created)).toEqual(new Set([true]));
  });

  test('abandons what was in flight: it is done again under the same key, and once it is recorded no more', async () => {
    const sea = new Sea();
    const keys: string[] = [];
    const provider = new Provider();
    const computations = [[charge, provider.handler]] as const;
    await sea.run(async (ports) => {
      const node = await openStore(ports, { computations });
      void node.execute(ask(charge, bytes('5')));
      await calm(ports);
      keys.push(...provider.calls.map(({ key }) => key));
    }, 'power');
    await sea.run(async (ports) => {
      const node = await openStore(ports, {
        computations: [
          [
            charge,
            async (input, { key }) => {
              keys.push(key);
              return input;
            },
          ],
        ],
      });
      expect(text(responseOf(await node.execute(ask(charge, bytes('5')))))).toBe('5');
      expect(text(responseOf(await node.execute(ask(charge, bytes('5')))))).toBe('5');
    }, 'power');
    await sea.run(async (ports) => {
      const node = await openStore(ports, { computations });
      expect(text(responseOf(await node.execute(ask(charge, bytes('5')))))).toBe('5');
    });
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test('keeps the same state, from snapshots as well', async () => {
    const sea = new Sea();
    const options = { snapshotEveryRecords: 3 };
    const before = await sea.run(async (ports) => {
      const node = await openStore(ports, options);
      for (let index = 0; index < 6; index += 1) await node.execute(askHold(put('P', `holder ${index}`)));
      await node.execute(askHold(release('holder 3')));
      await calm(ports);
      return node.durableState();
    }, 'power');
    const after = await sea.run(async (ports) => (await openStore(ports, options)).durableState());
    expect(after).toEqual(before);
  });
});

describe('work in the world outside', () => {
  test('F2, K6: that is asked for twice at once runs once, and both hear of it', async () => {
    await new Sea().run(async (ports) => {
      const provider = new Provider();
      const { ports: seen, events } = watched(ports);
      const node = await openStore(seen, { computations: [[charge, provider.handler]] });
      const both = [node.execute(ask(charge, bytes('5'))), node.execute(ask(charge, bytes('5')))];
      await calm(ports);
      const third = node.execute(ask(charge, bytes('5'), { sessionId: 'another' }));
      await calm(ports);
      expect(provider.calls).toHaveLength(1);
      provider.letOneGo();
      const answers = await Promise.all([...both, third]);
      expect(answers.map((answer) => text(responseOf(answer)))).toEqual(Array(3).fill('charged 5'));
      expect(events.filter(([kind]) => kind === 'store.effect')).toEqual([
        ['store.effect', { key: provider.calls[0]?.key, session: 's', generation: 1 }],
      ]);
    });
  });

  test('K3: begins only when its claim is durable', async () => {
    const sea = new Sea();
    const order: string[] = [];
    sea.disk.onSynced((path) => order.push(path.includes('segment') ? 'synced' : 'other'));
    await sea.run(async (ports) => {
      const handler: ComputationHandler = async () => {
        order.push('acts');
        return bytes('');
      };
      const node = await openStore(ports, { computations: [[charge, handler]] });
      await node.execute(stat());
      order.length = 0;
      await node.execute(ask(charge, bytes('5')));
      order.push('told');
    });
    expect(order).toEqual(['synced', 'acts', 'synced', 'told']);
  });

  test('F5: that failed for good is not done again', async () => {
    await new Sea().run(async (ports) => {
      let calls = 0;
      const handler: ComputationHandler = async () => {
        calls += 1;
        throw new ComputationFailed('CARD_REFUSED', 'no money');
      };
      const node = await openStore(ports, { computations: [[charge, handler]] });
      const failure = {
        kind: 'outcome',
        outcome: { kind: 'failure', code: 'CARD_REFUSED', message: 'no money' },
      };
      expect(await node.execute(ask(charge, bytes('5')))).toEqual(failure);
      expect(await node.execute(ask(charge, bytes('5')))).toEqual(failure);
      expect(calls).toBe(1);
    });
  });

  test('F7: that failed this time is done again, under the same key', async () => {
    await new Sea().run(async (ports) => {
      const keys: string[] = [];
      const handler: ComputationHandler = async (input, { key }) => {
        keys.push(key);
        if (keys.length === 1) throw new Error('gone for a moment');
        return input;
      };
      const node = await openStore(ports, { computations: [[charge, handler]] });
      expect(await node.execute(ask(charge, bytes('5')))).toMatchObject({ kind: 'unavailable' });
      expect(text(responseOf(await node.execute(ask(charge, bytes('5')))))).toBe('5');
      expect(keys[0]).toBe(keys[1]);
    });
  });

  test('is not begun when whoever asked was fenced off while its claim became durable', async () => {
    await new Sea().run(async (ports) => {
      const provider = new Provider();
      const node = await openStore(ports, { computations: [[charge, provider.handler]] });
      const late = node.execute(ask(charge, bytes('5')));
      const query = node.execute(stat({ generation: 2 }));
      expect(await late).toEqual({ kind: 'fenced', highest: 2 });
      await query;
      expect(provider.calls).toHaveLength(0);
      const successor = node.execute(ask(charge, bytes('5'), { generation: 2 }));
      await calm(ports);
      provider.letOneGo();
      expect(text(responseOf(await successor))).toBe('charged 5');
    });
  });

  test.each([
    ['a response that is too large', () => new Uint8Array(1_000_000), 'REMOTE_RESPONSE_TOO_LARGE'],
    [
      'a failure that cannot be recorded',
      () => {
        throw new ComputationFailed('X', '\ud800');
      },
      'REMOTE_UNRECORDABLE',
    ],
  ])('with %s has failed for good', async (_what, answer, code) => {
    await new Sea().run(async (ports) => {
      const node = await openStore(ports, { computations: [[charge, async () => answer()]] });
      const failed = { kind: 'outcome', outcome: { kind: 'failure', code } };
      expect(await node.execute(ask(charge, bytes('5')))).toMatchObject(failed);
      expect(await node.execute(ask(charge, bytes('5')))).toMatchObject(failed);
    });
  });

  test('is told to stop when the node closes, and nobody is told an outcome then', async () => {
    await new Sea().run(async (ports) => {
      const provider = new Provider();
      const node = await openStore(ports, { computations: [[charge, provider.handler]] });
      const asked = node.execute(ask(charge, bytes('5')));
      const end = asked.then(
        () => 'told',
        (error: unknown) => error,
      );
      await calm(ports);
      await node.close();
      expect(provider.calls[0]?.signal.aborted).toBe(true);
      provider.letOneGo();
      expect(await end).toBeInstanceOf(NodeStopped);
    });
  });
});

describe('a store', () => {
  test('whose disk fails answers nobody, and says that it has stopped', async () => {
    await new Sea().run(async (ports) => {
      const failing = failingSyncs(ports.disk);
      const node = await openStore({ ...ports, disk: failing.disk });
      failing.fail();
      await expect(node.execute(askHold(put('P')))).rejects.toBeInstanceOf(NodeStopped);
      expect((await node.failure).kind).toBe('io');
    });
  });

  test('cannot be opened with a secret that is none, or two handlers for one name', async () => {
    await new Sea().run(async (ports) => {
      await expect(openStore(ports, { secret: new Uint8Array(3) })).rejects.toBeInstanceOf(Unsealable);
      const handler: ComputationHandler = async (input) => input;
      for (const twice of [charge, segmentComputations.get]) {
        const computations = [
          [charge, handler],
          [twice, handler],
        ] as const;
        await expect(openStore(ports, { computations })).rejects.toBeInstanceOf(ComputationBoundTwice);
      }
      expect(nowhere.self).toBe('store');
    });
  });
});
