import { expect, test } from 'vitest';
import { exactlyOnceGuarded } from '../../../../src/steps/descriptor.js';
import type { Workflow } from '../../../../src/steps/run-workflow.js';
import { WorkerNode } from '../../../../src/node/worker/worker-node.js';
import type { Ports } from '../../../../src/runtime/ports.js';
import { Sea } from '../../log/sea.js';
import { FakeAuthority } from './fake-authority.js';

const request = { operationId: 'o', sessionId: 's', workflow: 'pay', input: 7 };

function pay(keys: Set<string>): Workflow {
  return {
    name: 'pay',
    async program(context, input) {
      await context.step(
        exactlyOnceGuarded('charge', 'money_moving', 'rerun', input),
        ({ idempotencyKey }) => {
          keys.add(idempotencyKey);
          return null;
        },
      );
      return 'paid';
    },
  };
}

async function live(
  ports: Ports,
  name: string,
  authority: FakeAuthority,
  keys: Set<string>,
): Promise<string> {
  const node = await WorkerNode.open(ports, {
    name,
    authority: authority.client(ports.clock),
    leaseMarginMs: 100,
    directory: name,
    workflows: [pay(keys)],
  });
  node.start();
  while ((await node.submit(request)).kind === 'refused') await ports.clock.sleep(100);
  const { value } = await node.wait('o');
  await node.close();
  return JSON.stringify(value);
}

test.each(['process', 'power'] as const)(
  'an operation is settled once and told the same, wherever the %s of its owner is lost, by the next life or by another worker',
  async (crash) => {
    let died = 0;
    for (let call = 1; call <= 60; call += 1) {
      for (const heir of ['worker-1', 'worker-2']) {
        const sea = new Sea();
        const keys = new Set<string>();
        const authority = new FakeAuthority({ monotonicMs: () => sea.simulation.nowMs });
        const first = await sea.live((ports) => live(ports, 'worker-1', authority, keys), {
          crash,
          crashPoint: { call, when: 'after' },
        });
        if (first.kind === 'died') died += 1;
        expect(await sea.run((ports) => live(ports, heir, authority, keys))).toBe('"paid"');
        expect(await sea.run((ports) => live(ports, 'worker-1', authority, keys))).toBe('"paid"');
        expect(keys.size).toBe(1);
        expect([...authority.settled.keys()]).toEqual(['o']);
      }
    }
    expect(died).toBeGreaterThan(50);
  },
  60_000,
);
