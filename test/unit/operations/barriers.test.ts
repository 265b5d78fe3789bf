import { describe, expect, test } from 'vitest';
import { isOpen } from '../../../src/operations/barrier.js';
import { barrierMembersMax, barriersMax } from '../../../src/operations/limits.js';
import {
  acknowledge,
  cancelWait,
  collect,
  complete,
  completed,
  end,
  register,
  Registry,
  result,
  rollBack,
  running,
  slot,
  start,
  terminateOwner,
  waitAll,
} from './fixtures.js';

const done = (seq: number) => ({ kind: 'ended', outcome: { kind: 'completed', result }, seq });
const failed = (seq: number) => ({ kind: 'ended', outcome: { kind: 'failed', error: 'broken' }, seq });

function isWaiting(registry: Registry, requestId: string): boolean | undefined {
  const barrier = registry.state.barriers.get(requestId);
  return barrier === undefined ? undefined : isOpen(barrier);
}

function answers(registry: Registry, requestId: string): readonly unknown[] {
  return [...(registry.state.barriers.get(requestId)?.answers.values() ?? [])];
}

/** The kinds of the entries, and the answers among them. */
function told(entries: ReturnType<Registry['do']>): readonly unknown[] {
  return entries.map((entry) => (entry.kind === 'barrier_satisfied' ? entry.answers : entry.kind));
}

describe('a wait for several operations', () => {
  test('is satisfied in the batch in which the last of them ends, with every outcome', () => {
    const registry = new Registry();
    registry.do(...running('a'), ...running('b'), waitAll('w', 'a', 'b'));
    expect(told(registry.do(complete('a')))).toEqual(['operation_ended']);
    expect(isWaiting(registry, 'w')).toBe(true);
    expect(told(registry.do(end('fail_operation', 'b')))).toEqual(['operation_ended', [done(1), failed(2)]]);
    expect(isWaiting(registry, 'w')).toBe(false);
  });

  test('for nothing, or only for what has ended, is satisfied at once', () => {
    const registry = new Registry();
    expect(told(registry.do(waitAll('none')))).toEqual(['barrier_opened', []]);
    registry.do(...completed('a', 'b'));
    expect(told(registry.do(waitAll('w', 'b', 'a')))).toEqual(['barrier_opened', [done(2), done(1)]]);
  });

  test('A6: is answered in the order of the request', () => {
    const registry = new Registry();
    registry.do(...running('a'), ...running('b'), waitAll('w', 'b', 'a'), complete('a'));
    expect(told(registry.do(end('fail_operation', 'b')))).toEqual(['operation_ended', [failed(2), done(1)]]);
    expect(answers(registry.restarted(), 'w')).toEqual([failed(2), done(1)]);
  });

  test('A19: does not stand in the way of others, and one end may satisfy several', () => {
    const registry = new Registry();
    registry.do(...running('a'), ...running('b'));
    registry.do(waitAll('w1', 'a', 'b'), waitAll('w2', 'b'), waitAll('w3', 'a'));
    expect(told(registry.do(complete('b')))).toEqual(['operation_ended', [done(1)]]);
    expect(told(registry.do(complete('a')))).toEqual(['operation_ended', [done(2), done(1)], [done(2)]]);
  });

  test('asked for again attaches, unless for other operations', () => {
    const registry = new Registry();
    registry.do(...running('a'), ...running('b'), waitAll('w', 'a', 'b'));
    expect(registry.do(waitAll('w', 'a', 'b'))).toEqual([]);
    for (const other of [waitAll('w', 'b', 'a'), waitAll('w', 'a'), waitAll('w')]) {
      expect(registry.refusal(other)).toMatchObject({ code: 'OPERATIONS_WAIT_CONFLICT', requestId: 'w' });
    }
    registry.do(complete('a'), complete('b'));
    expect(registry.do(waitAll('w', 'a', 'b'))).toEqual([]);
  });

  test('is refused for an operation named twice, and for an unknown one; nothing is left of it', () => {
    const registry = new Registry();
    registry.do(register('a'));
    expect(registry.refusal(waitAll('w', 'b', 'a', 'b'))).toMatchObject({
      code: 'OPERATIONS_DUPLICATE_WAIT_OPERATION',
      operationId: 'b',
    });
    expect(registry.refusal(waitAll('w', 'a', 'b'))).toMatchObject({
      code: 'OPERATIONS_UNKNOWN_OPERATION',
      operationId: 'b',
    });
    expect(registry.state.barriers.size).toBe(0);
  });

  test('is refused when it has too many members, or when there are too many', () => {
    const registry = new Registry();
    const many = Array.from({ length: barrierMembersMax + 1 }, (_each, index) => `op ${index}`);
    expect(registry.refusal(waitAll('w', ...many))).toMatchObject({
      limited: 'members',
      max: barrierMembersMax,
    });
    for (let index = 0; index < barriersMax; index += 1) registry.do(waitAll(`w${index}`));
    expect(registry.refusal(waitAll('w'))).toMatchObject({
      code: 'OPERATIONS_WAIT_LIMIT_REACHED',
      limited: 'barriers',
    });
    registry.do(acknowledge('w7'), waitAll('w'));
  });

  test('goes on over a restart, open or satisfied', () => {
    const registry = new Registry();
    registry.do(...running('a'), ...running('b'), waitAll('w', 'a', 'b'), waitAll('w2', 'a'), complete('a'));
    const successor = registry.restarted();
    expect(isWaiting(successor, 'w')).toBe(true);
    expect(isWaiting(successor, 'w2')).toBe(false);
    expect(told(successor.do(end('fail_operation', 'b')))).toEqual(['operation_ended', [done(1), failed(2)]]);
    successor.do(acknowledge('w2'));
    expect(isWaiting(successor, 'w2')).toBe(undefined);
  });
});

describe('a wait ends', () => {
  test('by cancelling while it is open: nobody is answered', () => {
    const registry = new Registry();
    registry.do(...running('a'), waitAll('w', 'a'));
    expect(registry.refusal(acknowledge('w'))).toMatchObject({
      code: 'OPERATIONS_INVALID_WAIT_TRANSITION',
      status: 'open',
    });
    expect(registry.do(cancelWait('w'))).toMatchObject([{ kind: 'barrier_closed', why: 'cancelled' }]);
    expect(told(registry.do(complete('a')))).toEqual(['operation_ended']);
  });

  test('by acknowledging once it is satisfied: its answers are owed until then', () => {
    const registry = new Registry();
    registry.do(...completed('a'), waitAll('w', 'a'));
    expect(registry.refusal(cancelWait('w'))).toMatchObject({ status: 'satisfied' });
    expect(registry.do(acknowledge('w'))).toMatchObject([{ kind: 'barrier_closed', why: 'acknowledged' }]);
    for (const command of [acknowledge('w'), cancelWait('w')]) {
      expect(registry.refusal(command)).toMatchObject({ code: 'OPERATIONS_UNKNOWN_WAIT', requestId: 'w' });
    }
  });
});

describe('a wait never hangs', () => {
  test('A3: its members stay while others push out what has ended', () => {
    const registry = new Registry({ completedMax: 1 });
    registry.do(...running('a'), ...running('b'), waitAll('w', 'a', 'b'), complete('a'));
    registry.do(...completed('c', 'd', 'e'), collect());
    expect([registry.status('a'), registry.status('c'), registry.status('e')]).toEqual([
      'completed',
      'evicted',
      'evicted',
    ]);
    const entries = registry.do(complete('b'));
    expect(told(entries)).toEqual(['operation_ended', [done(1), done(5)], 'operation_evicted']);
    expect(registry.status('a')).toBe('evicted');
  });

  test('A3: a member that is taken back is answered for as such', () => {
    const registry = new Registry();
    registry.do(...running('a'), ...running('b'), waitAll('w', 'a', 'b'), complete('a'));
    expect(told(registry.do(rollBack('b')))).toEqual([
      'operation_rolled_back',
      [done(1), { kind: 'rolled_back' }],
    ]);
    registry.do(register('b'), start('b'), complete('b'));
    expect(answers(registry, 'w')).toEqual([done(1), { kind: 'rolled_back' }]);
  });

  test('A3: a member that was evicted before is answered for by its tombstone', () => {
    const registry = new Registry();
    registry.do(...completed('a'), ...running('b'), collect());
    registry.do(waitAll('w', 'a', 'b'));
    expect(told(registry.do(complete('b')))).toEqual(['operation_ended', [done(1), done(2)]]);
    expect(told(registry.do(waitAll('w2', 'a')))).toEqual(['barrier_opened', [done(1)]]);
  });

  test('A4: the end of a capacity slot satisfies it, before the slot is dropped', () => {
    const registry = new Registry();
    registry.do(...running('a', slot), waitAll('w', 'a'));
    expect(told(registry.do(end('mark_retired')))).toEqual([
      'operation_ended',
      [{ kind: 'ended', outcome: { kind: 'retired' }, seq: 1 }],
      'operation_evicted',
    ]);
  });

  test('the end of its owner satisfies it in the same batch', () => {
    const registry = new Registry();
    registry.do(...running('a'), register('b'), waitAll('w', 'b', 'a'));
    const terminated = (seq: number) => ({
      kind: 'ended',
      outcome: { kind: 'terminated', reason: 'owner died' },
      seq,
    });
    expect(told(registry.do(terminateOwner()))).toEqual([
      'owner_terminated',
      'operation_ended',
      'operation_ended',
      [terminated(2), terminated(1)],
    ]);
  });
});

test('A5: answers are those of the moment at which the wait was satisfied, whatever is collected afterwards', () => {
  const registry = new Registry({ tombstonesMax: 1 });
  registry.do(...running('a'), waitAll('w', 'a'), complete('a'), ...completed('b'), collect());
  expect(registry.status()).toBe('absent');
  expect(answers(registry, 'w')).toEqual([done(1)]);
  expect(answers(registry.restarted(), 'w')).toEqual([done(1)]);
});
