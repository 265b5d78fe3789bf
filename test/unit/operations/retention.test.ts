import { describe, expect, test } from 'vitest';
import { encode } from '../../../src/codec/cbor.js';
import { activeCount } from '../../../src/operations/state.js';
import {
  collect,
  complete,
  completed,
  end,
  lostInRestart,
  member,
  register,
  Registry,
  running,
  slot,
  specChanges,
  start,
  terminateOwner,
} from './fixtures.js';

const heldBy = (registry: Registry) => [...registry.state.operations.keys()];

describe('retention', () => {
  test('holds so many ended operations, and drops the oldest in the batch of the one too many', () => {
    const registry = new Registry({ completedMax: 3 });
    registry.do(...completed('a', 'b', 'c', 'd'), register('e'), start('e'));
    expect(heldBy(registry)).toEqual(['b', 'c', 'd', 'e']);
    expect(registry.do(complete('e')).map(({ kind }) => kind)).toEqual([
      'operation_ended',
      'operation_evicted',
    ]);
    expect(heldBy(registry)).toEqual(['c', 'd', 'e']);
  });

  test('goes by the order of completion, not of registration', () => {
    const registry = new Registry({ completedMax: 1 });
    registry.do(...running('a'), ...running('b'), complete('b'), complete('a'));
    expect(heldBy(registry)).toEqual(['a']);
  });

  test('never drops what is alive', () => {
    const registry = new Registry({ completedMax: 1 });
    registry.do(...running('a'), ...completed('b', 'c', 'd'));
    expect(heldBy(registry)).toEqual(['a', 'd']);
  });

  test('P8: an ended operation with a watcher that was not told stays, and goes when it was', () => {
    const registry = new Registry({ completedMax: 1 });
    registry.do(...running('a'), complete('a', ['a']), ...running('b'), complete('b', ['a']));
    expect(heldBy(registry)).toEqual(['a']);
    registry.do(...running('c'), complete('c', ['a', 'c']));
    expect(heldBy(registry)).toEqual(['a', 'c']);
    registry.do(...running('d'), complete('d'));
    expect(heldBy(registry)).toEqual(['d']);
  });

  test('P8: so does a slot', () => {
    const registry = new Registry();
    registry.do(...running('a', slot), end('mark_retired', 'a', ['a']));
    expect(registry.status()).toBe('retired');
    registry.do(collect(['a']));
    expect(registry.status()).toBe('retired');
    registry.do(collect());
    expect(registry.status()).toBe('evicted');
  });

  test('a slot is dropped in the batch in which it ends, live and after a restart, with a tombstone', () => {
    const registry = new Registry();
    registry.do(...running('a', slot), end('mark_retired'));
    expect([registry.status(), registry.restarted().status()]).toEqual(['evicted', 'evicted']);
    expect(registry.state.operations.size + registry.state.completed.size).toBe(0);
  });

  test('A2: after eviction nothing mentions the id but its tombstone, whatever its source', () => {
    for (const changes of Object.values(specChanges)) {
      const registry = new Registry();
      registry.do(...running('victim', changes), end('mark_retired', 'victim'), collect());
      registry.do(...completed('b'));
      const { tombstones, ...rest } = registry.state;
      expect([...tombstones.keys()]).toEqual(['victim']);
      expect([
        ...rest.operations.keys(),
        ...[...rest.completed.values()].map((held) => held.spec.operationId),
      ]).toEqual(['b', 'b']);
      tombstones.clear();
      expect(Buffer.from(registry.bytes(), 'hex').includes('victim')).toBe(false);
    }
  });

  test('tombstones are bounded: the oldest goes', () => {
    const registry = new Registry({ completedMax: 1, tombstonesMax: 2 });
    registry.do(...completed('a', 'b', 'c', 'd'));
    expect([...registry.state.tombstones.keys()]).toEqual(['b', 'c']);
  });

  test('A1: a restart at any number of completions around the limit goes on for ever', () => {
    const limits = { completedMax: 4, tombstonesMax: 2 };
    for (let ends = 3; ends <= 11; ends += 1) {
      const registry = new Registry(limits);
      registry.do(...completed(...Array.from({ length: ends }, (_each, index) => `op ${index}`)));
      const once = registry.restarted(limits);
      once.do(...running('slot', slot), end('mark_retired', 'slot'));
      const twice = once.restarted(limits);
      twice.do(...completed('next'));
      expect(twice.restarted(limits).bytes()).toBe(twice.bytes());
      expect(twice.state.completed.size).toBe(4);
    }
  });

  test('A13: an end costs the same however much the registry holds', () => {
    const size = (held: number) => {
      const registry = new Registry();
      registry.do(...completed(...Array.from({ length: held }, (_each, index) => `held ${100 + index}`)));
      registry.do(...running('a'));
      return encode(registry.do(complete('a')).map((entry) => registry.projection.encodeEntry(entry))).length;
    };
    expect(size(100)).toBe(size(40));
  });
});

describe('collecting', () => {
  test('drops everything that has ended, in the order of completion, and a second time nothing', () => {
    const registry = new Registry();
    registry.do(...running('a'), ...completed('b'), complete('a'), register('c'));
    expect(registry.do(collect())).toMatchObject([
      { kind: 'operation_evicted', operationId: 'b' },
      { kind: 'operation_evicted', operationId: 'a' },
    ]);
    expect(heldBy(registry)).toEqual(['c']);
    expect(registry.do(collect())).toEqual([]);
  });

  test('A10: is durable: after a restart nothing is collected again', () => {
    const registry = new Registry();
    registry.do(...completed('a'), collect());
    expect(registry.replayed().do(collect())).toEqual([]);
    expect(registry.restarted().do(collect())).toEqual([]);
  });
});

describe('the end of an owner', () => {
  test('A14: ends all that lives of it in one batch, leaves the rest alone, and lets it begin nothing more', () => {
    const registry = new Registry();
    registry.do(
      ...running('a'),
      register('b', member),
      ...completed('c'),
      register('d', { ownerSessionId: 'other' }),
    );
    const entries = registry.do(terminateOwner('session', [], 'gone'));
    expect(entries.map(({ kind }) => kind)).toEqual([
      'owner_terminated',
      'operation_ended',
      'operation_ended',
    ]);
    expect(['a', 'b', 'c', 'd'].map((id) => registry.status(id))).toEqual([
      'terminated',
      'terminated',
      'completed',
      'provisioning',
    ]);
    expect(registry.outcome('b')).toEqual({ kind: 'terminated', reason: 'gone' });
    for (const each of [registry, registry.restarted()]) {
      expect(each.refusal(register('e'))).toMatchObject({
        code: 'OPERATIONS_OWNER_TERMINATED',
        ownerSessionId: 'session',
      });
      expect(each.do(terminateOwner())).toEqual([]);
    }
  });

  test('A14: fences an owner that has begun nothing yet', () => {
    const registry = new Registry();
    registry.do(terminateOwner());
    expect(registry.refusal(register())).toMatchObject({ code: 'OPERATIONS_OWNER_TERMINATED' });
  });

  test('a late word of the old owner is refused', () => {
    const registry = new Registry();
    registry.do(...running('a'), terminateOwner());
    expect(registry.refusal(complete())).toMatchObject({
      code: 'OPERATIONS_INVALID_TRANSITION',
      status: 'terminated',
    });
  });

  test('is remembered for as many owners as there may be tombstones', () => {
    const registry = new Registry({ tombstonesMax: 2 });
    registry.do(terminateOwner('s1'), terminateOwner('s2'), terminateOwner('s3'));
    expect([...registry.state.terminatedOwners.keys()]).toEqual(['s2', 's3']);
    expect(registry.do(register('a', { ownerSessionId: 's1' }))).toHaveLength(1);
  });

  test('keeps to the limit of ended operations in the same batch', () => {
    const registry = new Registry({ completedMax: 2, tombstonesMax: 1 });
    registry.do(...completed('z'), ...['a', 'b', 'c'].map((id) => register(id)), terminateOwner());
    expect(heldBy(registry)).toEqual(['b', 'c']);
    expect([...registry.state.tombstones.keys()]).toEqual(['a']);
  });
});

describe('a restart', () => {
  test('A9: loses nothing: every operation is there, in its status, with all that was said of it', () => {
    const registry = new Registry();
    registry.do(
      register('a'),
      ...running('b'),
      ...running('c', specChanges.detached_job_wait),
      ...running('d', slot),
    );
    const successor = registry.restarted();
    expect(successor.bytes()).toBe(registry.bytes());
    expect(registry.replayed().bytes()).toBe(registry.bytes());
    expect(['a', 'b', 'c', 'd'].map((id) => successor.status(id))).toEqual([
      'provisioning',
      'running',
      'running',
      'running',
    ]);
    expect(activeCount(successor.state)).toBe(4);
  });

  test('A9: what the plan gives up ends as terminated, in one batch, and what it keeps goes on', () => {
    const registry = new Registry();
    registry.do(...running('a'), ...running('b'), ...running('c'), ...completed('d'));
    const successor = registry.restarted();
    const entries = successor.do(lostInRestart('c', 'a', 'd', 'a'));
    expect(entries).toMatchObject([
      { operationId: 'c', outcome: { kind: 'terminated', reason: 'restart' }, seq: 2 },
      { operationId: 'a', outcome: { kind: 'terminated', reason: 'restart' }, seq: 3 },
    ]);
    expect([successor.status('b'), successor.status('d')]).toEqual(['running', 'completed']);
    expect(successor.do(lostInRestart('c', 'a', 'd'))).toEqual([]);
    expect(successor.refusal(lostInRestart('b', 'nobody'))).toMatchObject({
      code: 'OPERATIONS_UNKNOWN_OPERATION',
      operationId: 'nobody',
    });
  });

  test('A11: knows the end whose answer was lost, and gives its seq to no other', () => {
    const registry = new Registry();
    registry.do(...running('a'), ...running('b'), complete('a'));
    const successor = registry.restarted();
    expect(successor.refusal(end('fail_operation', 'a'))).toMatchObject({ status: 'completed' });
    expect(successor.do(complete('b'))).toMatchObject([{ kind: 'operation_ended', seq: 2 }]);
  });
});
