import { describe, expect, test } from 'vitest';
import { Authority, close, consume, fragments, release } from './fixtures.js';

describe('a readiness witness', () => {
  test('is consumed once, by the capability that it was issued under', () => {
    const authority = new Authority();
    const capability = authority.claim();
    const witness = authority.ready(capability);
    expect(authority.ask(consume(capability, witness))).toBeUndefined();
    expect(authority.ask(consume(capability, witness))).toBe('OWNERSHIP_WITNESS_CONSUMED');
    expect(authority.audit()).toEqual([
      'issued capability 0',
      'issued readiness 1',
      'consumed readiness 1',
      'rejected readiness 1',
    ]);
  });

  test('stays consumed over a restart', () => {
    const authority = new Authority();
    const capability = authority.claim();
    const witness = authority.ready(capability);
    authority.do(consume(capability, witness));
    for (const successor of [authority.restarted(), authority.replayed()]) {
      expect(successor.ask(consume(capability, witness))).toBe('OWNERSHIP_WITNESS_CONSUMED');
    }
  });

  test('that was forged, or never issued, is refused and stays to be consumed', () => {
    const authority = new Authority();
    const capability = authority.claim();
    const witness = authority.ready(capability);
    expect(authority.refusal(consume(capability, { ...witness, predicateRef: 'other' }))).toMatchObject({
      code: 'OWNERSHIP_INVALID_WITNESS',
      reason: 'witness payload mismatch',
    });
    for (const witnessId of [0, 2]) {
      expect(authority.refusal(consume(capability, { ...witness, witnessId }))).toMatchObject({
        code: 'OWNERSHIP_INVALID_WITNESS',
        reason: 'witness was never issued',
      });
    }
    expect(authority.ask(consume(capability, witness))).toBeUndefined();
  });

  test('of an owner before the transfer is good for neither', () => {
    const authority = new Authority();
    const old = authority.claim();
    const witness = authority.ready(old);
    const live = authority.commit(authority.offer(old));
    const successor = authority.restarted();
    expect(successor.ask(consume(old, witness))).toBe('OWNERSHIP_FENCED');
    expect(successor.refusal(consume(live, witness))).toMatchObject({
      code: 'OWNERSHIP_INVALID_WITNESS',
      reason: 'live ownership no longer matches witness',
    });
  });

  test('O3: bears the scope that was issued, whatever is shown', () => {
    const authority = new Authority();
    const capability = authority.claim();
    const witness = authority.ready(capability);
    expect(witness.scope).toEqual(capability.scope);
    expect(authority.ask(consume(capability, { ...witness, scope: fragments('x') }))).toBe(
      'OWNERSHIP_INVALID_WITNESS',
    );
  });

  test('is for owners of whole sessions', () => {
    const authority = new Authority();
    const capability = authority.claim({ scope: fragments('x') });
    expect(authority.ask({ kind: 'issue_readiness', capability, predicateRef: 'p', atMs: 0 })).toBe(
      'OWNERSHIP_SCOPE_VIOLATION',
    );
    expect(authority.ask(consume(capability, { ...capability, witnessId: 1, predicateRef: 'p' }))).toBe(
      'OWNERSHIP_SCOPE_VIOLATION',
    );
  });

  test('O13: shares its id with no other witness, of whichever session', () => {
    const authority = new Authority();
    const one = authority.ready(authority.claim());
    const other = authority.ready(authority.claim({ sessionId: 'other' }));
    expect(one.witnessId).not.toBe(other.witnessId);
    authority.do(close(authority.claim({ sessionId: 'third' })));
    const ending = authority.state.sessions.get('third')?.ending?.witness;
    const last = authority.ready(authority.claim({ sessionId: 'fourth' }));
    expect([ending?.witnessId, last.witnessId]).toEqual([other.witnessId + 1, other.witnessId + 2]);
  });

  test('O14: is invalidated with its capability, and so is every record of it', () => {
    const authority = new Authority();
    const capability = authority.claim();
    authority.ready(capability);
    authority.do(consume(capability, authority.ready(capability)), release(capability));
    expect(authority.audit().slice(-2)).toEqual(['invalidated capability 0', 'invalidated readiness 1']);
    expect(authority.state.sessions.get('s')?.witnesses.size).toBe(0);
  });

  test('O14: waits among a bounded number of others', () => {
    const authority = new Authority({ witnessesMax: 2 });
    const capability = authority.claim();
    const witness = authority.ready(capability);
    authority.ready(capability);
    const third = { kind: 'issue_readiness', capability, predicateRef: 'p', atMs: 0 } as const;
    expect(authority.refusal(third)).toMatchObject({
      code: 'OWNERSHIP_LIMIT_REACHED',
      limit: 'witnessesMax',
    });
    authority.do(consume(capability, witness));
    expect(authority.ask(third)).toBeUndefined();
  });
});
