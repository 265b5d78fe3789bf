import { describe, expect, test } from 'vitest';
import { chained } from '../../../src/ownership/apply.js';
import { auditSince } from '../../../src/ownership/audit.js';
import { type AuditDigest, noAudit } from '../../../src/ownership/state.js';
import { memoryUsageOf } from '../../../src/ownership/view.js';
import {
  Authority,
  claim,
  close,
  consume,
  expireDue,
  fragments,
  reap,
  release,
  renew,
  ttlMs,
  use,
} from './fixtures.js';

describe('the audit', () => {
  test('O10: has a record of each refusal of authority, with what was shown and why', () => {
    const authority = new Authority();
    const capability = authority.claim();
    const stale = authority.attenuate(capability, fragments('x'));
    const refused = [
      claim({ ownerId: 'b' }),
      use(capability),
      use(stale),
      use({ ...stale, ownerId: 'x' }),
      use({ ...stale, sessionId: 'never' }),
      release({ ...stale, generation: 9 }),
    ];
    const codes = refused.map((command) => authority.ask(command));
    expect(codes).toEqual([
      'OWNERSHIP_ALREADY_CLAIMED',
      'OWNERSHIP_FENCED',
      'OWNERSHIP_SCOPE_VIOLATION',
      'OWNERSHIP_CAPABILITY_MISMATCH',
      'OWNERSHIP_SESSION_NOT_FOUND',
      'OWNERSHIP_CAPABILITY_MISMATCH',
    ]);
    const { records } = auditSince(authority.state, 3, 100);
    expect(records.map(({ event }) => event)).toEqual(refused.map(() => 'rejected'));
    expect(records[0]?.artifact).toEqual({ kind: 'claim', sessionId: 's', ownerId: 'b' });
    expect(records[1]).toMatchObject({
      seq: 5,
      sessionId: 's',
      artifact: { kind: 'capability', capability },
      reason: 'use: `a` shows generation 0 of session `s`, which is at 1',
    });
  });

  test('O10: has a record of each use, with its act', () => {
    const authority = new Authority();
    authority.do(use(authority.claim(), 3));
    expect(auditSince(authority.state, 1, 1).records).toMatchObject([
      { seq: 2, atMs: 3, event: 'used', reason: 'commit' },
    ]);
  });

  test('a refusal that is none any more is not recorded as one', () => {
    const authority = new Authority();
    const capability = authority.claim();
    const act = claim({ ownerId: 'b', generation: 1 });
    expect(authority.refusal(act).code).toBe('OWNERSHIP_ALREADY_CLAIMED');
    authority.do(release(capability));
    expect(authority.refusal({ kind: 'deny', act }).code).toBe('OWNERSHIP_NOTHING_TO_DENY');
  });

  test('O11: is in one order over all sessions, each record with its time', () => {
    const authority = new Authority();
    const one = authority.claim({ atMs: 1 });
    authority.claim({ sessionId: 'other', atMs: 2 });
    authority.do(renew(one, 3));
    authority.do(expireDue(2 + ttlMs));
    const { records } = auditSince(authority.state, 0, 100);
    expect(records.map(({ seq, atMs, sessionId, event }) => `${seq} ${atMs} ${sessionId} ${event}`)).toEqual([
      '1 1 s issued',
      '2 2 other issued',
      '3 3 s renewed',
      '4 102 other expired',
    ]);
  });

  test('O19: begins with the issue of every capability, in whichever way it came', () => {
    const authority = new Authority();
    const third = authority.commit(
      authority.offer(authority.attenuate(authority.claim(), { kind: 'session' })),
    );
    expect(third.generation).toBe(2);
    expect(authority.audit().filter((record) => record.startsWith('issued capability'))).toEqual([
      'issued capability 0',
      'issued capability 1',
      'issued capability 2',
    ]);
  });

  test('O14: is bounded: what is older lives on in a digest of exactly those records', () => {
    const authority = new Authority({ auditRecordsMax: 4 });
    const capability = authority.claim();
    for (let atMs = 0; atMs < 20; atMs += 1) {
      authority.do(use(capability, atMs));
      expect(authority.state.auditRecords.length).toBeLessThanOrEqual(4);
    }
    const { archive, records } = auditSince(authority.state, 0, 100);
    expect([archive.records + 1, 21]).toEqual([records[0]?.seq, records.at(-1)?.seq]);
    let digest: AuditDigest = noAudit;
    let seq = 0;
    for (const entry of authority.log) {
      if (
        entry.kind === 'audit_archived' ||
        entry.kind === 'session_archived' ||
        entry.kind === 'session_forgotten'
      )
        continue;
      seq += 1;
      if (seq <= archive.records) digest = chained(digest, seq, entry);
    }
    expect(archive).toEqual(digest);
  });

  test('O14: its digest is another one when any record of it was another one, or stood elsewhere', () => {
    const entry = {
      kind: 'capability_used',
      capability: new Authority().claim(),
      act: 'commit',
      atMs: 3,
    } as const;
    const before = { records: 1, digest: 'of one' };
    const chains = [
      chained(before, 2, entry),
      chained(before, 3, entry),
      chained(before, 2, { ...entry, act: 'abort' }),
      chained(before, 2, { ...entry, atMs: 4 }),
      chained({ ...before, digest: 'of another' }, 2, entry),
    ];
    expect(new Set(chains.map(({ digest }) => digest)).size).toBe(chains.length);
    expect(chains.map(({ records }) => records)).toEqual(chains.map(() => 2));
    expect(chained(before, 2, entry)).toEqual(chains[0]);
  });

  test('a page of it begins after the seq that was asked for, or where it begins now', () => {
    const authority = new Authority({ auditRecordsMax: 4 });
    const capability = authority.claim();
    for (let count = 0; count < 5; count += 1) authority.do(use(capability));
    const seqs = (afterSeq: number, limit: number) =>
      auditSince(authority.state, afterSeq, limit).records.map(({ seq }) => seq);
    expect(seqs(0, 100)).toEqual([4, 5, 6]);
    expect(seqs(4, 1)).toEqual([5]);
    expect(seqs(6, 100)).toEqual([]);
  });
});

describe('what is archived of a session', () => {
  test('O12: is why it ended, its last generation and a digest of its audit', () => {
    const authority = new Authority();
    const capability = authority.claim();
    authority.do(use(capability), close(capability, 5));
    const audit = authority.state.sessions.get('s')?.audit;
    expect(audit?.records).toBe(4);
    authority.do(reap(6));
    expect(authority.state.archived.get('s')).toMatchObject({
      generation: 0,
      ending: { reason: { kind: 'closed', ownerId: 'a' }, atMs: 5 },
      audit,
    });
    expect(authority.audit()).toHaveLength(4);
  });

  test('is bounded, and what is forgotten first is what was archived first', () => {
    const authority = new Authority({ archivedMax: 2 });
    for (const sessionId of ['x', 'y', 'z']) authority.do(close(authority.claim({ sessionId })));
    authority.do(reap());
    expect([...authority.state.archived.keys()]).toEqual(['y', 'z']);
  });

  test('is accounted for, as is everything else that is held', () => {
    const authority = new Authority();
    const empty = memoryUsageOf(authority.state);
    const capability = authority.claim();
    const witness = authority.ready(capability);
    authority.ready(capability);
    authority.do(consume(capability, witness));
    authority.offer(capability);
    authority.do(close(authority.claim({ sessionId: 'x' })));
    expect(memoryUsageOf(authority.state)).toMatchObject({
      liveSessions: 1,
      endedSessions: 1,
      archivedSessions: 0,
      pendingTransfers: 1,
      witnesses: 1,
      auditRecords: 8,
    });
    authority.do(reap());
    const usage = memoryUsageOf(authority.state);
    expect(usage).toMatchObject({ endedSessions: 0, archivedSessions: 1 });
    expect(usage.retainedBytes).toBeGreaterThan(empty.retainedBytes);
  });
});
