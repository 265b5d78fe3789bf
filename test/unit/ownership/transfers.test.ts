import { describe, expect, test } from 'vitest';
import type { OwnershipReceipt } from '../../../src/ownership/capability.js';
import type { AuthorityCommand } from '../../../src/ownership/command.js';
import {
  Authority,
  claim,
  close,
  consume,
  expireDue,
  fragments,
  release,
  renew,
  transferTtlMs,
  ttlMs,
  use,
  whole,
} from './fixtures.js';

function commit(receipt: OwnershipReceipt, byOwnerId = receipt.toOwnerId, atMs = 0): AuthorityCommand {
  return { kind: 'commit_transfer', receipt, byOwnerId, atMs };
}

function offered() {
  const authority = new Authority();
  const source = authority.claim();
  return { authority, source, receipt: authority.offer(source) };
}

describe('a transfer', () => {
  test('makes the target the owner, in the next generation and with a lease of its own', () => {
    const { authority, source, receipt } = offered();
    expect(receipt).toEqual({
      sessionId: 's',
      claimId: 1,
      fromOwnerId: 'a',
      fromGeneration: 0,
      toOwnerId: 'b',
      toGeneration: 1,
      scope: whole,
    });
    const target = authority.commit(receipt, 30);
    expect(target).toEqual({ sessionId: 's', ownerId: 'b', generation: 1, scope: whole });
    expect(authority.standing(30)).toMatchObject({ lease: { issuedAtMs: 30, ttlMs }, pending: null });
    expect(authority.ask(use(source, 30))).toBe('OWNERSHIP_FENCED');
    expect(authority.ask(use(target, 30))).toBeUndefined();
  });

  test('of an owner to itself can narrow its scope', () => {
    const authority = new Authority();
    const receipt = authority.offer(authority.claim(), 'a', fragments('x'));
    expect(authority.ask(use(authority.commit(receipt)))).toBe('OWNERSHIP_SCOPE_VIOLATION');
  });

  test('is audited as the end of one capability and the beginning of another', () => {
    const { authority, receipt } = offered();
    authority.commit(receipt);
    expect(authority.audit()).toEqual([
      'issued capability 0',
      'issued receipt 1',
      'invalidated capability 0',
      'committed receipt 1',
      'issued capability 1',
    ]);
  });

  test('that is rolled back leaves the owner as it was, and can be begun again', () => {
    const { authority, source, receipt } = offered();
    authority.do({ kind: 'rollback_transfer', capability: source, receipt, atMs: 0 });
    expect(authority.ask(use(source))).toBeUndefined();
    expect(authority.ask(commit(receipt))).toBe('OWNERSHIP_TRANSFER_NOT_PENDING');
    const again = authority.offer(source);
    expect(again.claimId).toBe(2);
    expect(authority.ask(commit(receipt))).toBe('OWNERSHIP_RECEIPT_MISMATCH');
    expect(authority.ask(commit(again))).toBeUndefined();
  });

  test('O8: while it is pending the owner can renew its lease and settle the transfer, and nothing else', () => {
    const { authority, source } = offered();
    const witness = { ...source, witnessId: 1, predicateRef: 'ready' };
    const frozen = [
      use(source),
      release(source),
      close(source),
      consume(source, witness),
      { kind: 'attenuate', capability: source, scope: whole, atMs: 0 },
      { kind: 'begin_transfer', capability: source, toOwnerId: 'c', scope: whole, atMs: 0 },
      { kind: 'issue_readiness', capability: source, predicateRef: 'p', atMs: 0 },
    ] as const;
    expect(frozen.map((command) => authority.ask(command))).toEqual(
      frozen.map(() => 'OWNERSHIP_TRANSFER_PENDING'),
    );
    expect(authority.ask(claim({ ownerId: 'b' }))).toBe('OWNERSHIP_ALREADY_CLAIMED');
    expect(authority.ask(renew(source, 20))).toBeUndefined();
  });
});

describe('a receipt', () => {
  test('O9: is bound to its target: nobody else can commit it', () => {
    const { authority, receipt } = offered();
    expect(authority.ask(commit(receipt, 'a'))).toBe('OWNERSHIP_NOT_THE_TARGET');
    expect(authority.ask(commit(receipt, 'c'))).toBe('OWNERSHIP_NOT_THE_TARGET');
    expect(authority.ask(commit({ ...receipt, toOwnerId: 'c' }))).toBe('OWNERSHIP_RECEIPT_MISMATCH');
    expect(authority.standing()).toMatchObject({ capability: { ownerId: 'a' }, pending: { receipt } });
  });

  test('O9: can be rolled back, abandoned or failed only by the owner, who shows its capability', () => {
    const { authority, source, receipt } = offered();
    const capability = { ...source, ownerId: 'b' };
    const foreign = [
      { kind: 'rollback_transfer', capability, receipt, atMs: 0 },
      { kind: 'abandon_transfer', capability, receipt, atMs: 0 },
      { kind: 'fail_transfer', capability, receipt, reason: 'no', atMs: 0 },
    ] as const;
    expect(foreign.map((command) => authority.ask(command))).toEqual(
      foreign.map(() => 'OWNERSHIP_CAPABILITY_MISMATCH'),
    );
  });

  test('that is another one is not settled, and the one that is pending stays so', () => {
    const { authority, source, receipt } = offered();
    const other = { ...receipt, claimId: 9 };
    const settling = [
      { kind: 'rollback_transfer', capability: source, receipt: other, atMs: 0 },
      { kind: 'abandon_transfer', capability: source, receipt: other, atMs: 0 },
      { kind: 'fail_transfer', capability: source, receipt: other, reason: 'no', atMs: 0 },
    ] as const;
    expect(settling.map((command) => authority.ask(command))).toEqual(
      settling.map(() => 'OWNERSHIP_RECEIPT_MISMATCH'),
    );
    expect(authority.ask(commit(receipt))).toBeUndefined();
  });

  test('is good once, and only to the letter', () => {
    const { authority, receipt } = offered();
    const forged = [
      { claimId: 9 },
      { toGeneration: 9 },
      { fromGeneration: 9 },
      { fromOwnerId: 'x' },
      { scope: fragments('x') },
    ].map((changes) => authority.ask(commit({ ...receipt, ...changes })));
    expect(forged).toEqual(forged.map(() => 'OWNERSHIP_RECEIPT_MISMATCH'));
    authority.commit(receipt);
    expect(authority.ask(commit(receipt))).toBe('OWNERSHIP_TRANSFER_NOT_PENDING');
    expect(authority.audit().filter((record) => record.startsWith('rejected'))).toEqual([
      ...Array.from({ length: 4 }, (_, index) => `rejected receipt ${index === 0 ? 9 : 1}`),
      'rejected receipt 1',
      'rejected receipt 1',
    ]);
  });

  test('of a session that nobody owns, or knows, is good for nothing', () => {
    const { authority, source, receipt } = offered();
    authority.do({ kind: 'rollback_transfer', capability: source, receipt, atMs: 0 }, release(source));
    expect(authority.ask(commit(receipt))).toBe('OWNERSHIP_UNCLAIMED');
    expect(authority.ask(commit({ ...receipt, sessionId: 'never' }))).toBe('OWNERSHIP_SESSION_NOT_FOUND');
  });

  test('is settled with a capability of its own session', () => {
    const { authority, receipt } = offered();
    const capability = authority.claim({ sessionId: 'other' });
    const command = { kind: 'rollback_transfer', capability, receipt, atMs: 0 } as const;
    expect(authority.refusal(command).code).toBe('OWNERSHIP_INVALID_COMMAND');
  });
});

describe('a target that dies', () => {
  test('O7: does not get the session, and does not keep it: at its deadline the transfer is over', () => {
    const { authority, source, receipt } = offered();
    expect(authority.standing(transferTtlMs)).toMatchObject({ kind: 'owned', pending: null });
    expect(authority.ask(commit(receipt, 'b', transferTtlMs))).toBe('OWNERSHIP_TRANSFER_NOT_PENDING');
    expect(authority.audit().slice(1)).toEqual([
      'issued receipt 1',
      'expired receipt 1',
      'rejected receipt 1',
    ]);
    expect(authority.ask(use(source, transferTtlMs))).toBeUndefined();
  });

  test('O7: is noticed by whoever looks, and the last moment before is in time', () => {
    const { authority, source } = offered();
    expect(authority.do(expireDue(transferTtlMs - 1))).toEqual([]);
    expect(authority.ask(use(source, transferTtlMs - 1))).toBe('OWNERSHIP_TRANSFER_PENDING');
    expect(authority.do(expireDue(transferTtlMs)).map(({ kind }) => kind)).toEqual(['receipt_expired']);
  });

  test('O7: after it has taken the session loses it like any other owner', () => {
    const { authority, receipt } = offered();
    authority.commit(receipt, 10);
    expect(authority.claim({ ownerId: 'c', atMs: 10 + ttlMs }).generation).toBe(2);
  });
});

describe('a transfer that ends the session', () => {
  test('when it is abandoned: cancelled', () => {
    const { authority, source, receipt } = offered();
    authority.do({ kind: 'abandon_transfer', capability: source, receipt, atMs: 5 });
    expect(authority.standing()).toMatchObject({
      status: 'cancelled',
      ending: { reason: { kind: 'transfer_abandoned', ownerId: 'a', claimId: 1 }, atMs: 5 },
    });
    expect(authority.audit().slice(2)).toEqual([
      'invalidated capability 0',
      'rolled_back receipt 1',
      'issued cancellation 1',
    ]);
  });

  test('O17: when its commit failed: faulted, with a cancellation witness as in every other end', () => {
    const { authority, source, receipt } = offered();
    authority.do({ kind: 'fail_transfer', capability: source, receipt, reason: 'disk full', atMs: 5 });
    expect(authority.standing()).toMatchObject({
      status: 'faulted',
      ending: {
        reason: { kind: 'transfer_commit_failed', ownerId: 'a', claimId: 1, reason: 'disk full' },
        witness: { reason: 'ownership transfer commit failed: disk full' },
      },
    });
    expect(authority.ask(claim())).toBe('OWNERSHIP_TERMINAL');
    expect(authority.ask(commit(receipt))).toBe('OWNERSHIP_TERMINAL');
  });
});
