import { describe, expect, test } from 'vitest';
import { type CborValue, decode, encode } from '../../../src/codec/cbor.js';
import type { EvidenceEntry } from '../../../src/evidence/entry.js';
import { encodeBoundEvidence } from '../../../src/evidence/evidence-codec.js';
import { resumableEvidenceIds } from '../../../src/evidence/lookup.js';
import type { EffectOutcome, EffectResponse } from '../../../src/evidence/outcome.js';
import { Cache, evidence, leased, record, release, written } from './fixtures.js';

const { projection } = new Cache();
const logged = (entry: EvidenceEntry) => decode(encode(projection.encodeEntry(entry)));

/** A cache that evicted something, has something to evict, and needs the rest. */
function livedInCache(): Cache {
  const cache = new Cache(3);
  cache.do(
    record({ evidenceId: 'a', operationId: 'op#2' }),
    release('op#2'),
    record({ evidenceId: 'd', operationId: 'op#2' }),
    record({ evidenceId: 'c', operationId: 'op#3' }),
    release('op#3'),
    record({
      evidenceId: 'b',
      operationId: 'op#1',
      outcome: { status: 'failure', kind: 'invalid_input', message: 'no such file' },
    }),
  );
  return cache;
}

function reread(cache: Cache): Cache {
  const copy = new Cache(3);
  copy.state = cache.reread();
  return copy;
}

describe('a snapshot', () => {
  test('gives the cache back, and the same bytes again', () => {
    const cache = livedInCache();
    const copy = reread(cache);
    expect(copy.state).toEqual(cache.state);
    expect(copy.bytes()).toBe(cache.bytes());
    expect(cache.ids()).toEqual(['b', 'c', 'd']);
  });

  test('E3: keeps what is needed apart from what may be evicted', () => {
    const copy = reread(livedInCache());
    copy.do(record({ evidenceId: 'e' }));
    expect(copy.ids()).toEqual(['b', 'd', 'e']);
    expect(copy.refusal(record({ evidenceId: 'f' }))).toMatchObject({ code: 'EVIDENCE_CACHE_FULL' });
  });

  test('keeps the order of eviction', () => {
    const cache = new Cache(3);
    for (const id of ['c', 'b', 'a']) cache.do(record({ evidenceId: id, operationId: id }));
    cache.do(release('b'), release('c'), release('a'));
    const copy = reread(cache);
    copy.do(record({ evidenceId: 'd' }), record({ evidenceId: 'e' }));
    expect(copy.ids()).toEqual(['a', 'd', 'e']);
  });

  test('is the same in whatever order operations came', () => {
    const [one, other] = [new Cache(), new Cache()];
    const [first, second] = [record({ evidenceId: 'a' }), record({ evidenceId: 'b', operationId: 'op#2' })];
    one.do(first, second);
    other.do(second, first);
    expect(one.bytes()).toBe(other.bytes());
  });

  test('that holds what no cache could is refused', () => {
    const piece = encode(encodeBoundEvidence(evidence()));
    const blocked = encode(encodeBoundEvidence(evidence({ outcome: { status: 'blocked' } })));
    const unbound = encode(encodeBoundEvidence(evidence({ outcome: leased })));
    const corrupt = { code: 'EVIDENCE_LOG_CORRUPT', subject: 'evidence#1' };
    const misshapen = { code: 'CODEC_UNEXPECTED_SHAPE' };
    const forged: readonly (readonly [CborValue, object])[] = [
      [{ needed: [piece, piece], evictable: [] }, corrupt],
      [{ needed: [piece], evictable: [piece] }, corrupt],
      [
        { needed: [blocked], evictable: [] },
        { ...misshapen, path: 'evidence.needed[0].outcome' },
      ],
      [
        { needed: [], evictable: [unbound] },
        { ...misshapen, path: 'evidence.evictable[0].lease_in_request' },
      ],
      [{ needed: [] }, { ...misshapen, path: 'evidence.evictable' }],
      [[], misshapen],
    ];
    for (const [value, error] of forged) {
      expect(() => projection.restore(value)).toThrow(expect.objectContaining(error));
    }
  });
});

describe('replay', () => {
  test('E1: of the log gives the live cache', () => {
    const cache = livedInCache();
    const replayed = new Cache(3);
    cache.log.forEach((entry, index) =>
      projection.apply(replayed.state, projection.decodeEntry(logged(entry)), index + 1),
    );
    expect(replayed.state).toEqual(cache.state);
    expect(replayed.bytes()).toBe(cache.bytes());
  });

  test('of a log that was written under a higher bound is no error', () => {
    const cache = livedInCache();
    const smaller = new Cache(1);
    cache.log.forEach((entry, index) => smaller.projection.apply(smaller.state, entry, index + 1));
    expect(smaller.state).toEqual(cache.state);
  });

  test.each<readonly [string, EvidenceEntry, string]>([
    ['E3: an eviction of what is needed', { kind: 'evidence_evicted', evidenceId: 'b' }, 'b'],
    ['an eviction of what is not held', { kind: 'evidence_evicted', evidenceId: 'a' }, 'a'],
    ['a release of nothing', { kind: 'operation_released', operationId: 'op#3' }, 'op#3'],
  ])('of %s is refused', (_name, entry, subject) => {
    const { state } = livedInCache();
    expect(() => projection.apply(state, entry, 99)).toThrow(
      expect.objectContaining({ code: 'EVIDENCE_LOG_CORRUPT', subject }),
    );
  });

  test('of evidence that is held already is refused', () => {
    const cache = livedInCache();
    const [entry] = cache.log;
    if (entry === undefined) throw new Error('nothing was recorded');
    const fresh = new Cache();
    fresh.projection.apply(fresh.state, entry, 1);
    expect(() => fresh.projection.apply(fresh.state, entry, 2)).toThrow(/recorded twice/u);
  });
});

describe('the log holds', () => {
  const responses: readonly EffectResponse[] = [
    { kind: 'send_decision', decision: { Deliver: { Nat: 1 } } },
    { kind: 'receive', state: ['Unit', { Prod: ['Unit', { Bool: true }] }] },
    { kind: 'choose', label: 'left' },
    { kind: 'invoke_step', state: null },
    { kind: 'acquire', evidence: { Str: 'lease#1' } },
    { kind: 'release' },
    { kind: 'topology_events', events: [{ Crash: { site: 'a' } }] },
    { kind: 'wal_sync' },
    { kind: 'output_condition_hint', hint: null },
  ];

  test.each(responses)('a success that answers $kind', (response) => {
    const cache = new Cache();
    const outcome: EffectOutcome = { status: 'success', response };
    const [entry] = cache.do(record({ outcome, leaseInRequest: true }));
    if (entry === undefined) throw new Error('nothing was recorded');
    expect(projection.decodeEntry(logged(entry))).toEqual(entry);
    expect(cache.ask('evidence#1')).toEqual({ kind: 'hit', outcome });
  });

  const success = (response: CborValue) => ({ status: { status: 'success' }, response });
  const failed = { status: 'failure', failure: { kind: 'invalid_input', message: 'no' } };

  test.each<readonly [string, CborValue, string]>([
    ['a success without a response', success(null), 'outcome.response'],
    ['a response of no known kind', success({ kind: 'pay' }), 'outcome.response.kind'],
    ['an answer without its field', success({ kind: 'receive' }), 'outcome.response.state'],
    [
      'a blocked outcome with a response',
      { status: { status: 'blocked' }, response: {} },
      'outcome.response',
    ],
    ['a blocked outcome', { status: { status: 'blocked' }, response: null }, 'outcome'],
    ['a failure with a response', { status: failed, response: { kind: 'release' } }, 'outcome.response'],
    [
      'D19: a failure that may pass',
      { status: { status: 'failure', failure: { kind: 'unavailable', message: 'no' } }, response: null },
      'outcome',
    ],
    [
      'a failure of no known kind',
      { status: { status: 'failure', failure: { kind: 'tired', message: 'no' } } },
      'outcome.status.failure.kind',
    ],
    ['D21: an acquire without its lease', success({ kind: 'acquire', evidence: 'Unit' }), 'lease_in_request'],
  ])('never %s', (_name, outcome, path) => {
    const entry = { kind: 'evidence_recorded', evidence: { ...encodeBoundEvidence(evidence()), outcome } };
    expect(() => projection.decodeEntry(entry)).toThrow(
      expect.objectContaining({ code: 'CODEC_UNEXPECTED_SHAPE', path: `entry.evidence.${path}` }),
    );
  });

  test('never an entry of another kind', () => {
    expect(() => projection.decodeEntry({ kind: 'evidence_forged' })).toThrow(/^entry\.kind/u);
  });
});

test('a recovery may resume from what succeeded, and from nothing else', () => {
  const cache = livedInCache();
  expect([...resumableEvidenceIds(cache.state)]).toEqual(['c', 'd']);
  expect(cache.ask('c')).toEqual({ kind: 'hit', outcome: written });
});
