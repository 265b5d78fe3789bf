import { describe, expect, test } from 'vitest';
import { evidenceIdOf } from '../../../src/evidence/evidence-id.js';
import { fingerprintOf, readFingerprint } from '../../../src/evidence/request-fingerprint.js';
import { Cache, evidence, leased, record, written } from './fixtures.js';

describe('an evidence id', () => {
  test('D16: names the operation, the step and its occurrence', () => {
    expect(evidenceIdOf('op#1', 'charge', 0)).toBe('evidence:op#1:charge:0');
  });

  test('E5: differs for each turn of a loop, which finds only its own outcome', () => {
    const cache = new Cache();
    const [first, second] = [evidenceIdOf('op#1', 'charge', 0), evidenceIdOf('op#1', 'charge', 1)];
    cache.do(record({ evidenceId: first }));
    expect(cache.ask(first)).toMatchObject({ kind: 'hit' });
    expect(cache.ask(second)).toEqual({ kind: 'miss' });
  });

  test('E5: differs for each step of an operation', () => {
    expect(evidenceIdOf('op#1', 'charge', 0)).not.toBe(evidenceIdOf('op#1', 'refund', 0));
  });

  test('D17: differs for each operation, whatever its parts look like', () => {
    const ids = [
      evidenceIdOf('a:b', 'c', 0),
      evidenceIdOf('a', 'b:c', 0),
      evidenceIdOf('a%3Ab', 'c', 0),
      evidenceIdOf('a', 'b', 0),
      evidenceIdOf('a', 'b:0', 0),
      evidenceIdOf('', 'a:b', 0),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('D17: that two operations came to by chance answers neither with what is the other one’s', () => {
    const cache = new Cache();
    cache.do(record({ evidenceId: 'proof' }));
    const other = { path: 'b' };
    const fingerprint = fingerprintOf('Storage', 'write', other);
    expect(cache.ask('proof', evidence({ fingerprint }))).toMatchObject({ kind: 'conflict' });
    expect(cache.refusal(record({ evidenceId: 'proof', operationId: 'op#2' }))).toMatchObject({
      code: 'EVIDENCE_CONFLICT',
      field: 'operationId',
    });
  });
});

describe('a fingerprint', () => {
  const fingerprint = fingerprintOf('Storage', 'write', { path: 'a', mode: 1 });

  test('is that of the canonical bytes: the order of keys is nothing', () => {
    expect(fingerprint).toBe(fingerprintOf('Storage', 'write', { mode: 1, path: 'a' }));
  });

  test('never changes from one version to the next, or no evidence would be found again', () => {
    expect(fingerprint).toBe('dc7af9d1b8de6ba1777110b9b7d07770e2bb7480f0ce3256fd6487d6c6664d33');
  });

  test('D20: differs with the interface, with its operation and with every input', () => {
    const others = [
      fingerprintOf('Guard', 'write', { path: 'a', mode: 1 }),
      fingerprintOf('Storage', 'read', { path: 'a', mode: 1 }),
      fingerprintOf('Storage', 'write', { path: 'a', mode: 2 }),
      fingerprintOf('Storage', 'write', { path: 'a' }),
      fingerprint,
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  test('D20: an id that an acquire used is no answer to a step', () => {
    const cache = new Cache();
    const acquire = fingerprintOf('Guard', 'acquire', null);
    cache.do(record({ outcome: leased, leaseInRequest: true, fingerprint: acquire }));
    const held = evidence({ outcome: leased, leaseInRequest: true, fingerprint: acquire });
    expect(cache.ask('evidence#1')).toEqual({ kind: 'conflict', held });
    expect(cache.refusal(record())).toMatchObject({ code: 'EVIDENCE_CONFLICT', held: { outcome: leased } });
    expect(cache.refusal(record({ outcome: written })).name).toBe('EvidenceConflict');
  });

  test.each(['', 'f'.repeat(63), 'F'.repeat(64), 'g'.repeat(64), `${'f'.repeat(64)}\n`, 7])(
    'is not %j',
    (text) => {
      expect(() => readFingerprint(text, 'fingerprint')).toThrow(/^fingerprint: expected/u);
    },
  );
});
