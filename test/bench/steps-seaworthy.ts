import {
  type DurableContext,
  exactlyOnceGuarded,
  idempotent,
  nodePorts,
  type Probe,
  silentProbe,
  type Workflow,
  WorkflowNode,
} from '../../src/index.js';
import type { Fleet, StepsEngine } from './steps-engine.js';

type Step = (context: DurableContext, index: number) => Promise<number>;

const steps: Readonly<Record<'idempotent' | 'guarded', Step>> = {
  idempotent: (context, index) => context.step(idempotent('step', index), () => index),
  guarded: (context, index) =>
    context.step(exactlyOnceGuarded('step', 'money_moving', 'rerun', index), () => index),
};

/** Our engine in a folder, as it comes. A guarded step is durable twice: its intent, then its outcome. */
export async function seaworthyEngine(folder: string, kind: keyof typeof steps): Promise<StepsEngine> {
  let syncs = 0;
  const probe: Probe = {
    ...silentProbe,
    event(event) {
      if (event === 'log.flushed') syncs += 1;
    },
  };
  const workflow: Workflow = {
    name: kind,
    async program(context, stepsEach) {
      let sum = 0;
      for (let index = 0; index < Number(stepsEach); index += 1) sum += await steps[kind](context, index);
      return sum;
    },
  };
  const node = await WorkflowNode.open(nodePorts(folder, probe), { directory: kind, workflows: [workflow] });
  node.start();
  let submitted = 0;
  const sailOne = async (stepsEach: number): Promise<void> => {
    submitted += 1;
    const operationId = `operation-${submitted}`;
    await node.submit({ operationId, workflow: kind, input: stepsEach });
    const { value } = await node.wait(operationId);
    if (value !== sumBelow(stepsEach)) throw new Error(`${operationId} did not come to its sum`);
  };
  return {
    name: `seaworthy, ${kind} steps`,
    async sail({ workflows, stepsEach }: Fleet) {
      await Promise.all(Array.from({ length: workflows }, () => sailOne(stepsEach)));
    },
    syncs: () => syncs,
    close: () => node.close(),
  };
}

/** What a workflow of so many steps comes to, in every engine. */
export function sumBelow(count: number): number {
  return (count * (count - 1)) / 2;
}
