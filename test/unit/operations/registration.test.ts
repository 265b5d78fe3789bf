import { describe, expect, test } from 'vitest';
import { completionClassesOf, expectsPeerChannel, operationKinds } from '../../../src/operations/kind.js';
import { operationsProjection } from '../../../src/operations/projection.js';
import type { OperationSource } from '../../../src/operations/spec.js';
import { activeCount } from '../../../src/operations/state.js';
import { listOperations, snapshotOf, standingOf } from '../../../src/operations/view.js';
import {
  complete,
  completed,
  member,
  peer,
  peerReady,
  progress,
  register,
  Registry,
  result,
  running,
  slot,
  specChanges,
  start,
  terminateOwner,
} from './fixtures.js';

const otherInput = { ...register(), inputFingerprint: 'another' };

describe('registering an id again', () => {
  test('with the same spec and input attaches: nothing is recorded, and its status can be told', () => {
    const registry = new Registry();
    registry.do(register());
    expect(registry.do(register('a', {}, 99))).toEqual([]);
    expect(standingOf(registry.state, 'a')).toEqual({ kind: 'held', status: 'provisioning' });
    registry.do(start(), complete());
    expect(registry.do(register())).toEqual([]);
    expect(standingOf(registry.state, 'a')).toEqual({ kind: 'held', status: 'completed' });
  });

  test('with another input or spec is a conflict', () => {
    const registry = new Registry();
    registry.do(register());
    expect(registry.refusal(otherInput)).toMatchObject({
      code: 'OPERATIONS_REGISTRATION_CONFLICT',
      differs: 'input',
      status: 'provisioning',
    });
    expect(registry.refusal(register('a', { displayName: 'other' }))).toMatchObject({ differs: 'spec' });
  });

  test('A16 P9: gets the same answers after eviction, and never runs again', () => {
    const registry = new Registry({ completedMax: 1 });
    registry.do(...completed('a', 'b'));
    for (const after of [registry, registry.restarted({ completedMax: 1 })]) {
      expect(after.status('a')).toBe('evicted');
      expect(after.do(register())).toEqual([]);
      expect(standingOf(after.state, 'a')).toMatchObject({
        kind: 'evicted',
        status: 'completed',
        completion: { outcome: { kind: 'completed', result }, seq: 1 },
      });
      expect(after.refusal(otherInput)).toMatchObject({ differs: 'input', status: 'completed' });
      expect(after.refusal(register('a', { sourceLabel: 'other' }))).toMatchObject({ differs: 'spec' });
    }
  });

  test('P9: beyond the horizon of tombstones the id is new', () => {
    const registry = new Registry({ completedMax: 1, tombstonesMax: 1 });
    registry.do(...completed('a', 'b', 'c'));
    expect([registry.status('a'), registry.status('b'), registry.status('c')]).toEqual([
      'absent',
      'evicted',
      'completed',
    ]);
    expect(registry.do(otherInput)).toHaveLength(1);
  });

  test('takes no place of its own: it attaches at the limit, and when the owner is gone', () => {
    const registry = new Registry({ concurrentMax: 1 });
    registry.do(register());
    expect(registry.do(register())).toEqual([]);
    registry.do(terminateOwner());
    expect(registry.do(register())).toEqual([]);
  });
});

describe('how many may be alive at once', () => {
  test('the limit counts every kind, slots included, and an end makes room', () => {
    const registry = new Registry({ concurrentMax: 2 });
    registry.do(...running('a'), register('b', slot));
    expect(registry.refusal(register('c'))).toMatchObject({
      code: 'OPERATIONS_MAX_CONCURRENT_EXCEEDED',
      limit: 2,
      active: 2,
    });
    registry.do(complete());
    expect(activeCount(registry.state)).toBe(1);
    expect(registry.do(register('c'))).toHaveLength(1);
  });

  test('A18: the smaller of the two limits holds', () => {
    const registry = new Registry({ concurrentMax: 1 });
    registry.do(register());
    const generous = { ...register('b'), concurrentMax: 9 };
    expect(registry.refusal(generous)).toMatchObject({ limit: 1, active: 1 });
    const strict = { ...register('b'), concurrentMax: 1 };
    const unlimited = new Registry();
    unlimited.do(register());
    expect(unlimited.refusal(strict)).toMatchObject({ limit: 1, active: 1 });
  });

  test('none means unlimited, and zero nothing at all', () => {
    const registry = new Registry();
    for (let index = 0; index < 100; index += 1) registry.do(register(`op ${index}`));
    expect(activeCount(registry.state)).toBe(100);
    expect(new Registry({ concurrentMax: 0 }).refusal(register())).toMatchObject({ limit: 0, active: 0 });
    expect(new Registry().refusal({ ...register(), concurrentMax: 0 })).toMatchObject({ limit: 0 });
    expect(new Registry().refusal({ ...register(), concurrentMax: -1 })).toMatchObject({
      code: 'OPERATIONS_INVALID_INPUT',
    });
  });

  test('A17: what is configured now counts, not what was when the snapshot was taken', () => {
    const registry = new Registry({ completedMax: 1, concurrentMax: 1 });
    registry.do(...running('a'));
    const successor = registry.restarted({ completedMax: 3, concurrentMax: 2 });
    successor.do(...running('b'), complete('a'), complete('b'), ...completed('c'));
    expect([...successor.state.operations.keys()]).toEqual(['a', 'b', 'c']);
    const narrow = successor.restarted({ completedMax: 1 });
    narrow.do(...completed('d'));
    expect([...narrow.state.operations.keys()]).toEqual(['d']);
  });

  test.each([
    { completedMax: 0 },
    { completedMax: 1.5 },
    { concurrentMax: -1 },
    { tombstonesMax: 0 },
    { tombstonesMax: Infinity },
  ])('no registry has the limit %o', (limit) => {
    const limits = { completedMax: 1, concurrentMax: null, tombstonesMax: 1, ...limit };
    expect(() => operationsProjection(limits)).toThrow(
      expect.objectContaining({ code: 'OPERATIONS_INVALID_LIMIT' }),
    );
  });
});

describe('a spec', () => {
  test.each<[string, OperationSource]>([
    ['no name', { kind: 'detached_job', realmId: '', jobId: 'job' }],
    ['a padded name', { kind: 'detached_job', realmId: 'realm', jobId: ' job' }],
    ['control characters', { kind: 'backend_peer', peerId: 'p', address: 'a\u0007' }],
    ['an empty session', { kind: 'session_child', sessionId: '' }],
  ])('whose source has %s is refused', (_why, source) => {
    expect(new Registry().refusal(register('a', { source }))).toMatchObject({
      code: 'OPERATIONS_INVALID_INPUT',
    });
  });

  test('without id, without owner, or that waits for no job, is refused', () => {
    for (const command of [
      register(''),
      register('a', { ownerSessionId: '' }),
      register('a', { kind: 'detached_job_wait' }),
      register('a', { ...member, kind: 'detached_job_wait' }),
    ]) {
      expect(new Registry().refusal(command)).toMatchObject({ code: 'OPERATIONS_INVALID_INPUT' });
    }
  });

  test('only a member of a mob expects a peer', () => {
    expect(operationKinds.filter(expectsPeerChannel)).toEqual(['mob_member_child']);
  });

  test('the classes of each kind are those of the reference', () => {
    expect(operationKinds.map((kind) => Object.values(completionClassesOf(kind)).join(' '))).toEqual([
      'ignore emit retain',
      'wake emit retain',
      'ignore suppress discard',
      'wake emit retain',
    ]);
  });
});

describe('what is known of an operation', () => {
  test('from registration to the end, with times', () => {
    const registry = new Registry();
    registry.do(...running('a', member), peerReady(), progress('a', 'half', 50));
    const alive = {
      operationId: 'a',
      kind: 'mob_member_child',
      ownerSessionId: 'session',
      displayName: 'operation a',
      sourceLabel: 'test',
      source: { kind: 'session_child', sessionId: 'child' },
      childSessionId: 'child',
      status: 'running',
      terminal: false,
      publicResult: 'running',
      peer,
      progressCount: 1,
      lastProgress: { message: 'half', percent: 50, atMs: 4 },
      outcome: null,
      completionSeq: null,
      createdAtMs: 1,
      startedAtMs: 2,
      completedAtMs: null,
      elapsedMs: null,
    };
    expect(snapshotOf(registry.state, 'a')).toEqual(alive);
    registry.do(complete());
    const ended = {
      ...alive,
      status: 'completed',
      terminal: true,
      publicResult: 'completed',
      outcome: { kind: 'completed', result },
      completionSeq: 1,
      completedAtMs: 9,
      elapsedMs: 8,
    };
    expect(snapshotOf(registry.state, 'a')).toEqual(ended);
    expect(snapshotOf(registry.restarted().state, 'a')).toEqual(ended);
    expect(snapshotOf(registry.state, 'b')).toBe(undefined);
    expect(standingOf(registry.state, 'b')).toEqual({ kind: 'absent' });
  });

  test('a list of all is in the order of their names', () => {
    const registry = new Registry();
    registry.do(
      register('c', { displayName: 'x' }),
      register('a', { displayName: 'y' }),
      register('b', { displayName: 'x' }),
    );
    expect(listOperations(registry.state).map(({ operationId }) => operationId)).toEqual(['b', 'c', 'a']);
  });

  test('a running wait for a detached job survives a restart with its source', () => {
    const registry = new Registry();
    registry.do(...running('a', specChanges.detached_job_wait));
    expect(snapshotOf(registry.restarted().state, 'a')).toMatchObject({
      status: 'running',
      source: { kind: 'detached_job', realmId: 'realm', jobId: 'job' },
      outcome: null,
    });
  });
});
