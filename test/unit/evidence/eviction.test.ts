import { describe, expect, test } from 'vitest';
import { vacancies } from '../../../src/evidence/lookup.js';
import { evidenceProjection } from '../../../src/evidence/projection.js';
import { Cache, evidence, forget, record, release, written } from './fixtures.js';

/** A cache of three: two pieces for op#1, one for op#2. */
function fullCache(): Cache {
  const cache = new Cache(3);
  cache.do(
    record({ evidenceId: 'a', operationId: 'op#1' }),
    record({ evidenceId: 'b', operationId: 'op#2' }),
    record({ evidenceId: 'c', operationId: 'op#1' }),
  );
  return cache;
}

describe('a full cache', () => {
  test('E3: refuses rather than evict evidence that an operation needs', () => {
    const cache = fullCache();
    expect(cache.refusal(record({ evidenceId: 'd' }))).toMatchObject({
      code: 'EVIDENCE_CACHE_FULL',
      evidenceId: 'd',
      entriesMax: 3,
    });
    expect(cache.ids()).toEqual(['a', 'b', 'c']);
  });

  test('evicts what was released first, in the batch that records the new evidence', () => {
    const cache = fullCache();
    cache.do(release('op#2'), release('op#1'));
    const fresh = record({ evidenceId: 'd', operationId: 'op#3' });
    expect(cache.do(fresh)).toEqual([
      { kind: 'evidence_evicted', evidenceId: 'b' },
      { kind: 'evidence_recorded', evidence: evidence({ evidenceId: 'd', operationId: 'op#3' }) },
    ]);
    cache.do(record({ evidenceId: 'e', operationId: 'op#3' }));
    expect(cache.ids()).toEqual(['c', 'd', 'e']);
  });

  test('E3: takes one more when one is released, and then no more', () => {
    const cache = fullCache();
    cache.do(release('op#2'), record({ evidenceId: 'd' }));
    expect(cache.refusal(record({ evidenceId: 'e' }))).toMatchObject({ code: 'EVIDENCE_CACHE_FULL' });
    expect(cache.ids()).toEqual(['a', 'c', 'd']);
  });

  test('D18: says before anything is done how many outcomes it will take', () => {
    const cache = fullCache();
    expect(vacancies(cache.state, 3)).toBe(0);
    cache.do(release('op#1'));
    expect(vacancies(cache.state, 3)).toBe(2);
    cache.do(record({ evidenceId: 'd' }));
    expect(vacancies(cache.state, 3)).toBe(1);
  });

  test('with a lower bound than in its last life comes down to it before it takes anything', () => {
    const cache = fullCache();
    const smaller = evidenceProjection({ entriesMax: 2 });
    cache.do(release('op#2'));
    expect(vacancies(cache.state, 2)).toBe(0);
    expect(smaller.decide(cache.state, record({ evidenceId: 'd' }))).toMatchObject({
      kind: 'refused',
      refusal: { code: 'EVIDENCE_CACHE_FULL', entriesMax: 2 },
    });
    cache.do(release('op#1'));
    const decision = smaller.decide(cache.state, record({ evidenceId: 'd' }));
    const evicted = decision.kind === 'accepted' ? decision.entries.map((entry) => entry.kind) : [];
    expect(evicted).toEqual(['evidence_evicted', 'evidence_evicted', 'evidence_recorded']);
  });
});

test('D18: evidence that a place was kept for is taken, also when the bound has become lower since', () => {
  const cache = fullCache();
  const kept = { kind: 'record', evidence: evidence({ evidenceId: 'd' }), hasPlace: true } as const;
  expect(cache.do(kept).map(({ kind }) => kind)).toEqual(['evidence_recorded']);
  expect(cache.ids()).toEqual(['a', 'b', 'c', 'd']);
  expect(vacancies(cache.state, 3)).toBe(0);
});

describe('a forgotten operation', () => {
  test('finds nothing any more, and others keep what they need', () => {
    const cache = fullCache();
    expect(cache.do(forget('op#1'))).toEqual([
      { kind: 'operation_released', operationId: 'op#1' },
      { kind: 'evidence_evicted', evidenceId: 'a' },
      { kind: 'evidence_evicted', evidenceId: 'c' },
    ]);
    expect(cache.ask('a')).toEqual({ kind: 'miss' });
    expect(cache.ids()).toEqual(['b']);
  });

  test('may be forgotten again, and so may one without evidence, with nothing to record', () => {
    const cache = fullCache();
    cache.do(forget('op#1'));
    expect(cache.do(forget('op#1'), forget('op#9'))).toEqual([]);
  });
});

describe('a released operation', () => {
  test('finds its evidence until it is evicted', () => {
    const cache = fullCache();
    cache.do(release('op#1'));
    expect(cache.ask('a')).toEqual({ kind: 'hit', outcome: written });
    cache.do(record({ evidenceId: 'd', operationId: 'op#2' }));
    expect(cache.ask('a')).toEqual({ kind: 'miss' });
  });

  test('may be released again, and so may one without evidence, with nothing to record', () => {
    const cache = fullCache();
    expect(cache.do(release('op#1'))).toEqual([{ kind: 'operation_released', operationId: 'op#1' }]);
    expect(cache.do(release('op#1'), release('op#9'))).toEqual([]);
  });

  test('E3: needs what is recorded for it later until it is released once more', () => {
    const cache = new Cache(1);
    cache.do(record({ evidenceId: 'a' }), release(), record({ evidenceId: 'b' }));
    expect(cache.refusal(record({ evidenceId: 'c' }))).toMatchObject({ code: 'EVIDENCE_CACHE_FULL' });
    cache.do(release(), record({ evidenceId: 'c' }));
    expect(cache.ids()).toEqual(['c']);
  });
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a bound of %s is refused', (entriesMax) => {
  expect(() => evidenceProjection({ entriesMax })).toThrow(
    expect.objectContaining({ code: 'EVIDENCE_INVALID_ENTRIES_MAX', entriesMax }),
  );
});
