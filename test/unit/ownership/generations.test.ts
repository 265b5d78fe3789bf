import { describe, expect, test } from 'vitest';
import type { OwnershipCapability } from '../../../src/ownership/capability.js';
import {
  Authority,
  claim,
  close,
  consume,
  expireDue,
  fragments,
  reap,
  release,
  ttlMs,
  use,
  whole,
} from './fixtures.js';

describe('a claim', () => {
  test('grants the first generation, and no second owner', () => {
    const authority = new Authority();
    expect(authority.claim()).toEqual({ sessionId: 's', ownerId: 'a', generation: 0, scope: whole });
    expect(authority.refusal(claim({ ownerId: 'b' }))).toMatchObject({
      code: 'OWNERSHIP_ALREADY_CLAIMED',
      currentOwnerId: 'a',
    });
  });

  test('given again by its owner after an answer that was lost, records nothing and grants nothing new', () => {
    const authority = new Authority();
    authority.claim();
    expect(authority.do(claim({ atMs: 5 }))).toEqual([]);
  });

  test('given again otherwise, by another, in another generation or for another scope, is another claim', () => {
    const authority = new Authority();
    authority.claim();
    for (const other of [
      { requestId: 'after a restart' },
      { ownerId: 'b', requestId: 'claim of a' },
      { generation: 1 },
      { scope: fragments('x') },
    ]) {
      expect(authority.ask(claim(other))).toBe('OWNERSHIP_ALREADY_CLAIMED');
    }
  });

  test('of the same owner is none of the generation that it got in another way', () => {
    const authority = new Authority();
    const taken = authority.commit(authority.offer(authority.claim()));
    expect(taken).toMatchObject({ ownerId: 'b', generation: 1 });
    expect(authority.ask(claim({ ownerId: 'b', generation: 1 }))).toBe('OWNERSHIP_ALREADY_CLAIMED');
  });

  test.each([
    ['released', (held: Authority, capability: OwnershipCapability) => held.do(release(capability))],
    ['expired', (held: Authority) => held.do(expireDue(ttlMs))],
    [
      'given away and released',
      (held: Authority, capability: OwnershipCapability) =>
        held.do(release(held.commit(held.offer(capability)))),
    ],
    [
      'narrowed and released',
      (held: Authority, capability: OwnershipCapability) =>
        held.do(release(held.attenuate(capability, fragments('x')))),
    ],
  ])('that comes once more when its tenure is over, %s, is spent, also after a restart', (_, end) => {
    const authority = new Authority();
    end(authority, authority.claim());
    const standing = authority.standing(ttlMs);
    for (const successor of [authority, authority.restarted(), authority.replayed()]) {
      expect(successor.ask(claim({ atMs: ttlMs }))).toBe('OWNERSHIP_CLAIM_SPENT');
      expect(successor.standing(ttlMs)).toEqual(standing);
    }
  });

  test('that comes once more after later claims of its owner is spent all the same', () => {
    const authority = new Authority();
    const [first, second] = [claim(), claim({ generation: 1, requestId: 'second' })];
    for (const each of [first, second]) {
      authority.do(each);
      authority.do(release({ sessionId: 's', ownerId: 'a', generation: each.generation, scope: whole }));
    }
    expect([first, second].map((each) => authority.ask(each))).toEqual([
      'OWNERSHIP_CLAIM_SPENT',
      'OWNERSHIP_CLAIM_SPENT',
    ]);
  });

  test('that comes once more does not end a session that fails closed', () => {
    const authority = new Authority();
    authority.do(release(authority.claim({ policy: 'fail_closed' })));
    expect(authority.ask(claim({ policy: 'fail_closed' }))).toBe('OWNERSHIP_CLAIM_SPENT');
    authority.do(expireDue(10 * ttlMs));
    expect(authority.claim({ policy: 'fail_closed', atMs: 10 * ttlMs }).generation).toBe(1);
  });

  test('of another generation than the next is told which one that is', () => {
    const authority = new Authority();
    const spent = { code: 'OWNERSHIP_CLAIM_SPENT' };
    expect(authority.refusal(claim({ generation: 3 }))).toMatchObject({ ...spent, nextGeneration: 0 });
    authority.do(release(authority.claim()));
    for (const generation of [0, 2]) {
      expect(authority.refusal(claim({ generation }))).toMatchObject({ ...spent, nextGeneration: 1 });
    }
  });

  test('keeps to the policy of the session', () => {
    const authority = new Authority();
    authority.do(release(authority.claim()));
    expect(authority.ask(claim({ policy: 'fail_closed' }))).toBe('OWNERSHIP_POLICY_CONFLICT');
  });

  test('finds no room beyond the limit of sessions, and finds it again after a reap', () => {
    const authority = new Authority({ sessionsMax: 1 });
    const capability = authority.claim();
    expect(authority.refusal(claim({ sessionId: 'other' }))).toMatchObject({
      code: 'OWNERSHIP_LIMIT_REACHED',
      limit: 'sessionsMax',
    });
    authority.do(close(capability), reap());
    expect(authority.ask(claim({ sessionId: 'other' }))).toBeUndefined();
  });

  test('of a session that is known already needs no room', () => {
    const authority = new Authority({ sessionsMax: 1 });
    authority.do(release(authority.claim()));
    expect(authority.ask(claim({ generation: 1 }))).toBeUndefined();
  });
});

describe('generations', () => {
  test('O1: never reset on release, so an old capability is fenced for ever', () => {
    const authority = new Authority();
    const first = authority.claim();
    const witness = authority.ready(first);
    authority.do(release(first));
    const second = authority.claim();
    expect(second.generation).toBe(1);
    expect(authority.ask(use(first))).toBe('OWNERSHIP_FENCED');
    expect(authority.ask(consume(first, witness))).toBe('OWNERSHIP_FENCED');
    expect(authority.ask(consume(second, witness))).toBe('OWNERSHIP_INVALID_WITNESS');
  });

  test('O1: never go backwards over transfer, release and claim', () => {
    const authority = new Authority();
    const first = authority.claim();
    const second = authority.commit(authority.offer(first));
    authority.do(release(second));
    const third = authority.claim();
    expect([first, second, third].map(({ generation }) => generation)).toEqual([0, 1, 2]);
    expect(authority.ask(use(first))).toBe('OWNERSHIP_FENCED');
  });

  test.each(['restarted', 'replayed'] as const)('go on where they were when the authority is %s', (way) => {
    const authority = new Authority();
    const first = authority.claim();
    authority.do(release(first));
    const successor = authority[way]();
    expect(successor.claim().generation).toBe(1);
    expect(successor.ask(use(first))).toBe('OWNERSHIP_FENCED');
  });

  test('O16: go on for a session that ended, was archived and then forgotten', () => {
    const authority = new Authority({ archivedMax: 1 });
    const old = authority.commit(authority.offer(authority.claim()));
    authority.do(close(old), reap());
    authority.do(close(authority.claim({ sessionId: 'other' })), reap());
    expect(authority.standing()).toEqual({ kind: 'unknown' });
    expect(authority.ask(use(old))).toBe('OWNERSHIP_SESSION_NOT_FOUND');
    expect(authority.claim({ ownerId: 'b' }).generation).toBe(old.generation + 1);
    expect(authority.ask(use(old))).toBe('OWNERSHIP_FENCED');
  });

  test('of a session that was forgotten are spent for a claim that comes once more', () => {
    const authority = new Authority({ archivedMax: 1 });
    authority.do(close(authority.claim()), reap());
    authority.do(close(authority.claim({ sessionId: 'other' })), reap());
    expect(authority.standing()).toEqual({ kind: 'unknown' });
    expect(authority.ask(claim())).toBe('OWNERSHIP_CLAIM_SPENT');
    expect(authority.standing()).toEqual({ kind: 'unknown' });
  });

  test('O1: stay spent when a session of fewer generations is forgotten after one of more', () => {
    const authority = new Authority({ archivedMax: 1 });
    const young = authority.claim({ sessionId: 'young' });
    const old = authority.attenuate(authority.attenuate(authority.claim(), whole), whole);
    authority.do(close(old), reap(), close(young), reap());
    authority.do(close(authority.claim({ sessionId: 'last' })), reap());
    expect([...authority.state.archived.keys()]).toEqual(['last']);
    expect(authority.claim().generation).toBeGreaterThan(old.generation);
    expect(authority.ask(use(old))).toBe('OWNERSHIP_FENCED');
  });

  test('an attenuation is a generation of its own', () => {
    const authority = new Authority();
    const first = authority.claim();
    const second = authority.attenuate(first, fragments('x'));
    expect(second).toMatchObject({ generation: 1, ownerId: 'a' });
    expect(authority.refusal(use(first))).toMatchObject({ code: 'OWNERSHIP_FENCED', liveGeneration: 1 });
  });

  test('a capability that was never issued so is told from a late one', () => {
    const authority = new Authority();
    const capability = authority.claim();
    expect(authority.ask(use({ ...capability, generation: 7 }))).toBe('OWNERSHIP_CAPABILITY_MISMATCH');
    expect(authority.ask(use({ ...capability, ownerId: 'b' }))).toBe('OWNERSHIP_CAPABILITY_MISMATCH');
  });
});

describe('the scope of a capability', () => {
  test('O2: can only shrink, by attenuation and by transfer', () => {
    const authority = new Authority();
    const narrow = authority.attenuate(authority.claim(), fragments('x', 'y'));
    const widened = [whole, fragments('x', 'z')];
    for (const scope of widened) {
      expect(authority.ask({ kind: 'attenuate', capability: narrow, scope, atMs: 0 })).toBe(
        'OWNERSHIP_SCOPE_VIOLATION',
      );
      expect(
        authority.ask({ kind: 'begin_transfer', capability: narrow, toOwnerId: 'b', scope, atMs: 0 }),
      ).toBe('OWNERSHIP_SCOPE_VIOLATION');
    }
    expect(authority.commit(authority.offer(narrow, 'b', fragments('x'))).scope).toEqual(fragments('x'));
  });

  test.each([
    ['empty', []],
    ['not sorted', ['y', 'x']],
    ['twice the same', ['x', 'x']],
    ['too large', Array.from({ length: 65 }, (_, index) => String(100 + index))],
  ])('O2: is no scope when it is %s', (_, names) => {
    expect(new Authority().refusal(claim({ scope: fragments(...names) })).code).toBe(
      'OWNERSHIP_INVALID_COMMAND',
    );
  });

  test('O3: that is shown is compared with the one that was issued', () => {
    const authority = new Authority();
    const narrow = authority.attenuate(authority.claim(), fragments('x'));
    const forged = { ...narrow, scope: whole };
    expect(authority.ask(release(forged))).toBe('OWNERSHIP_CAPABILITY_MISMATCH');
    expect(authority.ask({ kind: 'attenuate', capability: forged, scope: fragments('x'), atMs: 0 })).toBe(
      'OWNERSHIP_CAPABILITY_MISMATCH',
    );
    expect(authority.ask({ kind: 'issue_readiness', capability: forged, predicateRef: 'p', atMs: 0 })).toBe(
      'OWNERSHIP_CAPABILITY_MISMATCH',
    );
  });

  test('says what an act may reach', () => {
    const authority = new Authority();
    const narrow = authority.claim({ scope: fragments('x') });
    expect(authority.ask(use(narrow, 0, fragments('x')))).toBeUndefined();
    expect(authority.ask(use(narrow, 0, fragments('y')))).toBe('OWNERSHIP_SCOPE_VIOLATION');
    expect(authority.ask(use(narrow))).toBe('OWNERSHIP_SCOPE_VIOLATION');
    expect(authority.ask(close(narrow))).toBe('OWNERSHIP_SCOPE_VIOLATION');
  });
});

describe('the end of a session', () => {
  test('O4: closed is closed: nothing is claimed, transferred, changed, issued or consumed', () => {
    const authority = new Authority();
    const capability = authority.claim();
    const witness = authority.ready(capability);
    authority.do(close(capability, 3));
    const late = [
      claim({ ownerId: 'b' }),
      use(capability),
      close(capability),
      consume(capability, witness),
      { kind: 'begin_transfer', capability, toOwnerId: 'b', scope: whole, atMs: 4 },
      { kind: 'issue_readiness', capability, predicateRef: 'p', atMs: 4 },
    ] as const;
    expect(late.map((command) => authority.ask(command))).toEqual(late.map(() => 'OWNERSHIP_TERMINAL'));
    expect(authority.standing()).toMatchObject({
      kind: 'ended',
      status: 'closed',
      ending: { reason: { kind: 'closed', ownerId: 'a' }, atMs: 3 },
    });
  });

  test('O4: another end never replaces it, whether it is archived or not', () => {
    const authority = new Authority();
    const capability = authority.claim({ policy: 'fail_closed' });
    authority.do(expireDue(ttlMs));
    const end = { status: 'faulted', ending: { reason: { kind: 'owner_died', ownerId: 'a' } } };
    expect(authority.ask(close(capability, ttlMs))).toBe('OWNERSHIP_TERMINAL');
    expect(authority.standing()).toMatchObject({ ...end, isArchived: false });
    authority.do(reap(ttlMs));
    expect(authority.ask(close(capability, ttlMs))).toBe('OWNERSHIP_TERMINAL');
    expect(authority.ask(claim({ policy: 'fail_closed', atMs: ttlMs }))).toBe('OWNERSHIP_TERMINAL');
    expect(authority.standing()).toMatchObject({ ...end, isArchived: true });
  });

  test('a reap takes what has ended, and nothing else', () => {
    const authority = new Authority();
    authority.do(close(authority.claim()));
    authority.claim({ sessionId: 'alive' });
    authority.do(release(authority.claim({ sessionId: 'free' })));
    expect(authority.do(reap())).toEqual([{ kind: 'session_archived', sessionId: 's', atMs: 0 }]);
    expect(authority.do(reap())).toEqual([]);
  });
});
