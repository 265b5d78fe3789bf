import { describe, expect, test } from 'vitest';
import { Room } from '../../../../src/node/room.js';
import { WorkerNode } from '../../../../src/node/worker/worker-node.js';
import { witnessProjection } from '../../../../src/node/worker/witness-room.js';
import type { Workflow } from '../../../../src/steps/run-workflow.js';
import { sail } from './fleet.js';

const echo: Workflow = { name: 'echo', program: async (_, input) => input };
const request = { operationId: 'o', sessionId: 's', workflow: 'echo', input: 'ahoy' };
const agreement = {
  rule: { kind: 'threshold', requiredParticipants: 2 },
  participants: ['worker-1', 'worker-2', 'worker-3'],
} as const;

describe('a result that others have to witness', () => {
  test('is settled when the rule is met, and not before', async () => {
    await sail([echo], async (fleet) => {
      const one = await fleet.worker('worker-1', { agreement });
      await fleet.worker('worker-2', { agreement });
      await fleet.worker('worker-3', { agreement });
      fleet.cutOff.add('worker-3');
      await one.node.submit(request);
      await fleet.ports.clock.sleep(2000);
      expect(fleet.authority.settled.size).toBe(0);
      expect((await one.node.status('o'))?.status).toBe('running');
      fleet.cutOff.clear();
      expect((await one.node.wait('o')).value).toBe('ahoy');
      expect(fleet.events('session.took', 'worker-2')).toMatchObject([
        { role: 'participant', label: 'witness' },
      ]);
      expect(fleet.events('session.refused')).toEqual([]);
    });
  });

  test('is adopted by whoever followed, though it has seen no witness', async () => {
    await sail([echo], async (fleet) => {
      const one = await fleet.worker('worker-1', { agreement });
      const two = await fleet.worker('worker-2', { agreement });
      // Nobody witnesses for it, so it gets nowhere.
      fleet.cutOff.add('worker-1');
      await one.node.submit(request);
      await fleet.ports.clock.sleep(100);
      one.line.isCut = true;
      await fleet.ports.clock.sleep(1200);
      await fleet.worker('worker-3', { agreement });
      const four = await fleet.worker('worker-4', { agreement });
      expect((await four.node.submit(request)).kind).toBe('accepted');
      expect((await four.node.wait('o')).value).toBe('ahoy');
      one.line.isCut = false;
      expect((await one.node.wait('o')).value).toBe('ahoy');
      expect(await two.node.status('o')).toBeUndefined();
    });
  });

  test('is never asked of a worker that cannot reach others', async () => {
    await sail([echo], async (fleet) => {
      const { authority } = fleet;
      const options = { name: 'worker-1', leaseMarginMs: 100, workflows: [echo], agreement };
      const opening = WorkerNode.open(fleet.ports, {
        ...options,
        authority: authority.client(fleet.ports.clock),
      });
      await expect(opening).rejects.toMatchObject({ code: 'WORKER_NOBODY_TO_WITNESS' });
    });
  });
});

describe('a participant', () => {
  const witness = { operationId: 'o', sessionId: 's', generation: 3, digest: 'a' };
  const room = () => new Room(witnessProjection({ sessionsMax: 2, witnessesMax: 2 }));
  const give = (to: ReturnType<typeof room>, more: Partial<typeof witness> = {}): string => {
    const proposal = to.propose({ ...witness, ...more });
    if (proposal.kind === 'refused') return proposal.refusal.code;
    proposal.apply(1);
    return `recorded ${proposal.records.length}`;
  };

  test('witnesses a result once in a generation, and no other one', () => {
    const to = room();
    expect([give(to), give(to), give(to, { digest: 'b' })]).toEqual([
      'recorded 1',
      'recorded 0',
      'WITNESS_CONFLICT',
    ]);
  });

  test('O1: refuses every generation below the highest that it has seen, of whichever operation', () => {
    const to = room();
    give(to);
    expect(give(to, { operationId: 'p', generation: 2 })).toBe('WITNESS_FENCED');
    expect(give(to, { digest: 'b', generation: 4 })).toBe('recorded 1');
    expect(give(to)).toBe('WITNESS_FENCED');
  });

  test('forgets no generation, and refuses sessions for which it has no place', () => {
    const to = room();
    give(to);
    give(to, { sessionId: 't' });
    expect(give(to, { sessionId: 'u' })).toBe('WITNESS_FULL');
    for (const operationId of ['p', 'q', 'r']) give(to, { operationId, generation: 5 });
    expect(to.state.given.size).toBe(2);
    expect(give(to, { generation: 4 })).toBe('WITNESS_FENCED');
  });

  test('knows the same after a snapshot', () => {
    const to = room();
    give(to);
    const other = room();
    other.restore(to.capture());
    expect(other.capture()).toEqual(to.capture());
    expect(give(other, { generation: 2 })).toBe('WITNESS_FENCED');
  });
});
