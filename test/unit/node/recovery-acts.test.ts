import { expect, test } from 'vitest';
import { WorkflowNode } from '../../../src/node/workflow-node.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { exactlyOnceGuarded } from '../../../src/steps/descriptor.js';
import type { Workflow } from '../../../src/steps/run-workflow.js';
import { Sea } from '../log/sea.js';

const limits = { completedMax: 4, concurrentMax: null, tombstonesMax: 100 };
const files = { directory: 'log', segmentBytes: 8192, snapshotEveryRecords: 8 };

test('R1: after a restart what has ended is told and not run, and what has not goes on from what it has done', async () => {
  const acts: string[] = [];
  /** Does two things, and rests between them for as long as its input says. */
  const errand: Workflow = {
    name: 'errand',
    async program(context, input) {
      const [name, restMs] = Array.isArray(input) ? input : [];
      const act = (what: string) => () => {
        acts.push(`${String(name)} ${what}`);
        return null;
      };
      await context.step(exactlyOnceGuarded('go', 'custom', 'fail', input), act('went'));
      await context.sleep('rest', Number(restMs));
      await context.step(exactlyOnceGuarded('return', 'custom', 'fail', input), act('returned'));
      return name ?? null;
    },
  };
  const start = async (ports: Ports): Promise<WorkflowNode> => {
    const node = await WorkflowNode.open(ports, { ...limits, ...files, workflows: [errand] });
    node.start();
    return node;
  };
  const sea = new Sea();
  await sea.run(async (ports) => {
    const node = await start(ports);
    for (const [name, restMs] of [
      ['done', 1],
      ['cancelled', 5_000],
      ['under-way', 5_000],
    ] as const) {
      await node.submit({ operationId: name, workflow: 'errand', input: [name, restMs] });
    }
    await node.wait('done');
    await ports.clock.sleep(100);
    await node.cancel('cancelled', 'unwanted');
    await node.wait('cancelled');
    await node.close();
  }, 'power');
  expect(acts).toHaveLength(4);
  await sea.run(async (ports) => {
    const node = await start(ports);
    const ends = await Promise.all(['done', 'cancelled', 'under-way'].map((id) => node.wait(id)));
    expect(ends.map(({ watch }) => watch)).toMatchObject([
      { kind: 'ended', outcome: { kind: 'completed' } },
      { kind: 'ended', outcome: { kind: 'cancelled', reason: 'unwanted' } },
      { kind: 'ended', outcome: { kind: 'completed' } },
    ]);
  });
  expect(acts.slice(4)).toEqual(['under-way returned']);
});
