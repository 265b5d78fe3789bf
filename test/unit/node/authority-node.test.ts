import { describe, expect, test } from 'vitest';
import { claimNext } from '../../../src/node/authority/claim-next.js';
import type { CommitFact } from '../../../src/node/authority/authority.js';
import { isSealed } from '../../../src/remote/capability-seal.js';
import { messageBytesMax } from '../../../src/runtime/network.js';
import {
  AuthorityBench,
  authorityOptions,
  claimOf,
  granted,
  operation,
  told,
  ttlMs,
} from './authority-bench.js';
import { auditOf } from './authority-log.js';

const finalized = { outcome: 'finalized', payload: Uint8Array.of(1) } as const;
const failClosed = (ownerId: string, sessionId = 's') => ({
  ...claimOf(ownerId, sessionId),
  policy: 'fail_closed' as const,
});

/** The end that an authority gives by itself. */
const abortedFact = (operationId: string, generation: number): CommitFact => ({
  operationId,
  sessionId: 's',
  generation,
  settlement: { outcome: 'aborted', reason: 'ownership owner `a#1` died' },
});

describe('a claim', () => {
  test('gives the session with a lease and the sealed right to remote work, to one owner', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority }) => {
      const grant = granted(await authority.claim(claimOf('a#1')));
      expect(grant).toMatchObject({
        capability: { sessionId: 's', ownerId: 'a#1', generation: 0, scope: { kind: 'session' } },
        grantedForMs: ttlMs,
        remote: {
          sessionId: 's',
          generation: 0,
          computations: ['charge', 'segment_put'],
          grantedForMs: ttlMs,
        },
      });
      expect(isSealed(authorityOptions.secret, grant.remote)).toBe(true);
      expect(await authority.claim(claimOf('b#1'))).toMatchObject({
        kind: 'refused',
        refusal: { code: 'OWNERSHIP_ALREADY_CLAIMED', currentOwnerId: 'a#1' },
      });
    });
  });

  test('given again is the same one, for what is left of the lease', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const first = granted(await authority.claim(claimOf('a#1')));
      await clock.sleep(300);
      const again = granted(await authority.claim(claimOf('a#1')));
      expect(again.capability).toEqual(first.capability);
      expect(again.grantedForMs).toBeLessThanOrEqual(ttlMs - 300);
      expect(again.remote.grantedForMs).toBe(again.grantedForMs);
      expect(told(await authority.claim(claimOf('a#1', 's', 0, 'another time')))).toBe(
        'OWNERSHIP_ALREADY_CLAIMED',
      );
    });
  });

  test('O1: after a restart of the authority goes on with the generations, and an older one is fenced', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const first = granted(await authority.claim(claimOf('a#1')));
      granted(await authority.release(first.capability));
      bench.restart();
      await clock.sleep(100);
      const second = granted(await authority.claim(claimOf('b#1', 's', 1)));
      expect(second.capability.generation).toBe(1);
      expect(await authority.admit(first.capability, operation('o'))).toMatchObject({
        kind: 'refused',
        refusal: { code: 'OWNERSHIP_FENCED', liveGeneration: 1 },
      });
    });
  });
});

describe('a claim that comes once more after its tenure, and after its answer was forgotten', () => {
  test('is spent: it gives nobody the session, and ends none that fails closed', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const { capability } = granted(await authority.claim(failClosed('a#1')));
      granted(await authority.release(capability));
      bench.restart();
      await clock.sleep(100);
      expect(await authority.claim(failClosed('a#1'))).toMatchObject({
        kind: 'refused',
        refusal: { code: 'OWNERSHIP_CLAIM_SPENT', currentOwnerId: null, liveGeneration: 0 },
      });
      await clock.sleep(2 * ttlMs);
      const next = await authority.claim({ ...failClosed('b#1'), generation: 1 });
      expect(granted(next).capability.generation).toBe(1);
    });
  });

  test('is spent, however many copies the network makes', async () => {
    const always = { numerator: 1, denominator: 1 };
    for (const seed of [1, 2, 3, 4, 5]) {
      const networkFaults = { 'network.delayed': always, 'network.duplicated': always };
      const bench = new AuthorityBench({ seed, networkFaults });
      await bench.run(async ({ authority, clock }) => {
        for (let life = 1; life <= 3; life += 1) {
          const grant = await claimNext((generation) =>
            authority.claim(claimOf(`a#${life}`, 's', generation)),
          );
          const { capability } = granted(grant);
          expect(capability.generation).toBe(life - 1);
          await authority.release(capability);
          bench.restart();
        }
        await clock.sleep(3 * ttlMs);
        const issued = (await auditOf(bench)).filter((record) => record === 'issued capability');
        expect(issued).toHaveLength(3);
      });
    }
  });
});

describe('a lease', () => {
  test('is over without anybody asking, and the session is free for a claim in the next generation', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      granted(await authority.claim(claimOf('a#1')));
      await clock.sleep(ttlMs + 100);
      expect(await auditOf(bench)).toEqual(['issued capability', 'expired capability']);
      expect(granted(await authority.claim(claimOf('b#1', 's', 1))).capability.generation).toBe(1);
    });
  });

  test('goes on as long as it is renewed, and ends when it is not', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      for (let time = 0; time < 4; time += 1) {
        await clock.sleep(ttlMs - 100);
        expect(granted(await authority.renew(capability))).toEqual({ grantedForMs: ttlMs });
      }
      expect(told(await authority.claim(claimOf('b#1')))).toBe('OWNERSHIP_ALREADY_CLAIMED');
      await clock.sleep(ttlMs);
      expect(granted(await authority.claim(claimOf('b#1', 's', 1))).capability.generation).toBe(1);
    });
  });

  test('L4: of an owner that slept is not renewed after its end, nor after a takeover, however the request came', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      await clock.sleep(ttlMs);
      expect(await authority.renew(capability)).toMatchObject({
        kind: 'refused',
        refusal: { code: 'OWNERSHIP_UNCLAIMED', liveGeneration: 0 },
      });
      granted(await authority.claim(claimOf('b#1', 's', 1)));
      expect(told(await authority.renew(capability))).toBe('OWNERSHIP_FENCED');
      expect(told(await authority.settle(capability, 'o', finalized))).toBe('OWNERSHIP_FENCED');
    });
  });

  test('L4: a renewal that is late, or comes twice, leaves the holder with no more than the authority gives', async () => {
    const always = { numerator: 1, denominator: 1 };
    for (const seed of [1, 2, 3, 4, 5]) {
      const networkFaults = { 'network.delayed': always, 'network.duplicated': always };
      const bench = new AuthorityBench({ seed, networkFaults, authority: longLeases });
      await bench.run(async ({ authority, clock }) => {
        const askedMs = clock.monotonicMs();
        const grant = granted(await authority.claim(claimOf('a#1')));
        let untilMs = askedMs + grant.grantedForMs;
        for (let time = 0; time < 3; time += 1) {
          const renewedMs = clock.monotonicMs();
          untilMs = renewedMs + granted(await authority.renew(grant.capability)).grantedForMs;
        }
        // All clocks are true here: at the last moment of the holder the authority still says no to everybody else.
        await clock.sleep(Math.max(0, untilMs - 1 - clock.monotonicMs()));
        const standing = bench.node.authority.claim(claimOf('b#1'));
        expect(told(await standing)).toBe('OWNERSHIP_ALREADY_CLAIMED');
      });
    }
  });

  test('O11: goes on after a restart, on a clock that never goes back, and ends by itself', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      await clock.sleep(500);
      granted(await authority.renew(capability));
      bench.restart();
      await clock.sleep(100);
      expect(told(await authority.claim(claimOf('b#1')))).toBe('OWNERSHIP_ALREADY_CLAIMED');
      expect(told(await authority.renew(capability))).toBe('granted');
      await clock.sleep(ttlMs + 100);
      expect((await auditOf(bench)).at(-1)).toBe('expired capability');
    });
  });
});

const longLeases = { ownership: { ...authorityOptions.ownership, leaseTtlMs: 30_000 } };

describe('an operation', () => {
  test('is admitted once under an id, and settled once: the first end stands', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      expect(await authority.standing('o')).toEqual({ kind: 'unknown' });
      const open = { kind: 'open', operation: operation('o') };
      expect(granted(await authority.admit(capability, operation('o')))).toEqual(open);
      expect(granted(await authority.admit(capability, operation('o')))).toEqual(open);
      expect(await authority.standing('o')).toEqual(open);
      expect(told(await authority.admit(capability, operation('o', 's', 2)))).toBe('LEDGER_CONFLICT');
      const fact = { operationId: 'o', sessionId: 's', generation: 0, settlement: finalized };
      expect(granted(await authority.settle(capability, 'o', finalized))).toEqual(fact);
      const late = { outcome: 'aborted', reason: 'late' } as const;
      expect(granted(await authority.settle(capability, 'o', late))).toEqual(fact);
      expect(await authority.standing('o')).toEqual({ kind: 'settled', fact });
      expect(granted(await authority.admit(capability, operation('o')))).toEqual({ kind: 'settled', fact });
    });
  });

  test('is of one session: neither admitted nor settled by the owner of another', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority }) => {
      const mine = granted(await authority.claim(claimOf('a#1', 's'))).capability;
      const other = granted(await authority.claim(claimOf('b#1', 't'))).capability;
      expect(told(await authority.admit(other, operation('o', 's')))).toBe('LEDGER_FOREIGN_OPERATION');
      granted(await authority.admit(mine, operation('o', 's')));
      expect(told(await authority.settle(other, 'o', finalized))).toBe('LEDGER_FOREIGN_OPERATION');
      expect(told(await authority.settle(mine, 'p', finalized))).toBe('LEDGER_UNKNOWN_OPERATION');
      expect(told(await authority.admit(other, operation('o', 't')))).toBe('LEDGER_CONFLICT');
    });
  });

  test('is taken over by the next owner, who finds it among what is open, and settles it', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const first = granted(await authority.claim(claimOf('a#1'))).capability;
      for (const id of ['o2', 'o1', 'o3']) granted(await authority.admit(first, operation(id)));
      granted(await authority.settle(first, 'o3', finalized));
      await clock.sleep(ttlMs);
      const second = granted(await authority.claim(claimOf('b#1', 's', 1))).capability;
      expect(told(await authority.openOperations(first, '', 10))).toBe('OWNERSHIP_FENCED');
      expect(granted(await authority.openOperations(second, '', 10))).toEqual([
        operation('o1'),
        operation('o2'),
      ]);
      expect(granted(await authority.openOperations(second, 'o1', 10))).toEqual([operation('o2')]);
      expect(granted(await authority.settle(second, 'o1', finalized)).generation).toBe(1);
    });
  });

  test('whose facts are gone leaves a tombstone, under which its id is given to nothing else', async () => {
    const bench = new AuthorityBench({ authority: { ledger: { openMax: 1, settledMax: 2, factsMax: 1 } } });
    await bench.run(async ({ authority }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      for (const id of ['o1', 'o2']) {
        granted(await authority.admit(capability, operation(id)));
        expect(told(await authority.admit(capability, operation('too many')))).toBe('LEDGER_FULL');
        granted(await authority.settle(capability, id, finalized));
      }
      const { operationId, sessionId, workflow, inputDigest } = operation('o1');
      const tombstone = {
        operationId,
        sessionId,
        workflow,
        inputDigest,
        generation: 0,
        outcome: 'finalized',
      };
      expect(await authority.standing('o1')).toEqual({ kind: 'entombed', tombstone });
      expect(told(await authority.settle(capability, 'o1', finalized))).toBe('LEDGER_ENTOMBED');
      expect(told(await authority.admit(capability, operation('o1', 's', 2)))).toBe('LEDGER_CONFLICT');
    });
  });

  test('of a session that fails closed is aborted by the authority when the owner is lost, and for nobody else', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const { capability } = granted(await authority.claim(failClosed('a#1')));
      const other = granted(await authority.claim(claimOf('b#1', 't'))).capability;
      for (const id of ['o1', 'o2', 'o3']) granted(await authority.admit(capability, operation(id)));
      granted(await authority.settle(capability, 'o2', finalized));
      granted(await authority.admit(other, operation('p', 't')));
      await clock.sleep(ttlMs + 100);
      for (const id of ['o1', 'o3']) {
        expect(await authority.standing(id)).toEqual({ kind: 'settled', fact: abortedFact(id, 0) });
      }
      expect(await authority.standing('o2')).toMatchObject({ fact: { settlement: finalized } });
      expect((await authority.standing('p')).kind).toBe('open');
      expect(told(await authority.claim(failClosed('c#1')))).toBe('OWNERSHIP_TERMINAL');
    });
  });

  test('that is open when its session is closed is aborted as well', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      granted(await authority.admit(capability, operation('o')));
      granted(await authority.close(capability));
      await clock.sleep(100);
      expect(await authority.standing('o')).toMatchObject({
        fact: { settlement: { outcome: 'aborted', reason: 'session closed by `a#1`' } },
      });
      expect(told(await authority.admit(capability, operation('p')))).toBe('OWNERSHIP_TERMINAL');
    });
  });

  test('that does not fit into a message is refused before it is sent', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      const large = operation('o', 's', 'x'.repeat(messageBytesMax - 100));
      await expect(authority.admit(capability, large)).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
      const fits = operation('o', 's', 'x'.repeat(messageBytesMax - 1000));
      expect(granted(await authority.admit(capability, fits)).kind).toBe('open');
      expect(granted(await authority.openOperations(capability, '', 1))).toHaveLength(1);
      expect((await authority.standing('o')).kind).toBe('open');
    });
  });
});

describe('a transfer', () => {
  test('O7, O9: is committed by its target alone, with a grant of its own, and can be asked for again', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      const receipt = granted(await authority.beginTransfer(capability, 'b#1', { kind: 'session' }));
      expect(granted(await authority.beginTransfer(capability, 'b#1', { kind: 'session' }))).toEqual(receipt);
      expect(told(await authority.beginTransfer(capability, 'c#1', { kind: 'session' }))).toBe(
        'OWNERSHIP_TRANSFER_PENDING',
      );
      expect(told(await authority.admit(capability, operation('o')))).toBe('OWNERSHIP_TRANSFER_PENDING');
      expect(told(await authority.commitTransfer(receipt, 'c#1'))).toBe('OWNERSHIP_NOT_THE_TARGET');
      const grant = granted(await authority.commitTransfer(receipt, 'b#1'));
      expect(grant).toMatchObject({
        capability: { ownerId: 'b#1', generation: 1 },
        grantedForMs: ttlMs,
        remote: { generation: 1 },
      });
      expect(granted(await authority.commitTransfer(receipt, 'b#1')).capability).toEqual(grant.capability);
      expect(told(await authority.commitTransfer(receipt, 'c#1'))).toBe('OWNERSHIP_TRANSFER_NOT_PENDING');
      expect(told(await authority.renew(capability))).toBe('OWNERSHIP_FENCED');
      expect(told(await authority.admit(grant.capability, operation('o')))).toBe('granted');
    });
  });

  test('O7: to a target that never comes is over at its deadline, without anybody asking', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      const receipt = granted(await authority.beginTransfer(capability, 'b#1', { kind: 'session' }));
      await clock.sleep(authorityOptions.ownership.transferTtlMs + 50);
      expect((await auditOf(bench)).at(-1)).toBe('expired receipt');
      expect(told(await authority.commitTransfer(receipt, 'b#1'))).toBe('OWNERSHIP_TRANSFER_NOT_PENDING');
      expect(told(await authority.admit(capability, operation('o')))).toBe('granted');
    });
  });

  test('that is rolled back leaves the owner as it was', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      const receipt = granted(await authority.beginTransfer(capability, 'b#1', { kind: 'session' }));
      granted(await authority.rollbackTransfer(capability, receipt));
      expect(told(await authority.rollbackTransfer(capability, receipt))).toBe(
        'OWNERSHIP_TRANSFER_NOT_PENDING',
      );
      expect(told(await authority.commitTransfer(receipt, 'b#1'))).toBe('OWNERSHIP_TRANSFER_NOT_PENDING');
    });
  });
});

test('O13: a witness is consumed once, by whom it was issued to', async () => {
  const bench = new AuthorityBench();
  await bench.run(async ({ authority }) => {
    const { capability } = granted(await authority.claim(claimOf('a#1')));
    const other = granted(await authority.claim(claimOf('b#1', 't'))).capability;
    const witness = granted(await authority.issueReadiness(capability, 'ready'));
    const second = granted(await authority.issueReadiness(capability, 'ready again'));
    expect([witness.predicateRef, second.predicateRef]).toEqual(['ready', 'ready again']);
    expect(second.witnessId).toBeGreaterThan(witness.witnessId);
    expect(told(await authority.consumeReadiness(other, witness))).toBe('OWNERSHIP_INVALID_WITNESS');
    granted(await authority.consumeReadiness(capability, witness));
    expect(told(await authority.consumeReadiness(capability, witness))).toBe('OWNERSHIP_WITNESS_CONSUMED');
  });
});

test('F1: a receipt that was rolled back is not taken for the one that was committed after it, like it in all else', async () => {
  const bench = new AuthorityBench();
  await bench.run(async ({ authority, clock }) => {
    const { capability } = granted(await authority.claim(claimOf('a#1')));
    const first = granted(await authority.beginTransfer(capability, 'b#1', { kind: 'session' }));
    granted(await authority.rollbackTransfer(capability, first));
    const second = granted(await authority.beginTransfer(capability, 'b#1', { kind: 'session' }));
    expect(second).toEqual({ ...first, claimId: second.claimId });
    const grant = granted(await authority.commitTransfer(second, 'b#1'));
    expect(told(await authority.commitTransfer(first, 'b#1'))).toBe('OWNERSHIP_TRANSFER_NOT_PENDING');
    bench.restart();
    await clock.sleep(100);
    expect(told(await authority.commitTransfer(first, 'b#1'))).toBe('OWNERSHIP_TRANSFER_NOT_PENDING');
    expect(granted(await authority.commitTransfer(second, 'b#1')).capability).toEqual(grant.capability);
  });
});

describe('the audit', () => {
  test('O10: has each grant, use and refusal of authority when it is told, and nothing of what the ledger refused', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      granted(await authority.admit(capability, operation('o')));
      await authority.admit(capability, operation('o', 's', 2));
      granted(await authority.settle(capability, 'o', finalized));
      granted(await authority.openOperations(capability, '', 1));
      await authority.claim(claimOf('b#1'));
      granted(await authority.release(capability));
      await authority.renew(capability);
      await authority.claim(claimOf('', 'u'));
      const audit = [
        'issued capability',
        'used capability (admit o)',
        'used capability (settle o)',
        'used capability (list open operations)',
        'rejected claim (claim)',
        'invalidated capability',
        'rejected capability (renew)',
      ];
      expect(await auditOf(bench)).toEqual(audit);
      bench.restart();
      expect(await authority.standing('o')).toMatchObject({ kind: 'settled' });
      expect(await auditOf(bench)).toEqual(audit);
    });
  });
});

describe('the node', () => {
  test('refuses what is no request, once and for all', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ requests }) => {
      const asked = [null, { call: 'sing' }, { call: 'renew' }, { call: 'claim', session_id: 1 }];
      for (const body of asked) {
        expect(await requests.ask('authority', body, { deadlineMs: 1000 })).toMatchObject({
          kind: 'refused',
          refusal: { code: 'AUTHORITY_MALFORMED_REQUEST' },
        });
      }
    });
  });

  test('decides anew what the log had no room for, and answers all of it', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority }) => {
      const { capability } = granted(await authority.claim(claimOf('a#1')));
      const ids = Array.from({ length: 24 }, (_, number) => `o${number}`);
      // More than may wait for the disk at once.
      const large = 'x'.repeat(messageBytesMax - 1000);
      const answers = await Promise.all(
        ids.map((id) => bench.node.authority.admit(capability, operation(id, 's', large))),
      );
      expect(new Set(answers.map(told))).toEqual(new Set(['granted']));
      for (const id of ids) expect((await authority.standing(id)).kind).toBe('open');
    });
  });

  test('answers nobody once it is closed, and leaves nothing to happen', async () => {
    const bench = new AuthorityBench();
    await bench.run(async ({ authority, clock }) => {
      granted(await authority.claim(claimOf('a#1')));
      await bench.node.close();
      const askedMs = clock.monotonicMs();
      await expect(authority.standing('o')).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT' });
      expect(clock.monotonicMs() - askedMs).toBe(500);
    }, 500);
    expect(bench.simulation.nowMs).toBeLessThan(600);
  });
});
