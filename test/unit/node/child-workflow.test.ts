import { describe, expect, test } from 'vitest';
import type { CborValue } from '../../../src/codec/cbor.js';
import { WorkflowNode } from '../../../src/node/workflow-node.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { idempotent } from '../../../src/steps/descriptor.js';
import type { Workflow } from '../../../src/steps/run-workflow.js';
import { Sea } from '../log/sea.js';

/** Ships each of its parcels by a workflow of its own, of the same name: a loop. */
const order: Workflow = {
  name: 'order',
  async program(context, input) {
    const receipts: CborValue[] = [];
    for (const parcel of Array.isArray(input) ? input : []) {
      receipts.push(await context.workflow('ship', 'shipping', parcel));
    }
    return receipts;
  },
};

function shipping(shipped: string[]): Workflow {
  return {
    name: 'shipping',
    async program(context, input) {
      if (typeof input !== 'string' || input === 'lead') throw new RangeError('too heavy');
      return context.step(idempotent('ship', input), () => {
        shipped.push(input);
        return `receipt for ${input}`;
      });
    },
  };
}

/** Fewer ended operations are held than one order has parcels. */
async function start(ports: Ports, ...workflows: readonly Workflow[]): Promise<WorkflowNode> {
  const node = await WorkflowNode.open(ports, {
    workflows,
    segmentBytes: 8192,
    snapshotEveryRecords: 16,
    completedMax: 1,
  });
  node.start();
  return node;
}

const parcels = ['anchor', 'sail', 'sail', 'rope'];

async function runOrder(
  ports: Ports,
  shipped: string[],
  input: CborValue = parcels,
): Promise<CborValue | undefined> {
  const node = await start(ports, order, shipping(shipped));
  await node.submit({ operationId: 'order-1', workflow: 'order', input });
  return (await node.wait('order-1')).value;
}

describe('a workflow that runs others', () => {
  test('E5: gets the result of each, also of those that look the same', async () => {
    const shipped: string[] = [];
    const value = await new Sea().run((ports) => runOrder(ports, shipped));
    expect(value).toEqual(parcels.map((parcel) => `receipt for ${parcel}`));
    expect(shipped).toEqual(parcels);
  });

  test('E3: goes on from results that it needs after any crash, although the others were evicted long ago', async () => {
    for (let call = 1; call <= 140; call += 1) {
      const sea = new Sea();
      const shipped: string[] = [];
      await sea.live((ports) => runOrder(ports, shipped), {
        crash: 'power',
        crashPoint: { call, when: call % 2 === 0 ? 'before' : 'after' },
      });
      const value = await sea.run((ports) => runOrder(ports, shipped));
      expect(value).toEqual(parcels.map((parcel) => `receipt for ${parcel}`));
      // An unguarded step may run again in the one place where the crash fell.
      expect(shipped.length).toBeLessThanOrEqual(parcels.length + 1);
    }
  }, 30_000);

  test('is told when one of them failed, was not known, or was another operation', async () => {
    const messages: string[] = [];
    const asking: Workflow = {
      name: 'asking',
      async program(context) {
        for (const [workflow, input] of [
          ['shipping', 'lead'],
          ['smuggling', 'gold'],
          ['shipping', 'pearls'],
        ] as const) {
          await context.workflow('ask', workflow, input).catch((error: unknown) => {
            const failure = error instanceof Error && 'failure' in error ? error.failure : error;
            messages.push(JSON.stringify(failure));
          });
        }
        return null;
      },
    };
    await new Sea().run(async (ports) => {
      const node = await start(ports, asking, shipping([]));
      await node.submit({ operationId: 'a/ask#2', workflow: 'shipping', input: 'pearls' });
      await node.wait('a/ask#2');
      await node.submit({ operationId: 'a', workflow: 'asking', input: null });
      await node.wait('a');
    });
    expect(messages).toEqual([
      expect.stringContaining('RangeError: too heavy'),
      expect.stringContaining('no workflow is called smuggling'),
      expect.stringContaining('a/ask#2'),
    ]);
  });

  test('takes those along that nobody waits for any more, also across a restart', async () => {
    const sea = new Sea();
    const parked: Workflow = {
      name: 'parked',
      program: async (context) => (await context.promise('never')).value(),
    };
    const parent: Workflow = {
      name: 'parent',
      program: (context) => context.workflow('wait', 'parked', null),
    };
    await sea.run(async (ports) => {
      const node = await start(ports, parent, parked);
      await node.submit({ operationId: 'p', workflow: 'parent', input: null });
      await ports.clock.sleep(200);
      expect(await node.status('p/wait#0')).toMatchObject({ status: 'running' });
    }, 'power');
    await sea.run(async (ports) => {
      const node = await start(ports, parent, parked);
      await node.cancel('p', 'enough');
      expect((await node.wait('p')).watch).toMatchObject({ outcome: { kind: 'cancelled' } });
      expect((await node.wait('p/wait#0')).watch).toMatchObject({ outcome: { kind: 'cancelled' } });
    });
  });
});
