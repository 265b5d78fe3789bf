import { describe, expect, test } from 'vitest';
import { WorkflowNode, type WorkflowNodeOptions } from '../../../src/node/workflow-node.js';
import type { Ports } from '../../../src/runtime/ports.js';
import type { Workflow } from '../../../src/steps/run-workflow.js';
import { Sea } from '../log/sea.js';

const echo: Workflow = { name: 'echo', program: async (_, input) => input };
/** Fails when it is told to, at once with all others. */
let fail = (): void => {};
let toFail = new Promise<void>((resolve) => (fail = resolve));
const failing: Workflow = { name: 'failing', program: () => toFail.then(() => Promise.reject(new Error())) };

const open = (ports: Ports, options: Partial<WorkflowNodeOptions> = {}): Promise<WorkflowNode> =>
  WorkflowNode.open(ports, { workflows: [echo, failing], segmentBytes: 8192, ...options });

async function start(ports: Ports, options: Partial<WorkflowNodeOptions> = {}): Promise<WorkflowNode> {
  const node = await open(ports, options);
  node.start();
  return node;
}

/** Fewer are held and remembered than any test ends. */
const forgetful = { completedMax: 1, tombstonesMax: 1 };

/** Ends so many operations at once that whatever ended before is no longer remembered. */
async function forgetAll(ports: Ports, node: WorkflowNode): Promise<void> {
  const ids = ['x', 'y', 'z'];
  await Promise.all(ids.map((operationId) => node.submit({ operationId, workflow: 'failing', input: null })));
  await ports.clock.sleep(200);
  fail();
  toFail = new Promise((resolve) => (fail = resolve));
  await ports.clock.sleep(200);
}

describe('a result is held for whoever goes on from it', () => {
  test('that of a step is not taken for that of the operation, whatever the step is called', async () => {
    const asking: Workflow = {
      name: 'asking',
      program: async (context) => [await context.workflow('result', 'echo', 'child'), 'parent'],
    };
    for (let call = 1; call <= 60; call += 1) {
      const sea = new Sea();
      const ask = async (ports: Ports) => {
        const node = await start(ports, { workflows: [asking, echo] });
        await node.submit({ operationId: 'a', workflow: 'asking', input: null });
        return (await node.wait('a')).value;
      };
      await sea.live(ask, { crash: 'power', crashPoint: { call, when: 'after' } });
      expect(await sea.run(ask)).toEqual(['child', 'parent']);
    }
  });

  test('an id that is no longer remembered stands for a new operation, and not for an old result', async () => {
    await new Sea().run(async (ports) => {
      const node = await start(ports, forgetful);
      await node.submit({ operationId: 'a', workflow: 'echo', input: 'old' });
      await node.wait('a');
      await forgetAll(ports, node);
      expect(await node.submit({ operationId: 'a', workflow: 'echo', input: 'new' })).toMatchObject({
        kind: 'accepted',
      });
      expect((await node.wait('a')).value).toBe('new');
    });
  });

  test('an id is new also in the moment in which not all rooms have forgotten it', async () => {
    await new Sea().run(async (ports) => {
      const node = await start(ports, forgetful);
      await node.submit({ operationId: 'a', workflow: 'echo', input: 'old' });
      await node.wait('a');
      const forgetting = forgetAll(ports, node);
      await toFail;
      for (let turn = 0; turn < 100; turn += 1) {
        await Promise.resolve();
        void node.submit({ operationId: 'a', workflow: 'echo', input: 'new' });
      }
      await forgetting;
      expect((await node.wait('a')).value).toBe('new');
    });
  });

  test('an id is new also when a crash falls before all rooms have forgotten it', async () => {
    for (let call = 1; call <= 120; call += 1) {
      const sea = new Sea();
      await sea.live(
        async (ports) => {
          const node = await start(ports, forgetful);
          await node.submit({ operationId: 'a', workflow: 'echo', input: 'old' });
          await node.wait('a');
          await forgetAll(ports, node);
        },
        { crash: 'power', crashPoint: { call, when: 'after' } },
      );
      const came = await sea.run(async (ports) => {
        const node = await open(ports, forgetful);
        const { kind } = await node.submit({ operationId: 'a', workflow: 'echo', input: 'new' });
        node.start();
        const { value } = await node.wait('a');
        await node.close();
        return kind === 'accepted' ? value : 'remembered';
      }, 'power');
      expect(['new', 'remembered']).toContain(came);
      await sea.run((ports) => open(ports, forgetful));
    }
  }, 30_000);

  test('those of operations whose parent has ended first give their places back', async () => {
    const parent: Workflow = {
      name: 'parent',
      program: (context) => context.workflow('wait', 'gated', null),
    };
    let openGate = (): void => {};
    const gated: Workflow = {
      name: 'gated',
      program: () => new Promise((resolve) => (openGate = () => resolve('late'))),
    };
    await new Sea().run(async (ports) => {
      const node = await start(ports, { workflows: [parent, gated], evidenceMax: 2 });
      for (const operationId of ['p', 'q', 'r']) {
        const request = { operationId, workflow: 'parent', input: null };
        expect(await node.submit(request)).toMatchObject({ kind: 'accepted' });
        await ports.clock.sleep(200);
        const told = node.wait(operationId).then(() => openGate());
        await node.cancel(operationId, 'enough');
        await told;
        expect((await node.wait(`${operationId}/wait#0`)).value).toBe('late');
        await ports.clock.sleep(50);
      }
    });
  });

  test('a bound that is lower than in the last life keeps nothing from ending that has begun', async () => {
    const sea = new Sea();
    const parent: Workflow = {
      name: 'parent',
      async program(context) {
        const answer = await context.workflow('ask', 'echo', 'hello');
        await context.sleep('rest', 300);
        return answer;
      },
    };
    const workflows = [parent, echo];
    await sea.run(async (ports) => {
      const node = await start(ports, { workflows, evidenceMax: 4 });
      await node.submit({ operationId: 'p', workflow: 'parent', input: null });
      await node.submit({ operationId: 'q', workflow: 'parent', input: null });
      await ports.clock.sleep(200);
      await node.close();
    });
    await sea.run(async (ports) => {
      const node = await start(ports, { workflows, evidenceMax: 1 });
      const ends = await Promise.all(['p', 'q'].map((operationId) => node.wait(operationId)));
      expect(ends.map(({ value }) => value)).toEqual(['hello', 'hello']);
      await ports.clock.sleep(50);
      await node.submit({ operationId: 'd', workflow: 'echo', input: 1 });
      expect((await node.wait('d')).value).toBe(1);
    });
  });
});

describe('a workflow that another one runs, and that a later build does not have', () => {
  const parent: Workflow = {
    name: 'parent',
    async program(context) {
      const answer = await context.workflow('ask', 'echo', 'hello').catch(() => 'nothing');
      await context.sleep('rest', 300);
      return answer;
    },
  };

  test('has answered when it has ended, and is waited for when it has not', async () => {
    for (let call = 1; call <= 80; call += 1) {
      const sea = new Sea();
      const ask = (workflows: readonly Workflow[]) => async (ports: Ports) => {
        const node = await start(ports, { workflows });
        await node.submit({ operationId: 'p', workflow: 'parent', input: null });
        return node;
      };
      await sea.live(async (ports) => (await ask([parent, echo])(ports)).wait('p'), {
        crash: 'power',
        crashPoint: { call, when: 'after' },
      });
      const hasBegun = await sea.run(async (ports) => {
        const node = await open(ports, { workflows: [parent, echo] });
        return (await node.status('p/ask#0')) !== undefined;
      });
      await sea.run(async (ports) => {
        await ask([parent])(ports);
        await ports.clock.sleep(600);
      });
      const end = await sea.run(async (ports) => (await ask([parent, echo])(ports)).wait('p'));
      expect(end.value).toBe(hasBegun ? 'hello' : 'nothing');
    }
  }, 30_000);
});
