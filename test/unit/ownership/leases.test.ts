import { describe, expect, test } from 'vitest';
import { grantedForMs, type HeldLease, mayAct } from '../../../src/ownership/lease.js';
import { nextDueAtMs } from '../../../src/ownership/view.js';
import { Authority, claim, consume, expireDue, release, renew, ttlMs, use } from './fixtures.js';

describe('a lease', () => {
  test('is live until the last moment before issued + ttl, and expired at that very moment', () => {
    const authority = new Authority();
    const capability = authority.claim({ atMs: 7 });
    expect(authority.ask(use(capability, 7 + ttlMs - 1))).toBeUndefined();
    expect(authority.ask(use(capability, 7 + ttlMs))).toBe('OWNERSHIP_UNCLAIMED');
  });

  test('is never live again, whatever is told of time later', () => {
    const authority = new Authority();
    const capability = authority.claim();
    authority.do(expireDue(ttlMs));
    for (const atMs of [ttlMs, 1, 0]) {
      expect(authority.ask(use(capability, atMs))).toBe('OWNERSHIP_UNCLAIMED');
      expect(authority.ask(renew(capability, atMs))).toBe('OWNERSHIP_UNCLAIMED');
      expect(authority.standing(atMs)).toEqual({ kind: 'unclaimed', lastGeneration: 0 });
    }
  });

  test('expires no later because the clock goes back: the latest time known counts, also after a restart', () => {
    const authority = new Authority();
    authority.claim({ sessionId: 'other', atMs: 90 });
    const successor = authority.restarted();
    successor.do(claim({ atMs: 10 }));
    expect(successor.standing(90 + ttlMs - 1)).toMatchObject({
      kind: 'owned',
      lease: { issuedAtMs: 90, ttlMs },
    });
    expect(successor.standing(90 + ttlMs)).toMatchObject({ kind: 'unclaimed' });
  });

  test('a refusal because of an expired lease records the expiry too, so that it is latched', () => {
    const authority = new Authority();
    const capability = authority.claim();
    expect(authority.ask(use(capability, ttlMs))).toBe('OWNERSHIP_UNCLAIMED');
    expect(authority.audit()).toEqual([
      'issued capability 0',
      'expired capability 0',
      'rejected capability 0',
    ]);
    expect(authority.do(expireDue(2 * ttlMs))).toEqual([]);
  });

  test('a look at an overdue one sees it as over before anybody has recorded that', () => {
    const authority = new Authority();
    authority.claim();
    authority.claim({ sessionId: 'closed', policy: 'fail_closed' });
    expect(authority.standing(ttlMs)).toEqual({ kind: 'unclaimed', lastGeneration: 0 });
    expect(authority.standing(ttlMs, 'closed')).toEqual({ kind: 'lost', lastGeneration: 0 });
  });

  test('says when there will be something to expire', () => {
    const authority = new Authority();
    expect(nextDueAtMs(authority.state)).toBeUndefined();
    const capability = authority.claim({ atMs: 10 });
    authority.claim({ sessionId: 'other', atMs: 20 });
    expect(nextDueAtMs(authority.state)).toBe(10 + ttlMs);
    authority.offer(capability, 'b', undefined, 20);
    expect(nextDueAtMs(authority.state)).toBe(60);
  });
});

describe('a renewal', () => {
  test('counts from when its request began, not from when it was decided', () => {
    const authority = new Authority();
    const capability = authority.claim();
    authority.do(renew(capability, 60, 50));
    expect(authority.standing(60)).toMatchObject({ lease: { issuedAtMs: 50, ttlMs } });
    expect(authority.ask(use(capability, 149))).toBeUndefined();
    expect(authority.ask(use(capability, 150))).toBe('OWNERSHIP_UNCLAIMED');
  });

  test('that is decided at the end of the lease is too late, whenever it was asked for', () => {
    const authority = new Authority();
    const capability = authority.claim();
    expect(authority.ask(renew(capability, ttlMs, 10))).toBe('OWNERSHIP_UNCLAIMED');
  });

  test('that comes after a later one shortens nothing, and one from the future is no command', () => {
    const authority = new Authority();
    const capability = authority.claim();
    authority.do(renew(capability, 50));
    expect(authority.do(renew(capability, 60, 40))).toEqual([]);
    expect(authority.restarted({ leaseTtlMs: 1 }).do(renew(capability, 60))).toEqual([]);
    expect(authority.refusal(renew(capability, 60, 61)).code).toBe('OWNERSHIP_INVALID_COMMAND');
  });

  test('of a paused owner after a takeover is fenced', () => {
    const authority = new Authority();
    const late = authority.claim();
    authority.claim({ ownerId: 'b', atMs: ttlMs });
    expect(authority.ask(renew(late, ttlMs))).toBe('OWNERSHIP_FENCED');
    expect(authority.ask(renew(late, 5))).toBe('OWNERSHIP_FENCED');
  });

  test('an attenuation prolongs nothing', () => {
    const authority = new Authority();
    const capability = authority.attenuate(authority.claim(), { kind: 'session' }, 50);
    expect(authority.ask(use(capability, ttlMs))).toBe('OWNERSHIP_UNCLAIMED');
  });
});

describe('the holder of a lease', () => {
  const held: HeldLease = { requestedAtMonotonicMs: 1000, grantedForMs: 100, marginMs: 10 };

  test('stops by its own monotonic clock, a margin before the end', () => {
    expect(mayAct(held, 1089)).toBe(true);
    expect(mayAct(held, 1090)).toBe(false);
    expect(mayAct({ ...held, marginMs: 100 }, 1000)).toBe(false);
  });

  test('is told for how long from its request on, so that no two clocks are compared', () => {
    expect(grantedForMs({ issuedAtMs: 500, ttlMs: 100 }, 500)).toBe(100);
    expect(grantedForMs({ issuedAtMs: 500, ttlMs: 100 }, 480)).toBe(120);
  });
});

describe('an owner that is lost', () => {
  test('by policy claimable: anybody may claim in the next generation, at the end of the lease and not before', () => {
    const authority = new Authority();
    const lost = authority.claim();
    expect(authority.ask(claim({ ownerId: 'b', atMs: ttlMs - 1 }))).toBe('OWNERSHIP_ALREADY_CLAIMED');
    const successor = authority.claim({ ownerId: 'b', atMs: ttlMs });
    expect(successor).toMatchObject({ ownerId: 'b', generation: 1 });
    expect(authority.ask(use(lost, ttlMs))).toBe('OWNERSHIP_FENCED');
    expect(authority.ask(use(successor, ttlMs))).toBeUndefined();
  });

  test('by policy fail closed: the session has ended for everybody', () => {
    const authority = new Authority();
    const lost = authority.claim({ policy: 'fail_closed' });
    expect(authority.ask(claim({ ownerId: 'b', policy: 'fail_closed', atMs: ttlMs }))).toBe(
      'OWNERSHIP_TERMINAL',
    );
    expect(authority.ask(use(lost, ttlMs))).toBe('OWNERSHIP_TERMINAL');
    expect(authority.standing()).toMatchObject({
      status: 'faulted',
      ending: {
        reason: { kind: 'owner_died', ownerId: 'a' },
        witness: { ownerId: 'a', generation: 0, reason: 'ownership owner `a` died' },
      },
    });
  });

  test('O6: nobody is declared dead by name; a lease that ends takes the offered transfer with it, and the audit says so', () => {
    const authority = new Authority({ transferTtlMs: 10 * ttlMs });
    const receipt = authority.offer(authority.claim({ policy: 'fail_closed' }));
    authority.do(expireDue(ttlMs));
    expect(authority.ask({ kind: 'commit_transfer', receipt, byOwnerId: 'b', atMs: ttlMs })).toBe(
      'OWNERSHIP_TERMINAL',
    );
    expect(authority.audit()).toEqual([
      'issued capability 0',
      'issued receipt 1',
      'expired capability 0',
      'rolled_back receipt 1',
      'issued cancellation 1',
      'rejected receipt 1',
    ]);
  });

  test('O14: leaves no witness behind that looks good', () => {
    const authority = new Authority();
    const capability = authority.claim();
    const witness = authority.ready(capability);
    const successor = authority.claim({ ownerId: 'b', atMs: ttlMs });
    expect(authority.audit().slice(2)).toEqual([
      'expired capability 0',
      'invalidated readiness 1',
      'issued capability 1',
    ]);
    expect(authority.ask(consume(successor, witness, ttlMs))).toBe('OWNERSHIP_INVALID_WITNESS');
  });

  test('a session that was released waits for nobody', () => {
    const authority = new Authority();
    authority.do(release(authority.claim()));
    expect(authority.do(expireDue(10 * ttlMs))).toEqual([]);
    expect(authority.claim({ ownerId: 'b' }).generation).toBe(1);
  });
});
