import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { exactlyOnceGuarded, nodePorts, NodeStopped, type Workflow, WorkflowNode } from '../../src/index.js';
import { temporaryFolder } from '../temporary-folder.js';

const operations = Array.from({ length: 30 }, (_, number) => `operation-${number}`);

/** The world of one folder: how often each effect was done, and the tokens that were handed out. */
class World {
  readonly done = new Map<string, number>();
  readonly tokens = new Map<string, string>();
  begun = 0;
  running = 0;
  #onBegun: () => void = () => {};

  /** Resolves when so many more effects have begun. */
  afterEffects(count: number): Promise<void> {
    const due = this.begun + count;
    return new Promise((resolve) => {
      this.#onBegun = () => {
        if (this.begun >= due) resolve();
      };
    });
  }

  async act(effect: string): Promise<string> {
    this.done.set(effect, (this.done.get(effect) ?? 0) + 1);
    this.begun += 1;
    this.running += 1;
    this.#onBegun();
    await pause(this.begun % 4);
    this.running -= 1;
    return effect;
  }
}

/** An effect that is in doubt fails it, and nothing may be in doubt after a close. */
function voyage(world: World): Workflow {
  return {
    name: 'voyage',
    async program(context, input) {
      const id = typeof input === 'string' ? input : 'none';
      const effect = (name: string) => exactlyOnceGuarded(name, 'custom', 'fail', id);
      await context.step(effect('load'), () => world.act(`${id}/load`));
      const clearance = await context.promise('clearance');
      await context.step(effect('ask'), async () => {
        world.tokens.set(id, await clearance.issueToken());
        return world.act(`${id}/ask`);
      });
      const answer = await clearance.value();
      await context.sleep('tide', 15);
      await context.parallel(
        'sail',
        ['port', 'starboard'].map(
          (side) => (branch) => branch.step(effect(side), () => world.act(`${id}/${side}`)),
        ),
      );
      return answer;
    },
  };
}

function open(folder: string, world: World): Promise<WorkflowNode> {
  const limits = { completedMax: 1000, concurrentMax: null, tombstonesMax: 1000 };
  const files = { directory: 'log', segmentBytes: 8192, snapshotEveryRecords: 40 };
  return WorkflowNode.open(nodePorts(folder), { ...limits, ...files, workflows: [voyage(world)] });
}

/** Answers whoever has asked, for as long as the node is open. What was recorded is not said again. */
async function clear(
  node: WorkflowNode,
  world: World,
  recorded: Set<string>,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    for (const [operationId, token] of world.tokens) {
      if (recorded.has(operationId)) continue;
      try {
        await node.resolve({ operationId, stepKey: 'clearance#0' }, token, 'cleared');
        recorded.add(operationId);
      } catch (error) {
        if (!(error instanceof NodeStopped)) throw error;
        return;
      }
    }
    await pause(1);
  }
}

test('a node that is closed again and again, whatever it does, has lost and doubted nothing when it is opened next', async () => {
  const folder = temporaryFolder();
  const world = new World();
  const recorded = new Set<string>();
  const unended = new Set<string>();
  let closedWhileRunning = 0;
  for (let life = 0; life < operations.length || unended.size > 0; life += 1) {
    expect(life).toBeLessThan(100);
    const node = await open(folder, world);
    node.start();
    // Closed right after its second effect has begun: in the middle of it, and of whatever the others do.
    const isTime = world.afterEffects(2);
    for (const id of operations.slice(life, life + 1)) {
      await submit(node, id);
      unended.add(id);
    }
    const over = new AbortController();
    const clearing = clear(node, world, recorded, over.signal);
    const waits = [...unended].map(async (id) => ({ id, ...(await node.wait(id)) }));
    await Promise.race([isTime, Promise.all(waits)]);
    await Promise.all([node.close(), node.close()]);
    over.abort();
    await clearing;
    // What had begun was waited for, and nothing has begun since.
    const { begun } = world;
    await pause(5);
    expect([world.begun, world.running]).toEqual([begun, 0]);

    const ends = await Promise.all(waits);
    for (const { id, watch, value } of ends.filter((end) => end.watch.kind !== 'closed')) {
      expect([watch.kind, value]).toEqual(['ended', 'cleared']);
      unended.delete(id);
    }
    if (unended.size > 0) closedWhileRunning += 1;
  }
  expect(closedWhileRunning).toBeGreaterThan(20);
  const effects = operations.flatMap((id) =>
    ['load', 'ask', 'port', 'starboard'].map((name): [string, number] => [`${id}/${name}`, 1]),
  );
  expect(world.done).toEqual(new Map(effects));
});

async function submit(node: WorkflowNode, id: string): Promise<void> {
  const outcome = await node.submit({ operationId: id, workflow: 'voyage', input: id });
  expect(outcome.kind).toBe('accepted');
}
