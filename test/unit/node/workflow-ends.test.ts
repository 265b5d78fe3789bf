import { describe, expect, test } from 'vitest';
import { WorkflowNode, type WorkflowNodeOptions } from '../../../src/node/workflow-node.js';
import { retryDelayMs } from '../../../src/node/retry-delay.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { exactlyOnceGuarded } from '../../../src/steps/descriptor.js';
import type { AmbiguityPolicy } from '../../../src/steps/effect.js';
import { patienceMs } from '../../../src/steps/limits.js';
import type { Workflow } from '../../../src/steps/run-workflow.js';
import { Sea } from '../log/sea.js';

const optionsFor = (workflow: Workflow): WorkflowNodeOptions => ({
  directory: 'log',
  segmentBytes: 8192,
  snapshotEveryRecords: 8,
  completedMax: 4,
  concurrentMax: null,
  tombstonesMax: 100,
  workflows: [workflow],
});

async function start(ports: Ports, workflow: Workflow): Promise<WorkflowNode> {
  const node = await WorkflowNode.open(ports, optionsFor(workflow));
  node.start();
  return node;
}

const operationId = 'charge-1';
const request = { operationId, workflow: 'charge', input: null };

/** Charges at a provider that does not answer while `answers` is false. Tells how often it was asked. */
class Charge {
  readonly policy: Exclude<AmbiguityPolicy, 'skip'>;
  answers = false;
  asked = 0;

  constructor(policy: Exclude<AmbiguityPolicy, 'skip'>) {
    this.policy = policy;
  }

  /** @param input - Of the step: another one is another program. */
  workflow(input = 100): Workflow {
    return {
      name: 'charge',
      program: (context) =>
        context.step(exactlyOnceGuarded('charge', 'money_moving', this.policy, input), async () => {
          this.asked += 1;
          if (!this.answers) await new Promise(() => {});
          return 'charged';
        }),
    };
  }
}

describe('an effect that never answers', () => {
  test.each(['fail', 'rerun'] as const)(
    'Z22: does not keep its operation (%s) from being cancelled, and does not act again',
    async (policy) => {
      const sea = new Sea();
      const charge = new Charge(policy);
      await sea.run(async (ports) => {
        const node = await start(ports, charge.workflow());
        await node.submit(request);
        await ports.clock.sleep(100);
        const begunMs = ports.clock.monotonicMs();
        await node.cancel(operationId, 'enough');
        expect(ports.clock.monotonicMs() - begunMs).toBeLessThan(patienceMs);
        expect((await node.wait(operationId)).watch).toMatchObject({ outcome: { kind: 'cancelled' } });
        expect(ports.clock.monotonicMs() - begunMs).toBeGreaterThanOrEqual(patienceMs);
      }, 'power');
      const status = await sea.run(async (ports) =>
        (await start(ports, charge.workflow())).status(operationId),
      );
      expect(status).toMatchObject({ status: 'cancelled' });
      expect(charge.asked).toBe(1);
    },
  );

  test('Z22: does not keep its node from closing; the next life resolves what is in doubt', async () => {
    const sea = new Sea();
    const charge = new Charge('rerun');
    await sea.run(async (ports) => {
      const node = await start(ports, charge.workflow());
      await node.submit(request);
      await ports.clock.sleep(100);
      await node.close();
    });
    charge.answers = true;
    const end = await sea.run(async (ports) => (await start(ports, charge.workflow())).wait(operationId));
    expect(end).toMatchObject({ watch: { outcome: { kind: 'completed' } }, value: 'charged' });
    expect(charge.asked).toBe(2);
  });
});

test('a node that is closing begins nothing that was submitted meanwhile; the next life does', async () => {
  const sea = new Sea();
  const charge = new Charge('fail');
  charge.answers = true;
  await sea.run(async (ports) => {
    const node = await start(ports, charge.workflow());
    const submitting = node.submit(request);
    const closing = node.close();
    await Promise.all([submitting, closing]).catch(() => {});
  });
  expect(charge.asked).toBe(0);
  const end = await sea.run(async (ports) => {
    const node = await start(ports, charge.workflow());
    await node.submit(request);
    return node.wait(operationId);
  });
  expect(end.value).toBe('charged');
  expect(charge.asked).toBe(1);
});

test.each([10_000_000, 1_200_000])('a reason of %d characters keeps nothing from ending', async (length) => {
  const parked: Workflow = {
    name: 'parked',
    program: async (context) => (await context.promise('p')).value(),
  };
  const parent: Workflow = {
    name: 'parent',
    program: (context) => context.workflow('wait', 'parked', null).catch(() => 'told'),
  };
  const end = await new Sea().run(async (ports) => {
    const node = await WorkflowNode.open(ports, { workflows: [parent, parked] });
    node.start();
    await node.submit({ operationId: 'p', workflow: 'parent', input: null });
    await ports.clock.sleep(100);
    await node.cancel('p/wait#0', 'x'.repeat(length));
    return node.wait('p');
  });
  expect(end.value).toBe('told');
});

test('an operation whose workflow this build does not have waits for one that has it, and can be cancelled', async () => {
  const sea = new Sea();
  const charge = new Charge('fail');
  await sea.run(async (ports) => {
    const node = await start(ports, charge.workflow());
    await node.submit(request);
    await ports.clock.sleep(100);
  }, 'power');
  const end = await sea.run(async (ports) => {
    const node = await start(ports, { ...charge.workflow(), name: 'another' });
    await ports.clock.sleep(100);
    expect(await node.status(operationId)).toMatchObject({ status: 'running' });
    await node.cancel(operationId, 'enough');
    return node.wait(operationId);
  });
  expect(end.watch).toMatchObject({ outcome: { kind: 'cancelled' } });
  expect(charge.asked).toBe(1);
});

describe('a program that has changed while an effect of it is in doubt', () => {
  test.each(['fail', 'rerun'] as const)(
    'J7: fails its operation, does not act under %s, and ends also when a crash falls behind the divergence',
    async (policy) => {
      for (let call = 1; call <= 40; call += 1) {
        const sea = new Sea();
        const charge = new Charge(policy);
        const first = async (ports: Ports): Promise<void> => {
          const node = await start(ports, charge.workflow());
          await node.submit(request);
          await ports.clock.sleep(100);
        };
        const second = async (ports: Ports) => (await start(ports, charge.workflow(99))).wait(operationId);
        await sea.run(first, 'power');
        await sea.live(second, { crash: 'power', crashPoint: { call, when: 'after' } });
        const { watch } = await sea.run(second);
        expect(watch).toMatchObject({ outcome: { kind: 'failed' } });
        expect(charge.asked).toBe(1);
      }
    },
  );
});

test('a provider that fails again and again is asked ever more seldom, and the operation can be cancelled meanwhile', async () => {
  const askedAtMs: number[] = [];
  const failing = (ports: Ports): Workflow => ({
    name: 'charge',
    program: (context) =>
      context.step(exactlyOnceGuarded('charge', 'money_moving', 'rerun', null), () => {
        askedAtMs.push(ports.clock.monotonicMs());
        throw new Error('no route to the bank');
      }),
  });
  await new Sea().run(async (ports) => {
    const node = await start(ports, failing(ports));
    await node.submit(request);
    await ports.clock.sleep(60_000);
    await node.cancel(operationId, 'enough');
    expect((await node.wait(operationId)).watch).toMatchObject({ outcome: { kind: 'cancelled' } });
  });
  const pausesMs = askedAtMs.slice(1).map((atMs, index) => atMs - (askedAtMs[index] ?? 0));
  expect(pausesMs.length).toBeLessThan(12);
  expect(pausesMs.every((pauseMs, index) => pauseMs >= retryDelayMs(index + 1))).toBe(true);
});
