import { type HeapProfiler, type Profiler, Session } from 'node:inspector/promises';
import type { CostRows } from './cost-rows.js';

const everyMicroseconds = 500;
const everyBytes = 16_384;

/** Runs `work` under the profiler. Microseconds of the thread, by row. */
export async function profileTime(costs: CostRows, work: () => Promise<void>): Promise<Map<string, number>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: everyMicroseconds });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return timeByRow(costs, profile);
}

function timeByRow(
  costs: CostRows,
  { nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
): Map<string, number> {
  const own = new Map<number, number>();
  for (const [index, node] of samples.entries()) {
    own.set(node, (own.get(node) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const spent = new Map<string, number>();
  const visit = (id: number, callerRow: string): void => {
    const node = byId.get(id);
    if (node === undefined) return;
    const row = costs.rowOf(node.callFrame) ?? callerRow;
    if (node.callFrame.functionName !== '(idle)') spent.set(row, (spent.get(row) ?? 0) + (own.get(id) ?? 0));
    for (const child of node.children ?? []) visit(child, row);
  };
  if (nodes[0] !== undefined) visit(nodes[0].id, '');
  return spent;
}

/** Runs `work` under the sampling heap profiler. Bytes allocated on the heap, by row, whether or not they were collected since. */
export async function profileBytes(costs: CostRows, work: () => Promise<void>): Promise<Map<string, number>> {
  const session = new Session();
  session.connect();
  // Missing in the types: without these two, what was collected meanwhile is not told.
  const collectedToo = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  await session.post('HeapProfiler.startSampling', { samplingInterval: everyBytes, ...collectedToo });
  await work();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  const bytes = new Map<string, number>();
  const visit = (node: HeapProfiler.SamplingHeapProfileNode, callerRow: string): void => {
    const row = costs.rowOf(node.callFrame) ?? callerRow;
    bytes.set(row, (bytes.get(row) ?? 0) + node.selfSize);
    for (const child of node.children) visit(child, row);
  };
  visit(profile.head, '');
  return bytes;
}
