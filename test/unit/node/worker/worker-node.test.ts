import { describe, expect, test } from 'vitest';
import { exactlyOnceGuarded, idempotent } from '../../../../src/steps/descriptor.js';
import type { Workflow } from '../../../../src/steps/run-workflow.js';
import { type Fleet, sail } from './fleet.js';

/** The outside world: what was asked of it, by key, and by how many. */
class Outside {
  readonly done = new Map<string, number>();

  apply(key: string): number {
    this.done.set(key, (this.done.get(key) ?? 0) + 1);
    return this.done.size;
  }
}

function voyage(outside: Outside, restMs = 500): Workflow {
  return {
    name: 'voyage',
    async program(context, input) {
      const first = await context.step(
        exactlyOnceGuarded('load', 'money_moving', 'rerun', input),
        ({ idempotencyKey }) => outside.apply(idempotencyKey),
      );
      await context.sleep('rest', restMs);
      const second = await context.step(idempotent('unload', input), ({ idempotencyKey }) =>
        outside.apply(idempotencyKey),
      );
      return [first, second];
    },
  };
}

const failing: Workflow = { name: 'failing', program: () => Promise.reject(new Error('leak')) };

function settleAborted({ authority }: Fleet): void {
  const settlement = { outcome: 'aborted', reason: 'owner lost' } as const;
  authority.settled.set('o', { operationId: 'o', sessionId: 's', generation: 2, settlement });
}

const request = { operationId: 'o', sessionId: 's', workflow: 'voyage', input: { to: 'Bergen' } };

describe('a worker', () => {
  test('runs what is submitted to it, and the authority has the last word', async () => {
    const outside = new Outside();
    await sail([voyage(outside)], async (fleet) => {
      const { node } = await fleet.worker('worker-1');
      expect((await node.submit(request)).kind).toBe('accepted');
      expect((await node.wait('o')).value).toEqual([1, 2]);
      expect(fleet.authority.asked.filter((asked) => !asked.startsWith('renew'))).toEqual([
        'claim s worker-1#1',
        'list s',
        'admit o',
        'settle o',
      ]);
      expect(fleet.authority.settled.get('o')?.settlement.outcome).toBe('finalized');
      expect(fleet.events('worker.acts').map(({ act }) => act)).toEqual([
        'list',
        'admit',
        'step',
        'step',
        'settle',
      ]);
    });
  });

  test('shows a failure as the authority has settled it', async () => {
    await sail([failing], async (fleet) => {
      const { node } = await fleet.worker('worker-1');
      await node.submit({ ...request, workflow: 'failing' });
      expect((await node.wait('o')).watch).toMatchObject({
        outcome: { kind: 'failed', error: 'Error: leak' },
      });
      expect(fleet.authority.settled.get('o')?.settlement).toEqual({
        outcome: 'rejected',
        reason: 'Error: leak',
      });
    });
  });

  test('cancels at the authority first', async () => {
    await sail([voyage(new Outside(), 60_000)], async (fleet) => {
      const { node } = await fleet.worker('worker-1');
      await node.submit(request);
      expect((await node.cancel('o', 'storm')).kind).toBe('accepted');
      expect((await node.wait('o')).watch).toMatchObject({ outcome: { kind: 'cancelled', reason: 'storm' } });
      expect(fleet.authority.settled.get('o')?.settlement).toEqual({ outcome: 'aborted', reason: 'storm' });
    });
  });

  test('refuses what belongs to a session of another one, and names it', async () => {
    await sail([voyage(new Outside())], async (fleet) => {
      const one = await fleet.worker('worker-1');
      const two = await fleet.worker('worker-2');
      await one.node.submit(request);
      expect(await two.node.submit({ ...request, operationId: 'p' })).toMatchObject({
        kind: 'refused',
        refusal: { code: 'WORKER_NOT_OWNER', ownerId: 'worker-1#1', workerName: 'worker-1' },
      });
    });
  });

  test('refuses an id that stands for something else, at every worker', async () => {
    await sail([voyage(new Outside(), 0)], async (fleet) => {
      const one = await fleet.worker('worker-1');
      const two = await fleet.worker('worker-2');
      await one.node.submit(request);
      await one.node.wait('o');
      const other = { ...request, sessionId: 't' };
      expect(await two.node.submit(other)).toMatchObject({
        kind: 'refused',
        refusal: { code: 'WORKER_NOT_ADMITTED', reason: 'LEDGER_CONFLICT' },
      });
    });
  });

  test('tells what ended elsewhere before it came here, without running it', async () => {
    const outside = new Outside();
    await sail([voyage(outside, 0)], async (fleet) => {
      const one = await fleet.worker('worker-1');
      await one.node.submit(request);
      await one.node.wait('o');
      await one.node.close();
      const two = await fleet.worker('worker-2');
      expect((await two.node.submit(request)).kind).toBe('accepted');
      expect((await two.node.wait('o')).value).toEqual([1, 2]);
      expect([...outside.done.values()]).toEqual([1, 1]);
    });
  });

  test('gives a session back that nothing is to be done for any more', async () => {
    await sail([voyage(new Outside(), 0)], async (fleet) => {
      const { node } = await fleet.worker('worker-1');
      await node.submit(request);
      await node.wait('o');
      expect(fleet.authority.ownerOf('s')).toBe('worker-1#1');
      await fleet.ports.clock.sleep(500);
      expect(fleet.authority.ownerOf('s')).toBeNull();
      expect(fleet.events('worker.lost')).toMatchObject([{ session: 's', reason: 'released' }]);
    });
  });

  test('keeps its lease for as long as something runs', async () => {
    await sail([voyage(new Outside(), 10_000)], async (fleet) => {
      const { node } = await fleet.worker('worker-1');
      await node.submit(request);
      expect((await node.wait('o')).value).toEqual([1, 2]);
      expect(fleet.authority.sessions.get('s')?.generation).toBe(0);
      expect(fleet.events('worker.lost')).toEqual([]);
    });
  });
});

describe('a worker that reaches the authority no more', () => {
  test('stops on the spot when its lease is over, and another one takes over', async () => {
    const outside = new Outside();
    await sail([voyage(outside, 1500)], async (fleet) => {
      const one = await fleet.worker('worker-1');
      const two = await fleet.worker('worker-2');
      await one.node.submit(request);
      one.line.isCut = true;
      await fleet.ports.clock.sleep(1100);
      expect(fleet.events('worker.lost', 'worker-1')).toMatchObject([{ session: 's', reason: 'expired' }]);
      const again = await two.node.submit(request);
      expect(again.kind).toBe('accepted');
      expect(fleet.events('worker.took-over', 'worker-2')).toEqual([{ session: 's', generation: 1 }]);
      const { value } = await two.node.wait('o');
      // The same keys at the same place: O1, K1.
      expect([...outside.done.values()]).toEqual([2, 1]);
      expect(fleet.authority.settled.get('o')?.generation).toBe(1);
      one.line.isCut = false;
      expect((await one.node.wait('o')).value).toEqual(value);
      expect(fleet.events('worker.follows', 'worker-1')).toEqual([{ operation: 'o', session: 's' }]);
    });
  });

  test('takes its own session again when nobody else has, and goes on from its journal', async () => {
    const outside = new Outside();
    await sail([voyage(outside, 3000)], async (fleet) => {
      const one = await fleet.worker('worker-1');
      await one.node.submit(request);
      await fleet.ports.clock.sleep(100);
      one.line.isCut = true;
      await fleet.ports.clock.sleep(1500);
      one.line.isCut = false;
      expect((await one.node.wait('o')).value).toEqual([1, 2]);
      expect([...outside.done.values()]).toEqual([1, 1]);
      expect(fleet.authority.settled.get('o')?.generation).toBe(1);
    });
  });

  test('V3: does not say how an operation stands that the authority may have settled, and others have heard of', async () => {
    await sail([voyage(new Outside(), 0)], async (fleet) => {
      const one = await fleet.worker('worker-1');
      await one.node.submit({ ...request, operationId: 'before' });
      await one.node.wait('before');
      await one.node.submit(request);
      one.line.isDeaf = true;
      await fleet.ports.clock.sleep(500);
      expect(fleet.authority.settled.has('o')).toBe(true);
      await expect(one.node.status('o')).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT' });
      one.line.isDeaf = false;
      expect((await one.node.wait('o')).value).toEqual([3, 4]);
    });
  });
});

describe('after a restart', () => {
  test('O6: a worker holds nothing of what it held, and takes it up under another owner id', async () => {
    const outside = new Outside();
    await sail([voyage(outside, 800)], async (fleet) => {
      const first = await fleet.worker('worker-1');
      await first.node.submit(request);
      first.line.isCut = true;
      await first.node.close();
      const second = await fleet.worker('worker-1');
      expect(second.node.ownerId).toBe('worker-1#2');
      expect(fleet.events('worker.acts').filter(({ act }) => act === 'settle')).toEqual([]);
      expect((await second.node.wait('o')).value).toEqual([1, 2]);
      expect(fleet.authority.settled.get('o')?.generation).toBe(1);
    });
  });

  test('what another one has settled meanwhile is told as it was settled: terminal-immutable', async () => {
    await sail([voyage(new Outside(), 800)], async (fleet) => {
      const first = await fleet.worker('worker-1');
      await first.node.submit(request);
      await first.node.close();
      fleet.authority.settled.set('o', {
        operationId: 'o',
        sessionId: 's',
        generation: 7,
        settlement: { outcome: 'aborted', reason: 'said elsewhere' },
      });
      const second = await fleet.worker('worker-1');
      expect((await second.node.wait('o')).watch).toMatchObject({
        outcome: { kind: 'cancelled', reason: 'said elsewhere' },
      });
    });
  });
});

test('a session that fails closed is not taken over: what was open of it is told as aborted', async () => {
  await sail([voyage(new Outside(), 60_000)], async (fleet) => {
    const policyOf = (): 'fail_closed' => 'fail_closed';
    const one = await fleet.worker('worker-1', { policyOf });
    const two = await fleet.worker('worker-2', { policyOf });
    await one.node.submit(request);
    one.line.isCut = true;
    await fleet.ports.clock.sleep(1100);
    expect(await two.node.submit(request)).toMatchObject({
      kind: 'refused',
      refusal: { code: 'WORKER_SESSION_REFUSED', reason: 'OWNERSHIP_TERMINAL' },
    });
    one.line.isCut = false;
    expect((await one.node.wait('o')).watch).toMatchObject({ outcome: { kind: 'cancelled' } });
  });
});

test('what a takeover had registered when the session was lost again is followed: bulkhead-burst 110106', async () => {
  await sail([voyage(new Outside(), 60_000)], async (fleet) => {
    const one = await fleet.worker('worker-1');
    const two = await fleet.worker('worker-2');
    await one.node.submit(request);
    one.line.isCut = true;
    await fleet.ports.clock.sleep(1100);
    const list = two.line.openOperations.bind(two.line);
    two.line.openOperations = async (...asked) => {
      const answer = await list(...asked);
      // By the time the answer comes, a renewal is refused: the session has ended, and with it all that was open.
      const ended = { generation: 2, owner: null, requestId: 'lost', endsAtMs: 0, receipt: null };
      fleet.authority.sessions.set('s', { ...ended, policy: 'fail_closed' });
      settleAborted(fleet);
      await fleet.ports.clock.sleep(600);
      return answer;
    };
    expect(await two.node.submit({ ...request, operationId: 'other' })).toMatchObject({ kind: 'refused' });
    expect((await two.node.wait('o')).watch).toMatchObject({ outcome: { kind: 'cancelled' } });
  });
});

describe('what a takeover finds no room for', () => {
  /** The first worker has two operations of one session and is lost; the second one has room for one. */
  async function takeOver(fleet: Fleet) {
    const one = await fleet.worker('worker-1');
    const two = await fleet.worker('worker-2', { evidenceMax: 1 });
    await one.node.submit(request);
    await one.node.submit({ ...request, operationId: 'p' });
    one.line.isCut = true;
    await fleet.ports.clock.sleep(1100);
    return two;
  }

  test('is done when there is some, though nobody asks again', async () => {
    await sail([voyage(new Outside(), 2000)], async (fleet) => {
      const { node } = await takeOver(fleet);
      expect((await node.submit(request)).kind).toBe('accepted');
      expect(fleet.events('worker.put-off', 'worker-2')).not.toEqual([]);
      while (fleet.authority.standing('p').kind !== 'settled') await fleet.ports.clock.sleep(10);
      // It was given back when nothing else was open of it: whoever has room may need it.
      expect(fleet.events('worker.lost', 'worker-2')).toMatchObject([{ reason: 'released' }]);
      expect(fleet.authority.settled.get('p')?.generation).toBe(2);
    });
  });

  test('is left to whoever has room: two that each hold what only the other one has come to an end', async () => {
    await sail([voyage(new Outside(), 2000)], async (fleet) => {
      const one = await fleet.worker('worker-1', { evidenceMax: 1 });
      const two = await fleet.worker('worker-2', { evidenceMax: 1 });
      await one.node.submit(request);
      await two.node.submit({ ...request, operationId: 'p', sessionId: 't' });
      await one.node.transfer('s', two.node.ownerId, 100);
      await two.node.transfer('t', one.node.ownerId, 100);
      expect([fleet.authority.ownerOf('s'), fleet.authority.ownerOf('t')]).toEqual([
        'worker-2#1',
        'worker-1#1',
      ]);
      expect((await one.node.wait('o')).watch).toMatchObject({ outcome: { kind: 'completed' } });
      expect((await two.node.wait('p')).watch).toMatchObject({ outcome: { kind: 'completed' } });
    });
  });

  test('is refused when it is submitted, before its session is taken from those who have room', async () => {
    await sail([voyage(new Outside(), 2000)], async (fleet) => {
      const { node } = await fleet.worker('worker-1', { evidenceMax: 1 });
      await node.submit(request);
      const outcome = await node.submit({ ...request, operationId: 'p', sessionId: 't' });
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'NODE_EVIDENCE_EXHAUSTED' } });
      expect(fleet.authority.ownerOf('t')).toBeNull();
      expect(fleet.authority.standing('p').kind).toBe('unknown');
    });
  });

  test('is followed when the session was lost again once it was registered: lease-expiry-mid-effect 2007698', async () => {
    const long = { ...voyage(new Outside(), 60_000), name: 'long' };
    await sail([voyage(new Outside(), 2000), long], async (fleet) => {
      const one = await fleet.worker('worker-1');
      const { node, line } = await fleet.worker('worker-2', { evidenceMax: 2 });
      await one.node.submit(request);
      await one.node.submit({ ...request, operationId: 'p', workflow: 'long' });
      await one.node.submit({ ...request, operationId: 'q' });
      one.line.isCut = true;
      await fleet.ports.clock.sleep(1100);
      const list = line.openOperations.bind(line);
      line.openOperations = async (...asked) => {
        const answer = await list(...asked);
        if (answer.kind !== 'granted' || answer.granted.length > 2) return answer;
        // By the time the answer comes, the session is another one's, who has ended what was open.
        const owner = { owner: 'worker-3#1', requestId: 'other', endsAtMs: Infinity };
        fleet.authority.sessions.set('s', { ...owner, generation: 2, policy: 'claimable', receipt: null });
        for (const operationId of ['p', 'q']) {
          const settlement = { outcome: 'aborted', reason: 'cancelled' } as const;
          fleet.authority.settled.set(operationId, {
            operationId,
            sessionId: 's',
            generation: 2,
            settlement,
          });
        }
        line.openOperations = list;
        await fleet.ports.clock.sleep(20_000);
        return answer;
      };
      await node.submit(request);
      for (const operationId of ['o', 'p']) await node.wait(operationId);
      await fleet.ports.clock.sleep(30_000);
      expect((await node.wait('q')).watch).toMatchObject({ outcome: { kind: 'cancelled' } });
    });
  });
});

test('V3: whoever followed shows nothing older than what was shown elsewhere', async () => {
  await sail([voyage(new Outside(), 1500)], async (fleet) => {
    const one = await fleet.worker('worker-1');
    const two = await fleet.worker('worker-2');
    await one.node.submit(request);
    one.line.isCut = true;
    await fleet.ports.clock.sleep(1100);
    await two.node.submit(request);
    await two.node.wait('o');
    await expect(one.node.status('o')).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT' });
    one.line.isCut = false;
    expect((await one.node.status('o'))?.status).toBe('completed');
  });
});

test('V3: an owner that was not told yet of the settlement shows nothing older than those who were', async () => {
  await sail([voyage(new Outside(), 10)], async (fleet) => {
    const { node } = await fleet.worker('worker-1');
    await node.submit(request);
    while (fleet.authority.standing('o').kind !== 'settled') await fleet.ports.clock.sleep(1);
    expect((await node.status('o'))?.status).toBe('completed');
  });
});
