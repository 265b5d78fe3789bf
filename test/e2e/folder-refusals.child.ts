import { nodePorts, WorkflowNode } from '../../src/index.js';

/** Opens a folder, says what came of that, and keeps it open until it is killed. */
const [folder = ''] = process.argv.slice(2);

const limits = { completedMax: 1000, concurrentMax: null, tombstonesMax: 1000 };
const files = { directory: 'log', segmentBytes: 4096, snapshotEveryRecords: 1000 };
try {
  await WorkflowNode.open(nodePorts(folder), { ...limits, ...files, workflows: [] });
  setInterval(() => {}, 1000);
  process.send?.('open');
} catch (error) {
  process.send?.(error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN');
}
