import { describe, expect, test } from 'vitest';
import type { CborRecord } from '../../../src/codec/cbor.js';
import { readRecord } from '../../../src/codec/shape.js';
import type { OwnershipEntry } from '../../../src/ownership/entry.js';
import { OwnershipLogCorrupt } from '../../../src/ownership/state.js';
import { Authority, claim, close, consume, fragments, reap, release, ttlMs, use } from './fixtures.js';

/** An authority that has something of everything. */
function busy(): Authority {
  const authority = new Authority({ auditRecordsMax: 12 });
  const capability = authority.claim();
  authority.do(consume(capability, authority.ready(capability)));
  authority.ready(capability);
  authority.offer(capability, 'b', fragments('x', 'y'));
  authority.do(close(authority.claim({ sessionId: 'ended' })), reap());
  const other = authority.claim({ sessionId: 'other', policy: 'fail_closed' });
  const receipt = authority.offer(other);
  authority.do({ kind: 'fail_transfer', capability: other, receipt, reason: 'broken', atMs: 9 });
  authority.ask(use(other, 9));
  authority.do(release(authority.claim({ sessionId: 'free' })));
  authority.commit(authority.offer(authority.claim({ sessionId: 'given' })));
  return authority;
}

test('equals itself after a snapshot, and after a replay of its log', () => {
  const authority = busy();
  expect(authority.state.auditArchive.records).toBeGreaterThan(0);
  expect(authority.restarted().state).toEqual(authority.state);
  expect(authority.replayed().state).toEqual(authority.state);
  expect(authority.replayed().log).toEqual(authority.log);
});

describe('a snapshot that no log can lead to is refused:', () => {
  const wrong: readonly (readonly [string, (captured: CborRecord) => CborRecord])[] = [
    [
      'a session twice',
      ({ sessions, ...rest }) => ({ ...rest, sessions: [...each(sessions), ...each(sessions)] }),
    ],
    ['a claim id that was never given', (captured) => ({ ...captured, next_claim_id: 0 })],
    ['a witness id that was never given', (captured) => ({ ...captured, next_witness_id: 0 })],
    ['held by a transfer that never was', (captured) => ({ ...captured, next_claim_id: 2 })],
    ['no time', (captured) => ({ ...captured, latest_ms: -1 })],
    ['held and archived', (captured) => ({ ...captured, archived: each(captured['sessions']) })],
  ];

  function each(value: CborRecord[string] | undefined) {
    return Array.isArray(value) ? value : [];
  }

  test.each(wrong)('%s', (_, spoil) => {
    const { projection, state } = busy();
    const captured = readRecord(projection.capture(state), 'captured');
    expect(() => projection.restore(captured)).not.toThrow();
    expect(() => projection.restore(spoil(captured))).toThrow(/corrupt|expected/);
  });
});

describe('a log that cannot have been decided is refused:', () => {
  const lease = { issuedAtMs: 0, ttlMs };
  const capability = { sessionId: 's', ownerId: 'a', generation: 0, scope: { kind: 'session' } } as const;
  const other = { ...capability, ownerId: 'b', generation: 1 };
  const issued = { policy: 'claimable', lease, origin: { kind: 'attenuation' }, atMs: 5 } as const;
  const receipt = {
    sessionId: 's',
    claimId: 1,
    fromOwnerId: 'a',
    fromGeneration: 0,
    toOwnerId: 'b',
    toGeneration: 1,
    scope: capability.scope,
  };
  const witness = { ...capability, witnessId: 1, predicateRef: 'p' };
  const end = {
    kind: 'session_ended',
    witness: { witnessId: 1, sessionId: 's', ownerId: 'a', generation: 0, reason: '' },
    reason: { kind: 'closed', ownerId: 'a' },
    atMs: 5,
  } as const;
  const dropped = { kind: 'capability_invalidated', capability, reason: 'released', atMs: 5 } as const;
  const wrong: readonly (readonly [string, readonly OwnershipEntry[]])[] = [
    ['a second owner', [{ kind: 'capability_issued', capability: other, ...issued }]],
    ['a generation that was spent', [dropped, { kind: 'capability_issued', capability, ...issued }]],
    ['a use by another', [{ kind: 'capability_used', capability: other, act: '', atMs: 5 }]],
    [
      'a use after the end of the lease',
      [
        { kind: 'lease_expired', capability, atMs: 5 },
        { kind: 'capability_used', capability, act: '', atMs: 5 },
      ],
    ],
    [
      'a renewal that shortens',
      [{ kind: 'lease_renewed', capability, lease: { ...lease, ttlMs: 1 }, atMs: 5 }],
    ],
    ['a transfer that nobody began', [{ kind: 'receipt_committed', receipt, atMs: 5 }]],
    [
      'a transfer of another',
      [{ kind: 'receipt_issued', receipt: { ...receipt, fromOwnerId: 'c' }, expiresAtMs: 9, atMs: 5 }],
    ],
    [
      'two transfers',
      [
        { kind: 'receipt_issued', receipt, expiresAtMs: 9, atMs: 5 },
        { kind: 'receipt_issued', receipt: { ...receipt, claimId: 2 }, expiresAtMs: 9, atMs: 5 },
      ],
    ],
    [
      'a claim id twice',
      [
        { kind: 'receipt_issued', receipt, expiresAtMs: 9, atMs: 5 },
        { kind: 'receipt_rolled_back', receipt, reason: null, atMs: 5 },
        { kind: 'receipt_issued', receipt, expiresAtMs: 9, atMs: 5 },
      ],
    ],
    [
      'a witness that was consumed twice',
      [
        { kind: 'readiness_issued', witness, atMs: 5 },
        { kind: 'readiness_consumed', witness, atMs: 5 },
        { kind: 'readiness_consumed', witness, atMs: 5 },
      ],
    ],
    ['an end while it is owned', [end]],
    ['something after the end', [dropped, end, { kind: 'capability_issued', capability: other, ...issued }]],
    ['two ends', [dropped, end, end]],
    [
      'an archived session that goes on',
      [
        dropped,
        end,
        { kind: 'session_archived', sessionId: 's', atMs: 5 },
        { kind: 'capability_issued', capability: other, ...issued },
      ],
    ],
    ['archived before it ended', [{ kind: 'session_archived', sessionId: 's', atMs: 5 }]],
    ['forgotten before it was archived', [{ kind: 'session_forgotten', sessionId: 's', atMs: 5 }]],
    [
      'an unknown session that is used',
      [{ kind: 'capability_used', capability: { ...capability, sessionId: 'x' }, act: '', atMs: 5 }],
    ],
    ['more audit archived than there is', [{ kind: 'audit_archived', throughSeq: 9, atMs: 5 }]],
    ['no audit archived', [{ kind: 'audit_archived', throughSeq: 0, atMs: 5 }]],
    ['time that goes back', [{ kind: 'capability_used', capability, act: '', atMs: 4 }]],
  ];

  test.each(wrong)('%s', (_, entries) => {
    const authority = new Authority();
    authority.do(claim({ atMs: 5 }));
    expect(() => authority.take(entries)).toThrow(OwnershipLogCorrupt);
  });
});

describe('limits and commands that cannot be meant', () => {
  test.each([
    'sessionsMax',
    'archivedMax',
    'witnessesMax',
    'leaseTtlMs',
    'transferTtlMs',
    'auditRecordsMax',
  ] as const)('%s bounds something', (name) => {
    for (const value of [0, 1.5, Number.NaN, 2 ** 52]) {
      expect(() => new Authority({ [name]: value })).toThrow(name);
    }
  });

  test.each([
    ['no time', { atMs: -1 }],
    ['a time that no ttl can be added to', { atMs: 2 ** 52 }],
    ['no session id', { sessionId: '' }],
    ['no generation', { generation: -1 }],
    ['an owner id that is too long', { ownerId: 'a'.repeat(257) }],
    ['half a character', { requestId: '\ud800' }],
  ])('%s', (_, changes) => {
    expect(new Authority().refusal(claim(changes)).code).toBe('OWNERSHIP_INVALID_COMMAND');
  });

  test('are refused without a record', () => {
    const authority = new Authority();
    const act = claim({ sessionId: '' });
    expect(authority.refusal({ kind: 'deny', act }).code).toBe('OWNERSHIP_INVALID_COMMAND');
  });

  test('O17: a generation that could not be told from the next is not granted', () => {
    const authority = new Authority();
    authority.state.firstGeneration = Number.MAX_SAFE_INTEGER - 1;
    const last = authority.claim();
    expect(authority.ask({ kind: 'attenuate', capability: last, scope: last.scope, atMs: 0 })).toBe(
      'OWNERSHIP_LIMIT_REACHED',
    );
    expect(
      authority.ask({ kind: 'begin_transfer', capability: last, toOwnerId: 'b', scope: last.scope, atMs: 0 }),
    ).toBe('OWNERSHIP_LIMIT_REACHED');
    expect(authority.ask(use(last))).toBeUndefined();
    authority.do(release(last));
    expect(authority.ask(claim())).toBe('OWNERSHIP_LIMIT_REACHED');
  });
});
