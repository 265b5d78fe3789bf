import { describe, expect, test } from 'vitest';
import { effectFailureKinds } from '../../../src/agreement/wal-sync.js';
import type { CborValue } from '../../../src/codec/cbor.js';
import { exportEvidence, importEvidence } from '../../../src/evidence/artifact.js';
import { permanentFailureKinds } from '../../../src/evidence/outcome.js';
import { evidenceBytesMax } from '../../../src/evidence/recordable.js';
import { fingerprintOf } from '../../../src/evidence/request-fingerprint.js';
import { Cache, evidence, leased, record, written } from './fixtures.js';

const failure = (kind: (typeof effectFailureKinds)[number]) =>
  ({ status: 'failure', kind, message: 'down' }) as const;

/** A success that answers `depth` arrays, one in the other. */
function nested(depth: number): ReturnType<typeof record> {
  let state: CborValue = [];
  for (let level = 1; level < depth; level += 1) state = [state];
  return record({ outcome: { status: 'success', response: { kind: 'invoke_step', state } } });
}

describe('an outcome that is held', () => {
  test('answers the same request verbatim', () => {
    const cache = new Cache();
    expect(cache.ask('evidence#1')).toEqual({ kind: 'miss' });
    cache.do(record());
    expect(cache.ask('evidence#1')).toEqual({ kind: 'hit', outcome: written });
  });

  test('may be recorded again, with nothing new to record, also when the cache is full', () => {
    const cache = new Cache(1);
    cache.do(record());
    expect(cache.do(record())).toEqual([]);
  });

  test('is the same outcome in whatever order its keys were set', () => {
    const cache = new Cache();
    const answer = (state: CborValue) =>
      record({ outcome: { status: 'success', response: { kind: 'receive', state } } });
    cache.do(answer({ one: 1, other: 2 }));
    expect(cache.do(answer({ other: 2, one: 1 }))).toEqual([]);
    const reversed = new Cache();
    reversed.do(answer({ other: 2, one: 1 }));
    expect(reversed.bytes()).toBe(cache.bytes());
  });

  test('is not changed by whoever gave it', () => {
    const cache = new Cache();
    const state = { receipt: 7 };
    cache.do(record({ outcome: { status: 'success', response: { kind: 'invoke_step', state } } }));
    state.receipt = 8;
    expect(cache.ask('evidence#1')).toEqual({ kind: 'hit', outcome: written });
  });
});

describe('D19: an outcome that may pass', () => {
  test('is refused when it is blocked', () => {
    expect(new Cache().refusal(record({ outcome: { status: 'blocked' } }))).toMatchObject({
      code: 'EVIDENCE_NOT_LASTING',
      message: 'the outcome of evidence `evidence#1` is blocked, which may pass',
    });
  });

  test.each(effectFailureKinds.filter((kind) => !permanentFailureKinds.some((held) => held === kind)))(
    'is refused when it is the failure %s',
    (kind) => {
      const cache = new Cache();
      expect(cache.refusal(record({ outcome: failure(kind) }))).toMatchObject({
        code: 'EVIDENCE_NOT_LASTING',
        outcome: failure(kind),
      });
      cache.do(record());
      expect(cache.ask('evidence#1')).toEqual({ kind: 'hit', outcome: written });
    },
  );

  test.each(permanentFailureKinds)('is not the failure %s, which is held', (kind) => {
    const cache = new Cache();
    cache.do(record({ outcome: failure(kind) }));
    expect(cache.ask('evidence#1')).toEqual({ kind: 'hit', outcome: failure(kind) });
  });

  test('is none of the failures of the world and of the moment', () => {
    const lasting: readonly string[] = permanentFailureKinds;
    const passing = ['timeout', 'cancelled', 'unavailable', 'topology_disruption', 'unknown'];
    const ofTheMoment = ['denied', 'stale_authority'];
    expect([...passing, ...ofTheMoment].filter((kind) => lasting.includes(kind))).toEqual([]);
  });
});

describe('D20: an id stands for one request and one outcome', () => {
  test.each([
    ['operationId', { operationId: 'op#2' }],
    ['interfaceName', { interfaceName: 'Guard' }],
    ['operationName', { operationName: 'read' }],
    ['fingerprint', { fingerprint: fingerprintOf('Storage', 'write', { path: 'b' }) }],
    ['leaseInRequest', { leaseInRequest: true }],
    ['outcome', { outcome: failure('invalid_input') }],
  ] as const)('another %s is a conflict that shows what is held', (field, changes) => {
    const cache = new Cache();
    cache.do(record());
    expect(cache.refusal(record(changes))).toMatchObject({
      code: 'EVIDENCE_CONFLICT',
      message: `evidence \`evidence#1\` is held with another ${field}`,
      field,
      held: evidence(),
    });
    expect(cache.ask('evidence#1')).toEqual({ kind: 'hit', outcome: written });
  });

  test('D22: of two that both missed, the second is told what the first recorded', () => {
    const cache = new Cache();
    expect([cache.ask('evidence#1'), cache.ask('evidence#1')]).toEqual([{ kind: 'miss' }, { kind: 'miss' }]);
    cache.do(record());
    const second = record({
      outcome: { status: 'success', response: { kind: 'invoke_step', state: { receipt: 8 } } },
    });
    expect(cache.refusal(second)).toMatchObject({ field: 'outcome', held: { outcome: written } });
  });
});

describe('D21: a success that grants authority', () => {
  const acquire = (lease: string) => ({
    interfaceName: 'Guard',
    operationName: 'acquire',
    outcome: leased,
    fingerprint: fingerprintOf('Guard', 'acquire', { layer: 'a', lease }),
  });

  test('is refused when its request names no lease', () => {
    expect(new Cache().refusal(record(acquire('lease#1')))).toMatchObject({
      code: 'EVIDENCE_AUTHORITY_UNBOUND',
      evidenceId: 'evidence#1',
    });
  });

  test('answers under the lease that its request names, and under no other', () => {
    const cache = new Cache();
    cache.do(record({ ...acquire('lease#1'), leaseInRequest: true }));
    expect(cache.ask('evidence#1', evidence(acquire('lease#1')))).toEqual({ kind: 'hit', outcome: leased });
    expect(cache.ask('evidence#1', evidence(acquire('lease#2')))).toMatchObject({ kind: 'conflict' });
  });

  test('is not what a permanent failure to acquire is', () => {
    const cache = new Cache();
    cache.do(record({ ...acquire('lease#1'), outcome: failure('invalid_input') }));
    expect(cache.ids()).toEqual(['evidence#1']);
  });
});

describe('D26: what could not be read again is not recorded', () => {
  const sized = (bytes: number) =>
    record({
      outcome: { status: 'success', response: { kind: 'receive', state: new Uint8Array(bytes) } },
    });

  test('because it is too large', () => {
    const refusal = new Cache().refusal(sized(evidenceBytesMax));
    const surplus = refusal.code === 'EVIDENCE_TOO_LARGE' ? refusal.bytes - refusal.bytesMax : 0;
    expect(surplus).toBeGreaterThan(0);
    const cache = new Cache();
    expect(cache.refusal(sized(evidenceBytesMax - surplus + 1))).toMatchObject({
      bytes: evidenceBytesMax + 1,
    });
    cache.do(sized(evidenceBytesMax - surplus));
    expect(cache.ids()).toEqual(['evidence#1']);
  });

  test('because it is nested too deep for an artifact', () => {
    const depths = Array.from({ length: 70 }, (_, index) => index + 1);
    const held = depths.filter((depth) => {
      const cache = new Cache();
      return cache.projection.decide(cache.state, nested(depth)).kind === 'accepted';
    });
    expect(held.at(-1)).toBe(held.length);
    const deepest = new Cache();
    deepest.do(nested(held.length));
    expect(importEvidence(exportEvidence(deepest.state)).usable).toHaveLength(1);
    expect(new Cache().refusal(nested(held.length + 1))).toMatchObject({ code: 'EVIDENCE_INVALID' });
  });

  test('because it is no data', () => {
    const lone = record({ outcome: failure('invalid_input'), evidenceId: '\ud800' });
    expect(new Cache().refusal(lone)).toMatchObject({ code: 'EVIDENCE_INVALID' });
  });
});
