import { describe, expect, test } from 'vitest';
import type { RemoteSteps } from '../../../../src/node/worker/remote-steps.js';
import { RequestTimedOut } from '../../../../src/requests/ask.js';
import { Bulkhead } from '../../../../src/remote/bulkhead.js';
import { requestOf } from '../../../../src/remote/canonical-request.js';
import type { ExecuteAnswer } from '../../../../src/remote/execute-answer.js';
import type { ExecuteRequest } from '../../../../src/remote/execute-request.js';
import { keyOf } from '../../../../src/remote/idempotency-key.js';
import { exactlyOnceGuarded } from '../../../../src/steps/descriptor.js';
import type { Workflow } from '../../../../src/steps/run-workflow.js';
import { type Fleet, sail } from './fleet.js';

const computation = { kind: 'custom', name: 'pay' } as const;
const request = { operationId: 'o', sessionId: 's', workflow: 'order', input: 'seven' };

/** A step whose request says by which worker it is asked: as no program should, so that a successor asks for something else. */
function order(remote: RemoteSteps, who: string): Workflow {
  return {
    name: 'order',
    program: async (context, input) => {
      const pay = exactlyOnceGuarded('pay', 'money_moving', 'rerun', input);
      const bytes = await context.step(pay, (step) =>
        remote.perform(step, { computation, input: Buffer.from(who) }),
      );
      return Buffer.from(bytes).toString();
    },
  };
}

/** What a store answers, and what it was asked. */
class FakeStore {
  readonly asked: ExecuteRequest[] = [];
  readonly done = new Map<string, Uint8Array>();
  isSilent = false;
  answer: ExecuteAnswer | undefined;
  /** What happens when something is done. */
  onDone: () => void = () => {};

  async dispatch(asked: ExecuteRequest): Promise<ExecuteAnswer> {
    this.asked.push(asked);
    if (this.isSilent) throw new RequestTimedOut('store', 100);
    if (this.answer !== undefined) return this.answer;
    const { input } = requestOf(asked.request);
    const key = keyOf(asked.identity, asked.request);
    const recorded = this.done.get(key);
    if (recorded !== undefined && !Buffer.from(recorded).equals(input)) {
      const shown = { computation: '255:pay', inputDigest: '', inputBytes: recorded.length, input: recorded };
      return { kind: 'conflict', recorded: { ...shown, progress: 'recorded', outcome: null } };
    }
    this.done.set(key, input);
    this.onDone();
    return {
      kind: 'outcome',
      outcome: { kind: 'success', response: Buffer.from(`paid by ${Buffer.from(input).toString()}`) },
    };
  }
}

function berth(fleet: Fleet, name: string, store: FakeStore) {
  return fleet.worker(name, {
    workflows: (remote) => [order(remote, name)],
    remote: {
      computations: [computation],
      dispatch: (asked) => store.dispatch(asked),
      escalation: 'cancel',
      backoff: { retriesMax: 0, firstDelayMs: 10, delayMaxMs: 10 },
      bulkhead: new Bulkhead(fleet.ports, { permitsMax: 1, waitingMax: 1 }),
      deadlineMs: 200,
    },
  });
}

describe('the remote work of a step', () => {
  test('is done under the capability of the session, and told before it is', async () => {
    const store = new FakeStore();
    await sail([], async (fleet) => {
      const { node } = await berth(fleet, 'worker-1', store);
      await node.submit(request);
      expect((await node.wait('o')).value).toBe('paid by worker-1');
      expect(store.asked.map(({ capability }) => [capability.sessionId, capability.generation])).toEqual([
        ['s', 0],
      ]);
      expect(fleet.events('worker.acts').map(({ act }) => act)).toEqual([
        'list',
        'admit',
        'step',
        'remote',
        'settle',
      ]);
    });
  });

  test('goes on as long as the store does not answer', async () => {
    const store = new FakeStore();
    store.isSilent = true;
    await sail([], async (fleet) => {
      const { node } = await berth(fleet, 'worker-1', store);
      await node.submit(request);
      await fleet.ports.clock.sleep(3000);
      expect((await node.status('o'))?.status).toBe('running');
      store.isSilent = false;
      expect((await node.wait('o')).value).toBe('paid by worker-1');
      expect(store.done.size).toBe(1);
    });
  });

  test('is not begun again when its operation has ended: bulkhead-burst 400680', async () => {
    const store = new FakeStore();
    store.isSilent = true;
    await sail([], async (fleet) => {
      const { node } = await berth(fleet, 'worker-1', store);
      const asked = (): number => store.asked.filter(({ trace }) => trace.traceId === 'o').length;
      await node.submit(request);
      // For this one the session stays with the worker.
      await node.submit({ ...request, operationId: 'other' });
      await fleet.ports.clock.sleep(300);
      await node.cancel('o', 'given up');
      expect((await node.wait('o')).watch).toMatchObject({ outcome: { kind: 'cancelled' } });
      const before = asked();
      expect(before).toBeGreaterThan(0);
      await fleet.ports.clock.sleep(5000);
      expect(asked()).toBe(before);
    });
  });

  test('is not begun again while its operation is being ended: bulkhead-burst 2004807', async () => {
    const store = new FakeStore();
    store.isSilent = true;
    await sail([], async (fleet) => {
      const { node, line } = await berth(fleet, 'worker-1', store);
      const counts: number[] = [];
      const settle = line.settle.bind(line);
      line.settle = async (...asked) => {
        counts.push(store.asked.length);
        await fleet.ports.clock.sleep(10_000);
        counts.push(store.asked.length);
        return settle(...asked);
      };
      await node.submit(request);
      await fleet.ports.clock.sleep(300);
      await node.cancel('o', 'given up');
      expect((await node.wait('o')).watch).toMatchObject({ outcome: { kind: 'cancelled' } });
      const [before = 0, after] = counts;
      expect(before).toBeGreaterThan(0);
      expect(after).toBe(before);
    });
  });

  test('has one key, whoever does it: a successor adopts what its predecessor asked for', async () => {
    const store = new FakeStore();
    await sail([], async (fleet) => {
      const one = await berth(fleet, 'worker-1', store);
      const two = await berth(fleet, 'worker-2', store);
      store.onDone = () => {
        one.line.isCut = true;
      };
      await one.node.submit(request);
      await fleet.ports.clock.sleep(1200);
      await two.node.submit(request);
      expect((await two.node.wait('o')).value).toBe('paid by worker-1');
      expect(store.done.size).toBe(1);
      expect(fleet.authority.settled.get('o')?.generation).toBe(1);
    });
  });

  test('that the store fences ends the tenure', async () => {
    const store = new FakeStore();
    store.answer = { kind: 'fenced', highest: 9 };
    await sail([], async (fleet) => {
      const { node } = await berth(fleet, 'worker-1', store);
      await node.submit(request);
      await fleet.ports.clock.sleep(100);
      expect(fleet.events('worker.lost')[0]).toMatchObject({ reason: 'REMOTE_FENCED' });
    });
  });

  test('fails for good when the store says so', async () => {
    const store = new FakeStore();
    store.answer = { kind: 'outcome', outcome: { kind: 'failure', code: 'NO_MONEY', message: 'none left' } };
    await sail([], async (fleet) => {
      const { node } = await berth(fleet, 'worker-1', store);
      await node.submit(request);
      expect((await node.wait('o')).watch).toMatchObject({ outcome: { kind: 'failed' } });
    });
  });
});
