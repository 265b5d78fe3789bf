import {
  idempotent,
  nodePorts,
  type Workflow,
  WorkflowNode,
  type WorkflowNodeOptions,
} from '../../src/index.js';
import { Progress } from './progress.js';
import { rateText } from './table.js';

const stepsEach = 10;
const shortName = 'ten steps';
const waitingName = 'ten steps, then waits';
const runningMax = 500;

/** Ends after its steps. */
const short: Workflow = {
  name: shortName,
  async program(context) {
    for (let index = 0; index < stepsEach; index += 1)
      await context.step(idempotent('step', index), () => index);
    return 'done';
  },
};

/** Waits after its steps, for ever. */
const waiting: Workflow = {
  name: waitingName,
  async program(context, input) {
    await short.program(context, input);
    return (await context.promise('nobody resolves it')).value();
  },
};

/** What recovers a history. It remembers so little of what has ended that 10^5 records fill it as well as 10^6 do. */
export const historyOptions: WorkflowNodeOptions = {
  completedMax: 1000,
  tombstonesMax: 1000,
  evidenceMax: 1000,
  segmentBytes: 1_048_576,
  workflows: [short, waiting],
};

/**
 * Runs workflows in a folder until its log has so many records more, as a user's program would, and closes it.
 *
 * @param liveOperations - So many begin as well and do not end.
 * @param snapshotEveryRecords - Infinity for none.
 */
export async function growHistory(
  folder: string,
  records: number,
  liveOperations: number,
  snapshotEveryRecords: number,
): Promise<void> {
  const node = await WorkflowNode.open(nodePorts(folder), { ...historyOptions, snapshotEveryRecords });
  node.start();
  const firstLsn = node.lastLsn;
  const startedMs = performance.now();
  const progress = new Progress('history');
  let begun = 0;
  const isGrown = (): boolean => node.lastLsn - firstLsn >= records;
  const submit = async (workflow: string): Promise<string> => {
    begun += 1;
    const operationId = `operation-${firstLsn}-${begun}`;
    await node.submit({ operationId, workflow, input: null });
    return operationId;
  };
  const keepRunning = async (): Promise<void> => {
    while (!isGrown()) {
      await node.wait(await submit(shortName));
      const grown = node.lastLsn - firstLsn;
      const rate = (grown * 1000) / (performance.now() - startedMs);
      progress.update(Math.min(1, grown / records), `records: ${rateText(rate)}`);
    }
  };
  for (let live = 0; live < liveOperations; live += 1) await submit(waitingName);
  await Promise.all(Array.from({ length: runningMax }, keepRunning));
  progress.end();
  await node.close();
}
