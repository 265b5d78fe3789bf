import { describe, expect, test } from 'vitest';
import type { CborRecord } from '../../../src/codec/cbor.js';
import { readRecord } from '../../../src/codec/shape.js';
import type { OwnershipEntry } from '../../../src/ownership/entry.js';
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

describe('a log that cannot have been decided is refused, and for its own reason:', () => {
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
  const ready = { kind: 'readiness_issued', witness, atMs: 5 } as const;
  const consumed = { kind: 'readiness_consumed', witness, atMs: 5 } as const;
  const offered = { kind: 'receipt_issued', receipt, expiresAtMs: 9, atMs: 5 } as const;
  const issue = { kind: 'capability_issued', capability, ...issued } as const;
  const issueOther = { kind: 'capability_issued', capability: other, ...issued } as const;
  const used = { kind: 'capability_used', capability, act: '', atMs: 5 } as const;
  const archived = { kind: 'session_archived', sessionId: 's', atMs: 5 } as const;
  const wrong: readonly (readonly [string, string, readonly OwnershipEntry[]])[] = [
    ['a second owner', '`s`: capability_issued: issued over another', [issueOther]],
    [
      'an owner beside a transfer',
      '`s`: capability_issued: issued over another',
      [offered, dropped, issueOther],
    ],
    [
      'an owner beside witnesses of the one before',
      '`s`: capability_issued: issued over another',
      [ready, dropped, issueOther],
    ],
    ['a generation that was spent', '`s`: capability_issued: a generation that was spent', [dropped, issue]],
    ['a use by another', '`s`: capability_used: not the live capability', [{ ...used, capability: other }]],
    [
      'a use after the end of the lease',
      '`s`: capability_used: not the live capability',
      [{ kind: 'lease_expired', capability, atMs: 5 }, used],
    ],
    [
      'a renewal that shortens',
      '`s`: lease_renewed: a renewal that does not prolong',
      [{ kind: 'lease_renewed', capability, lease: { ...lease, ttlMs: 1 }, atMs: 5 }],
    ],
    [
      'a renewal to the same end',
      '`s`: lease_renewed: a renewal that does not prolong',
      [{ kind: 'lease_renewed', capability, lease: { ...lease, issuedAtMs: 5 }, atMs: 5 }],
    ],
    [
      'a transfer that nobody began',
      '`s`: receipt_committed: not the pending transfer',
      [{ kind: 'receipt_committed', receipt, atMs: 5 }],
    ],
    [
      'a transfer of another',
      '`s`: receipt_issued: offered by another',
      [{ ...offered, receipt: { ...receipt, fromOwnerId: 'c' } }],
    ],
    ['a transfer of nobody', '`s`: receipt_issued: offered by another', [dropped, offered]],
    [
      'two transfers',
      '`s`: receipt_issued: two transfers at once',
      [offered, { ...offered, receipt: { ...receipt, claimId: 2 } }],
    ],
    [
      'a claim id twice',
      '`1`: the next id is 2',
      [offered, { kind: 'receipt_rolled_back', receipt, reason: null, atMs: 5 }, offered],
    ],
    ['the id of a witness for an end', '`1`: the next id is 2', [ready, consumed, dropped, end]],
    [
      'a witness that was consumed twice',
      '`s`: readiness_consumed: no such witness',
      [ready, consumed, consumed],
    ],
    ['an end while it is owned', '`s`: session_ended: ended while it was owned', [end]],
    ['something after the end', '`s`: capability_issued: issued over another', [dropped, end, issueOther]],
    ['a use after the end', '`s`: capability_used: it has ended', [dropped, end, used]],
    ['two ends', '`s`: session_ended: it has ended', [dropped, end, end]],
    [
      'an archived session that goes on',
      '`s`: capability_issued: it is archived',
      [dropped, end, archived, issueOther],
    ],
    ['archived before it ended', '`s`: archived before it ended', [archived]],
    ['archived and unknown', '`x`: archived before it ended', [{ ...archived, sessionId: 'x' }]],
    [
      'forgotten before it was archived',
      '`s`: forgotten before it was archived',
      [{ kind: 'session_forgotten', sessionId: 's', atMs: 5 }],
    ],
    [
      'an unknown session that is used',
      '`x`: capability_used: nobody ever claimed it',
      [{ ...used, capability: { ...capability, sessionId: 'x' } }],
    ],
    [
      'more audit archived than there is',
      '`audit`: archived through 9',
      [{ kind: 'audit_archived', throughSeq: 9, atMs: 5 }],
    ],
    [
      'no audit archived',
      '`audit`: archived through 0',
      [{ kind: 'audit_archived', throughSeq: 0, atMs: 5 }],
    ],
    ['time that goes back', '`capability_used`: time goes back', [{ ...used, atMs: 4 }]],
  ];

  test.each(wrong)('%s', (_, reason, entries) => {
    const authority = new Authority();
    authority.do(claim({ atMs: 5 }));
    expect(() => authority.take(entries)).toThrow(
      expect.objectContaining({
        code: 'OWNERSHIP_LOG_CORRUPT',
        name: 'OwnershipLogCorrupt',
        message: `ownership log is corrupt at ${reason}`,
      }),
    );
  });

  test('but all of the audit may be archived', () => {
    const authority = new Authority();
    authority.do(claim({ atMs: 5 }));
    expect(() => authority.take([{ kind: 'audit_archived', throughSeq: 1, atMs: 5 }])).not.toThrow();
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
