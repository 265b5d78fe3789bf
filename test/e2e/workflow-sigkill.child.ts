import {
  assumedDone,
  atLeastOnce,
  DefiniteFailure,
  type Disk,
  type DurableContext,
  exactlyOnceGuarded,
  nodePorts,
  NodeStopped,
  type Probe,
  silentProbe,
  type Workflow,
  WorkflowNode,
} from '../../src/index.js';
import type { Answer, Deed, FromChild, Request, ToChild } from './order-messages.js';

/**
 * Runs orders in a folder, until it is told to close or killed. Whatever it does to the world, it asks of its parent.
 */
const [folder = ''] = process.argv.slice(2);

function tell(message: FromChild): void {
  process.send?.(message);
}

let isClosing = false;

const answers = new Map<number, (answer: Answer) => void>();

function outside(request: Request): Promise<Answer> {
  const id = answers.size;
  return new Promise((resolve) => {
    answers.set(id, resolve);
    tell({ kind: 'request', id, request });
  });
}

/** The bank does nothing twice under one key: in doubt, it is asked again under the same one. */
async function bank(context: DurableContext, order: string, deed: Deed): Promise<void> {
  const step = exactlyOnceGuarded(deed, 'money_moving', 'rerun', order);
  await context.step(step, async ({ idempotencyKey }) => {
    const answer = await outside({ provider: 'bank', order, deed, key: idempotencyKey });
    if (answer === 'refused') throw new DefiniteFailure('declined');
    return answer;
  });
}

/** The warehouse knows no keys: in doubt, it is asked what it has done, and told again only if that is nothing. */
async function warehouse(context: DurableContext, order: string, deed: Deed): Promise<void> {
  for (;;) {
    const enquiry = () => outside({ provider: 'warehouse enquiry', order, deed });
    const step = exactlyOnceGuarded(deed, 'custom', 'skip', order, enquiry);
    const answer = await context.step(step, () => outside({ provider: 'warehouse', order, deed }));
    if (answer === 'done') return;
    if (answer === 'refused') throw new Refused(deed);
    if (answer === assumedDone) throw new Error(`${deed} of ${order} was in doubt and nobody asked`);
  }
}

class Refused extends Error {}

async function approved(context: DurableContext, order: string): Promise<void> {
  const approval = await context.promise('approval');
  await context.step(atLeastOnce('ask', order), async () =>
    outside({ provider: 'human', order, token: await approval.issueToken() }),
  );
  if ((await approval.value()) !== true) throw new Refused('approval');
}

const orderWorkflow: Workflow = {
  name: 'order',
  async program(context, input) {
    const { order, settleMs } = orderOf(input);
    const undo: Deed[] = [];
    try {
      await warehouse(context, order, 'reserve');
      undo.unshift('release');
      await approved(context, order);
      await context.sleep('settle', settleMs);
      await bank(context, order, 'charge');
      undo.unshift('refund');
      await warehouse(context, order, 'ship');
      return 'shipped';
    } catch {
      for (const deed of undo) await (deed === 'refund' ? bank : warehouse)(context, order, deed);
      return `undone: ${undo.join(', ')}`;
    }
  },
};

function orderOf(input: unknown): { readonly order: string; readonly settleMs: number } {
  if (typeof input !== 'object' || input === null || !('order' in input) || !('settleMs' in input)) {
    throw new Error('no order');
  }
  return { order: String(input.order), settleMs: Number(input.settleMs) };
}

/** Tells when a snapshot begins to be written: the log makes a temporary file for it first. */
function tellingDisk(disk: Disk): Disk {
  return {
    open(path, mode) {
      if (path.endsWith('.tmp')) tell({ kind: 'stage', stage: 'snapshot begun' });
      return disk.open(path, mode);
    },
    list: (directory) => disk.list(directory),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    makeDirectory: (directory) => disk.makeDirectory(directory),
    syncDirectory: (directory) => disk.syncDirectory(directory),
    lock: (path) => disk.lock(path),
  };
}

const probe: Probe = {
  ...silentProbe,
  event(kind, fields) {
    if (kind === 'node.snapshot') tell({ kind: 'stage', stage: 'snapshot done' });
    // Such an operation would go on in the next life only, and nobody would notice in a test that has many.
    if (kind !== 'node.run-ended' || isClosing) return;
    process.stderr.write(`a run has ended: ${JSON.stringify(fields)}\n`);
    process.exit(1);
  },
};

async function obey(node: WorkflowNode, message: ToChild): Promise<void> {
  switch (message.kind) {
    case 'answer':
      answers.get(message.id)?.(message.answer);
      return;
    case 'submit': {
      const { order, settleMs } = message;
      const outcome = await node.submit({
        operationId: order,
        workflow: 'order',
        input: { order, settleMs },
      });
      if (outcome.kind === 'refused') throw outcome.refusal;
      tell({ kind: 'accepted', order });
      await tellEnd(node, order);
      return;
    }
    case 'wait':
      await tellEnd(node, message.order);
      return;
    case 'approve': {
      const promise = { operationId: message.order, stepKey: 'approval#0' };
      const outcome = await node.resolve(promise, message.token, message.answer);
      if (outcome.kind === 'refused') throw outcome.refusal;
      tell({ kind: 'approval recorded', order: message.order });
      return;
    }
    case 'close':
      if (isClosing) return;
      isClosing = true;
      tell({ kind: 'stage', stage: 'closing' });
      await node.close();
      process.disconnect();
  }
}

async function tellEnd(node: WorkflowNode, order: string): Promise<void> {
  const { watch, value } = await node.wait(order);
  if (watch.kind === 'closed') return;
  if (watch.kind !== 'ended') throw new Error(`${order} is ${watch.kind}`);
  tell({ kind: 'ended', order, value: typeof value === 'string' ? value : 'no text' });
}

tell({ kind: 'stage', stage: 'opening' });
const ports = nodePorts(folder, probe);
const node = await WorkflowNode.open(
  { ...ports, disk: tellingDisk(ports.disk) },
  {
    directory: 'log',
    segmentBytes: 16 * 1024,
    snapshotEveryRecords: 50,
    completedMax: 100,
    concurrentMax: null,
    tombstonesMax: 10_000,
    workflows: [orderWorkflow],
  },
);
process.on('message', (message: ToChild) => {
  obey(node, message).catch((error: unknown) => {
    // It closes while it is asked: the parent asks the next life.
    if (!isClosing || !(error instanceof NodeStopped)) throw error;
  });
});
node.start();
tell({ kind: 'stage', stage: 'open' });
