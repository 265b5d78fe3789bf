import {
  DefiniteFailure,
  exactlyOnceGuarded,
  nodePorts,
  NodeStopped,
  type Workflow,
  WorkflowNode,
} from '../../src/index.js';

/**
 * Runs orders in a folder until all have ended, or until it is killed. Whatever it does to the world, it asks of its parent, which keeps
 * the ledger and answers the human question.
 */
const [folder = '', count = '0'] = process.argv.slice(2);

const answers = new Map<number, (answer: string) => void>();
let asked = 0;
let node: WorkflowNode | undefined;

process.on(
  'message',
  (message: { readonly ask?: number; readonly answer: string; readonly order?: string }) => {
    if (message.ask !== undefined) answers.get(message.ask)?.(message.answer);
    else answerHuman(message.order ?? '', message.answer);
  },
);

/** A node that is not open yet, or not any more, is answered again. */
function answerHuman(operationId: string, token: string): void {
  node?.resolve({ operationId, stepKey: 'approval#0' }, token, 'yes').catch((error: unknown) => {
    if (!(error instanceof NodeStopped)) throw error;
  });
}

function outside(effect: string, key: string): Promise<string> {
  asked += 1;
  const ask = asked;
  return new Promise((resolve, reject) => {
    answers.set(ask, (answer) =>
      answer === 'no' ? reject(new DefiniteFailure('declined')) : resolve(answer),
    );
    process.send?.({ ask, effect, key });
  });
}

const order: Workflow = {
  name: 'order',
  async program(context, input) {
    const id = typeof input === 'string' ? input : 'none';
    const effect = (name: string) => exactlyOnceGuarded(name, 'money_moving', 'rerun', id);
    await context.step(effect('reserve'), ({ idempotencyKey }) => outside(`${id}/reserve`, idempotencyKey));
    const approval = await context.promise('approval');
    const token = await approval.issueToken();
    await context.step(effect('ask'), ({ idempotencyKey }) => outside(`${id}/ask/${token}`, idempotencyKey));
    await approval.value();
    await context.sleep('settle', 3);
    try {
      await context.step(effect('charge'), ({ idempotencyKey }) => outside(`${id}/charge`, idempotencyKey));
    } catch {
      await context.step(effect('release'), ({ idempotencyKey }) => outside(`${id}/release`, idempotencyKey));
      return 'released';
    }
    await context.step(effect('ship'), ({ idempotencyKey }) => outside(`${id}/ship`, idempotencyKey));
    return 'shipped';
  },
};

node = await WorkflowNode.open(nodePorts(folder), {
  directory: 'log',
  segmentBytes: 16 * 1024,
  snapshotEveryRecords: 100,
  completedMax: 1000,
  concurrentMax: null,
  tombstonesMax: 1000,
  workflows: [order],
});
node.start();
const running = node;
const ends = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const operationId = `order-${index}`;
    await running.submit({ operationId, workflow: 'order', input: operationId });
    return (await running.wait(operationId)).value;
  }),
);
await running.close();
process.send?.({ ends });
process.disconnect();
