import { describe, expect, test } from 'vitest';
import { feedSince } from '../../../src/operations/feed.js';
import {
  advance,
  cancelWait,
  collect,
  complete,
  completed,
  end,
  member,
  Registry,
  result,
  running,
  slot,
  waitAll,
} from './fixtures.js';

/** The ids of the rows, and the gap if there is one. */
function read(registry: Registry, afterSeq: number, limit = 100) {
  const { entries, gap, throughSeq } = feedSince(registry.state, afterSeq, limit);
  return { seqs: entries.map(({ seq }) => seq), gap, throughSeq };
}

/** A slot that is used and given back. It takes a seq, and no row. */
function usedSlot(operationId: string) {
  return [...running(operationId, slot), end('mark_retired', operationId)];
}

describe('the completion feed', () => {
  test('has a row for each end, in the order of the ends', () => {
    const registry = new Registry();
    registry.do(...running('a', member), ...running('b'), complete('b'), end('fail_operation', 'a'));
    const page = feedSince(registry.state, 0, 100);
    expect(page).toEqual({
      entries: [
        {
          seq: 1,
          operationId: 'b',
          kind: 'background_tool_op',
          displayName: 'operation b',
          outcome: { kind: 'completed', result },
          completedAtMs: 9,
        },
        {
          seq: 2,
          operationId: 'a',
          kind: 'mob_member_child',
          displayName: 'operation a',
          outcome: { kind: 'failed', error: 'broken' },
          completedAtMs: 9,
        },
      ],
      throughSeq: 2,
      watermark: 2,
      droppedThrough: 0,
      gap: null,
    });
    expect(feedSince(registry.restarted().state, 0, 100)).toEqual(page);
    expect(read(registry, 2)).toEqual({ seqs: [], gap: null, throughSeq: 2 });
  });

  test('tells exactly those readers of a gap that stand below what was dropped', () => {
    const registry = new Registry({ completedMax: 1 });
    registry.do(...completed('a', 'b'));
    for (const state of [registry.state, registry.restarted().state]) {
      expect(feedSince(state, 0, 100)).toMatchObject({
        entries: [{ seq: 2 }],
        gap: { requestedAfterSeq: 0, droppedThrough: 1, watermark: 2 },
      });
      expect(feedSince(state, 1, 100)).toMatchObject({ entries: [{ seq: 2 }], gap: null });
    }
  });

  test('has holes where slots ended, and these are no gaps', () => {
    const registry = new Registry();
    registry.do(...usedSlot('a'), ...completed('b'));
    expect(read(registry.restarted(), 0)).toEqual({ seqs: [2], gap: null, throughSeq: 2 });
    const suppressed = new Registry();
    suppressed.do(...usedSlot('a'));
    expect(feedSince(suppressed.restarted().state, 0, 100)).toMatchObject({
      entries: [],
      watermark: 0,
      gap: null,
    });
  });

  test('keeps only the real gap between slots and rows', () => {
    const registry = new Registry({ completedMax: 2 });
    registry.do(...usedSlot('a'), ...completed('b'), ...usedSlot('c'), ...completed('d', 'e'));
    for (const each of [registry, registry.restarted({ completedMax: 2 })]) {
      expect(read(each, 0)).toEqual({
        seqs: [4, 5],
        gap: { requestedAfterSeq: 0, droppedThrough: 2, watermark: 5 },
        throughSeq: 5,
      });
      expect(read(each, 2).gap).toBe(null);
    }
  });

  test('a slot that ends pushes nothing out', () => {
    const registry = new Registry({ completedMax: 1 });
    registry.do(...completed('a'), ...usedSlot('b'));
    expect(read(registry, 0)).toEqual({ seqs: [1], gap: null, throughSeq: 1 });
  });

  test('P6: a reader that goes on by seq neither skips nor repeats when rows are dropped between pages', () => {
    const registry = new Registry({ completedMax: 4 });
    registry.do(...completed('a', 'b', 'c', 'd'));
    const first = read(registry, 0, 2);
    expect(first).toEqual({ seqs: [1, 2], gap: null, throughSeq: 2 });
    registry.do(...completed('e', 'f'));
    expect(read(registry, first.throughSeq, 2)).toEqual({ seqs: [3, 4], gap: null, throughSeq: 4 });
    expect(read(registry, 4, 2)).toEqual({ seqs: [5, 6], gap: null, throughSeq: 6 });
  });

  test('P6: a row that is pinned below a gap is still read, and the gap still told', () => {
    const registry = new Registry({ completedMax: 1 });
    registry.do(
      ...running('a'),
      ...running('z'),
      waitAll('w', 'a', 'z'),
      complete('a'),
      ...completed('b', 'c'),
    );
    expect(read(registry, 0)).toMatchObject({ seqs: [1], gap: { droppedThrough: 3 } });
    expect(read(registry, 1).gap).toMatchObject({ droppedThrough: 3 });
    expect(read(registry, 3).gap).toBe(null);
    registry.do(cancelWait('w'), collect());
    expect(registry.status('a')).toBe('evicted');
    expect(read(registry, 2).gap).toMatchObject({ droppedThrough: 3 });
  });

  test('A7: one page tells every consumer of what it missed, also when it has rows to give', () => {
    const registry = new Registry({ completedMax: 2 });
    registry.do(...completed('a', 'b', 'c', 'd'), advance({ observed: 4, injected: 4 }));
    const { applied } = registry.state.cursors;
    expect(read(registry, applied)).toEqual({
      seqs: [3, 4],
      gap: { requestedAfterSeq: 0, droppedThrough: 2, watermark: 4 },
      throughSeq: 4,
    });
  });

  test('A15: rows are found by seq, so that an id that ends several times has one for each end', () => {
    const registry = new Registry({ tombstonesMax: 1 });
    registry.do(...completed('a', 'b'), collect(), ...completed('a'));
    expect(read(registry.restarted(), 0)).toMatchObject({ seqs: [3], gap: { droppedThrough: 2 } });
    registry.do(...completed('c'), collect(), ...completed('a'));
    expect(read(registry.restarted(), 4)).toMatchObject({ seqs: [5], gap: null });
  });

  test('A12: the end and its row are one entry, so that no failure can part them', () => {
    const registry = new Registry();
    registry.do(...running('a'));
    const [ended] = registry.do(complete('a'));
    expect(ended).toMatchObject({ kind: 'operation_ended', operationId: 'a', seq: 1 });
    expect(registry.log).toHaveLength(3);
    expect(read(registry, 0)).toEqual({ seqs: [1], gap: null, throughSeq: 1 });
  });
});

describe('the cursors', () => {
  const registryOf = (ends: number) => {
    const registry = new Registry();
    registry.do(...completed(...Array.from({ length: ends }, (_each, index) => `op ${index}`)));
    return registry;
  };

  test('go forward only, and are durable', () => {
    const registry = registryOf(5);
    expect(registry.do(advance({ applied: 4, observed: 3, injected: 2 }))).toHaveLength(1);
    expect(registry.do(advance({ applied: 1, observed: 2, injected: 0 }))).toEqual([]);
    expect(registry.do(advance({}))).toEqual([]);
    registry.do(advance({ applied: 1, injected: 3 }));
    expect(registry.restarted().state.cursors).toEqual({ applied: 4, observed: 3, injected: 3 });
  });

  test('A8: stay between zero and the watermark, with injected up to observed', () => {
    const registry = registryOf(3);
    for (const [to, fault] of [
      [{ applied: 4 }, { cursor: 'applied', seq: 4, maxSeq: 3 }],
      [{ observed: 1000 }, { cursor: 'observed', seq: 1000, maxSeq: 3 }],
      [{ injected: 1 }, { cursor: 'injected', seq: 1, maxSeq: 0 }],
      [
        { observed: 2, injected: 3 },
        { cursor: 'injected', seq: 3, maxSeq: 2 },
      ],
    ] as const) {
      expect(registry.refusal(advance(to))).toMatchObject({
        code: 'OPERATIONS_CURSOR_OUT_OF_RANGE',
        ...fault,
      });
    }
    registry.do(advance({ observed: 3, injected: 3 }));
    for (const seq of [-1, 0.5, Number.NaN]) {
      expect(registry.refusal(advance({ observed: seq }))).toMatchObject({
        code: 'OPERATIONS_INVALID_INPUT',
      });
    }
  });

  test('A8: nothing above the watermark: a slot that ended last has no row to have been seen', () => {
    const registry = registryOf(1);
    registry.do(...usedSlot('slot'));
    expect(registry.refusal(advance({ observed: 2 }))).toMatchObject({ maxSeq: 1 });
  });
});
