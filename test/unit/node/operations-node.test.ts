import { describe, expect, test } from 'vitest';
import {
  OperationsNode,
  type OperationsNodeOptions,
  type OperationsRequest,
} from '../../../src/node/operations-node.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { Sea } from '../log/sea.js';
import { slot, spec } from '../operations/fixtures.js';
import { failingSyncs, options as shellOptions } from './fixtures.js';

const options: OperationsNodeOptions = {
  ...shellOptions,
  snapshotEveryRecords: 5,
  completedMax: 2,
  concurrentMax: null,
  tombstonesMax: 10,
};

const result = { id: 'r', content: '', isError: false, durationMs: 0, tokensUsed: 0 };
const register = (operationId: string, changes = {}): OperationsRequest => ({
  kind: 'register_operation',
  spec: spec(operationId, changes),
  inputFingerprint: 'input',
  concurrentMax: null,
});
const start = (operationId: string): OperationsRequest => ({ kind: 'provisioning_succeeded', operationId });
const complete = (operationId: string): OperationsRequest => ({
  kind: 'complete_operation',
  operationId,
  result,
});
const open = (ports: Ports) => OperationsNode.open(ports, options);

async function run(node: OperationsNode, ...operationIds: readonly string[]): Promise<void> {
  for (const id of operationIds) {
    for (const request of [register(id), start(id), complete(id)]) {
      expect((await node.submit(request)).kind).toBe('accepted');
    }
  }
}

const answered = (answers: readonly number[]) => ({
  kind: 'satisfied',
  answers: answers.map((seq) => ({ kind: 'ended', outcome: { kind: 'completed', result }, seq })),
});

describe('an operation', () => {
  test('is watched to its end, listed while it is held, and stands for itself when it was evicted', async () => {
    const sea = new Sea();
    await sea.run(async (ports) => {
      const node = await open(ports);
      await node.submit(register('a'));
      const watch = node.watch('a');
      await run(node, 'b', 'c');
      await node.submit(start('a'));
      expect(await node.list()).toMatchObject({
        active: 1,
        operations: [
          { operationId: 'a', status: 'running' },
          { operationId: 'b', status: 'completed' },
          { operationId: 'c', status: 'completed' },
        ],
      });
      await node.submit(complete('a'));
      expect(await watch).toMatchObject({ kind: 'ended', seq: 3 });
    }, 'power');
    await sea.run(async (ports) => {
      const node = await open(ports);
      expect(await node.standing('b')).toMatchObject({ kind: 'evicted', status: 'completed' });
      expect(await node.snapshot('b')).toBeUndefined();
      expect(await node.snapshot('a')).toMatchObject({ status: 'completed', completionSeq: 3 });
      expect(await node.watch('b')).toMatchObject({ kind: 'evicted', seq: 1 });
      expect(await node.watch('nobody')).toEqual({ kind: 'unknown' });
    });
  });

  test('P8: that somebody watches is not dropped before that is told, though it is a slot', async () => {
    await new Sea().run(async (ports) => {
      const node = await open(ports);
      for (const request of [register('s', slot), start('s')]) await node.submit(request);
      const watch = node.watch('s');
      const end = await node.submit(complete('s'));
      expect(end).toMatchObject({ recorded: 1 });
      expect(await watch).toMatchObject({ kind: 'ended' });
      expect(await node.standing('s')).toMatchObject({ kind: 'held' });
      await node.submit({ kind: 'collect_completed' });
      expect(await node.standing('s')).toMatchObject({ kind: 'evicted' });
    });
  });
});

describe('a wait', () => {
  test('resolves with the answers in the order of the request, once all have ended', async () => {
    await new Sea().run(async (ports) => {
      const node = await open(ports);
      for (const id of ['a', 'b'])
        for (const request of [register(id), start(id)]) await node.submit(request);
      const wait = node.waitAll({ requestId: 'w', operationIds: ['b', 'a'] });
      await node.submit(complete('a'));
      await node.submit(complete('b'));
      expect(await wait).toEqual(answered([2, 1]));
    });
  });

  test('asked again after a restart it is the same wait: while open, and for as long as the answers are held', async () => {
    const sea = new Sea();
    const request = { requestId: 'w', operationIds: ['b', 'a'] };
    await sea.run(async (ports) => {
      const node = await open(ports);
      await run(node, 'a');
      await node.submit(register('b'));
      void node.waitAll(request);
      await node.submit(start('b'));
    }, 'power');
    await sea.run(async (ports) => {
      const node = await open(ports);
      const wait = node.waitAll(request);
      // What is waited for stays, whatever pushes.
      await run(node, 'c', 'd', 'e');
      await node.submit(complete('b'));
      expect(await wait).toEqual(answered([5, 1]));
    }, 'power');
    await sea.run(async (ports) => {
      const node = await open(ports);
      expect(await node.waitAll(request)).toEqual(answered([5, 1]));
      expect((await node.acknowledge('w')).kind).toBe('accepted');
      expect(await node.acknowledge('w')).toMatchObject({ refusal: { code: 'OPERATIONS_UNKNOWN_WAIT' } });
    });
  });

  test('is told when somebody cancels it, be it in the same turn in which it was opened', async () => {
    await new Sea().run(async (ports) => {
      const node = await open(ports);
      await node.submit(register('a'));
      const wait = node.waitAll({ requestId: 'w', operationIds: ['a'] });
      const again = node.waitAll({ requestId: 'w', operationIds: ['a'] });
      const cancelled = node.cancelWait('w');
      const reopened = node.waitAll({ requestId: 'w', operationIds: ['a'] });
      expect((await cancelled).kind).toBe('accepted');
      expect([await wait, await again]).toEqual([{ kind: 'cancelled' }, { kind: 'cancelled' }]);
      await node.submit({ kind: 'rollback_unreturned', operationId: 'a' });
      expect(await reopened).toEqual({ kind: 'satisfied', answers: [{ kind: 'rolled_back' }] });
    });
  });

  test('whose answers were acknowledged in the turn in which it was satisfied has them all the same', async () => {
    await new Sea().run(async (ports) => {
      const node = await open(ports);
      await run(node, 'a');
      const wait = node.waitAll({ requestId: 'w', operationIds: ['a'] });
      void node.acknowledge('w');
      expect(await wait).toEqual(answered([1]));
    });
  });

  test('is refused for a member that nobody knows, and for one named twice', async () => {
    await new Sea().run(async (ports) => {
      const node = await open(ports);
      await node.submit(register('a'));
      const refusals = [
        await node.waitAll({ requestId: 'w', operationIds: ['a', 'nobody'] }),
        await node.waitAll({ requestId: 'w', operationIds: ['a', 'a'] }),
      ];
      expect(refusals).toMatchObject([
        { kind: 'refused', refusal: { code: 'OPERATIONS_UNKNOWN_OPERATION' } },
        { kind: 'refused', refusal: { code: 'OPERATIONS_DUPLICATE_WAIT_OPERATION' } },
      ]);
    });
  });
});

test('the feed is read page by page, tells of its gap, and its cursors move up to its end', async () => {
  await new Sea().run(async (ports) => {
    const node = await open(ports);
    await run(node, 'a', 'b', 'c');
    const page = await node.feed(0, 1);
    expect(page).toMatchObject({ entries: [{ seq: 2 }], throughSeq: 2, gap: { droppedThrough: 1 } });
    expect((await node.advanceCursors({ observed: 2 })).kind).toBe('accepted');
    expect(await node.advanceCursors({ observed: 4 })).toMatchObject({
      refusal: { code: 'OPERATIONS_CURSOR_OUT_OF_RANGE', maxSeq: 3 },
    });
    expect(await node.cursors()).toEqual({ applied: 0, observed: 2, injected: 0 });
  });
});

test('when its life ends, all who wait are told, and nothing more is taken', async () => {
  await new Sea().run(async (ports) => {
    const broken = failingSyncs(ports.disk);
    const node = await open({ ...ports, disk: broken.disk });
    await node.submit(register('a'));
    const waiting = [node.watch('a'), node.waitAll({ requestId: 'w', operationIds: ['a'] })];
    await node.submit(start('a'));
    broken.fail();
    await expect(node.submit(complete('a'))).rejects.toMatchObject({ code: 'NODE_STOPPED' });
    expect(await Promise.all(waiting)).toEqual([{ kind: 'closed' }, { kind: 'closed' }]);
    expect(await node.failure).toMatchObject({ kind: 'io' });
    await expect(node.watch('a')).rejects.toMatchObject({ code: 'NODE_STOPPED' });
  });
  await new Sea().run(async (ports) => {
    const node = await open(ports);
    await node.submit(register('a'));
    const watch = node.watch('a');
    await ports.clock.sleep(50);
    await node.close();
    expect(await watch).toEqual({ kind: 'closed' });
    await expect(node.durableState()).rejects.toMatchObject({ code: 'NODE_STOPPED' });
  });
});
