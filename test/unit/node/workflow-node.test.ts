import { describe, expect, test } from 'vitest';
import type { CborValue } from '../../../src/codec/cbor.js';
import { WorkflowNode, type WorkflowNodeOptions } from '../../../src/node/workflow-node.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { exactlyOnceGuarded, idempotent } from '../../../src/steps/descriptor.js';
import type { Workflow } from '../../../src/steps/run-workflow.js';
import { Sea } from '../log/sea.js';

/** The outside world: what was done, by idempotency key. It outlives every crash, and knows a key that it has seen. */
class Outside {
  readonly done = new Map<string, string>();
  calls = 0;

  apply(key: string, effect: string): string {
    this.calls += 1;
    const before = this.done.get(key);
    if (before !== undefined) return before;
    const receipt = `${effect}-${this.done.size}`;
    this.done.set(key, receipt);
    return receipt;
  }
}

function order(outside: Outside): Workflow {
  return {
    name: 'order',
    async program(context, input) {
      const reserved = await context.step(idempotent('reserve', input), ({ idempotencyKey }) =>
        outside.apply(idempotencyKey, 'reserve'),
      );
      const charged = await context.step(
        exactlyOnceGuarded('charge', 'money_moving', 'rerun', input),
        ({ idempotencyKey }) => outside.apply(idempotencyKey, 'charge'),
      );
      await context.sleep('settle', 50);
      const shipped = await context.step(idempotent('ship', input), ({ idempotencyKey }) =>
        outside.apply(idempotencyKey, 'ship'),
      );
      return [reserved, charged, shipped];
    },
  };
}

const optionsFor = (...workflows: readonly Workflow[]): WorkflowNodeOptions => ({
  directory: 'log',
  segmentBytes: 8192,
  snapshotEveryRecords: 8,
  completedMax: 4,
  concurrentMax: null,
  tombstonesMax: 100,
  workflows,
});

const request = { operationId: 'order-1', workflow: 'order', input: { item: 'anchor' } };

async function start(ports: Ports, ...workflows: readonly Workflow[]): Promise<WorkflowNode> {
  const node = await WorkflowNode.open(ports, optionsFor(...workflows));
  node.start();
  return node;
}

async function runOrder(ports: Ports, outside: Outside): Promise<CborValue | undefined> {
  const node = await start(ports, order(outside));
  await node.submit(request);
  const { watch, value } = await node.wait(request.operationId);
  expect(watch.kind).toBe('ended');
  return value;
}

describe('an operation', () => {
  test('runs its workflow to the end, and tells what it returned', async () => {
    const outside = new Outside();
    const value = await new Sea().run((ports) => runOrder(ports, outside));
    expect(value).toEqual(['reserve-0', 'charge-1', 'ship-2']);
  });

  test.each(['process', 'power'] as const)(
    'is done exactly once, wherever the %s is lost, and lost again in the next life',
    async (crash) => {
      const calm = new Sea();
      await calm.run((ports) => runOrder(ports, new Outside()));
      let lives = 0;
      for (let call = 1; call <= 90; call += 1) {
        for (const when of ['before', 'after'] as const) {
          const sea = new Sea();
          const outside = new Outside();
          await sea.live((ports) => runOrder(ports, outside), { crash, crashPoint: { call, when } });
          await sea.live((ports) => runOrder(ports, outside), {
            crash,
            crashPoint: { call: call % 31, when },
          });
          const value = await sea.run((ports) => runOrder(ports, outside));
          lives += 3;
          expect(value).toEqual(['reserve-0', 'charge-1', 'ship-2']);
          expect([...outside.done.values()]).toEqual(['reserve-0', 'charge-1', 'ship-2']);
        }
      }
      expect(lives).toBe(540);
    },
    60_000,
  );

  test('submitted again with the same input is the same operation, with another input a conflict', async () => {
    const outside = new Outside();
    const outcomes = await new Sea().run(async (ports) => {
      const node = await start(ports, order(outside));
      const first = await node.submit(request);
      const again = await node.submit(request);
      await node.wait(request.operationId);
      const late = await node.submit(request);
      const other = await node.submit({ ...request, input: { item: 'sail' } });
      return [first, again, late, other];
    });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted', 'refused']);
    expect(outcomes[3]).toMatchObject({ refusal: { code: 'OPERATIONS_REGISTRATION_CONFLICT' } });
    expect(outside.calls).toBe(3);
  });

  test('P9: is not run again when it was evicted and submitted again', async () => {
    const outside = new Outside();
    const many = Array.from({ length: 8 }, (_, index) => ({ ...request, operationId: `order-${index}` }));
    const sea = new Sea();
    const node = async (ports: Ports): Promise<WorkflowNode> => start(ports, order(outside));
    await sea.run(async (ports) => {
      const running = await node(ports);
      for (const each of many) {
        await running.submit(each);
        await running.wait(each.operationId);
      }
      expect((await running.wait('order-0')).watch.kind).toBe('evicted');
      expect((await running.submit(request)).kind).toBe('accepted');
    }, 'power');
    await sea.run(async (ports) => {
      const running = await node(ports);
      expect((await running.submit(many[0] ?? request)).kind).toBe('accepted');
      expect((await running.wait('order-0')).watch.kind).toBe('evicted');
    });
    expect(outside.calls).toBe(3 * many.length);
  });

  test('that fails is told so, with what its workflow threw', async () => {
    const failing: Workflow = {
      name: 'failing',
      program: () => Promise.reject(new RangeError('no more anchors')),
    };
    const end = await new Sea().run(async (ports) => {
      const node = await start(ports, failing);
      await node.submit({ operationId: 'f', workflow: 'failing', input: null });
      return node.wait('f');
    });
    expect(end.watch).toMatchObject({
      kind: 'ended',
      outcome: { kind: 'failed', error: 'RangeError: no more anchors' },
    });
  });

  test('that is cancelled ends so, and stays so after a restart', async () => {
    const sea = new Sea();
    const parked: Workflow = {
      name: 'parked',
      async program(context) {
        await (await context.promise('approval')).value();
        return 'approved';
      },
    };
    await sea.run(async (ports) => {
      const node = await start(ports, parked);
      await node.submit({ operationId: 'p', workflow: 'parked', input: null });
      await ports.clock.sleep(100);
      await node.cancel('p', 'changed my mind');
      expect((await node.wait('p')).watch).toMatchObject({
        outcome: { kind: 'cancelled', reason: 'changed my mind' },
      });
    }, 'power');
    const status = await sea.run(async (ports) => (await start(ports, parked)).status('p'));
    expect(status).toMatchObject({ status: 'cancelled' });
  });

  test('waits for a promise across a restart, and goes on when somebody resolves it', async () => {
    const sea = new Sea();
    const tokens: string[] = [];
    const approval: Workflow = {
      name: 'approval',
      async program(context) {
        const promise = await context.promise('approval');
        const token = await promise.issueToken();
        await context.step(idempotent('ask', null), () => {
          tokens.push(token);
          return null;
        });
        return promise.value();
      },
    };
    await sea.run(async (ports) => {
      const node = await start(ports, approval);
      await node.submit({ operationId: 'a', workflow: 'approval', input: null });
      await ports.clock.sleep(200);
    }, 'power');
    expect(tokens).toHaveLength(1);
    const value = await sea.run(async (ports) => {
      const node = await start(ports, approval);
      const end = node.wait('a');
      await ports.clock.sleep(200);
      await node.resolve({ operationId: 'a', stepKey: 'approval#0' }, tokens[0] ?? '', 'yes');
      return (await end).value;
    });
    expect(value).toBe('yes');
  });

  test('J7: whose program changed ends as diverged, and acts no more', async () => {
    const sea = new Sea();
    const outside = new Outside();
    const before: Workflow = {
      name: 'order',
      async program(context) {
        await context.step(idempotent('reserve', 1), ({ idempotencyKey }) =>
          outside.apply(idempotencyKey, 'reserve'),
        );
        return (await context.promise('never')).value();
      },
    };
    const after: Workflow = {
      name: 'order',
      async program(context) {
        await context.step(idempotent('reserve', 2), ({ idempotencyKey }) =>
          outside.apply(idempotencyKey, 'reserve'),
        );
        await context.step(idempotent('ship', 2), ({ idempotencyKey }) =>
          outside.apply(idempotencyKey, 'ship'),
        );
        return null;
      },
    };
    await sea.run(async (ports) => {
      const node = await start(ports, before);
      await node.submit(request);
      await ports.clock.sleep(300);
    });
    const end = await sea.run(async (ports) => {
      const node = await start(ports, after);
      return node.wait(request.operationId);
    });
    expect(end.watch).toMatchObject({ kind: 'ended', outcome: { kind: 'failed' } });
    expect([...outside.done.values()]).toEqual(['reserve-0']);
  });
});
