import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestHex } from '../../src/codec/digest.js';
import { idempotent, nodePorts, type Workflow, WorkflowNode } from '../../src/index.js';
import type { Ports } from '../../src/runtime/ports.js';

const double: Workflow = {
  name: 'double',
  program: (context, input) => context.step(idempotent('double', input), () => Number(input) * 2),
};

/** Opens the node of these tests, whose files are short. */
export function openNode(
  ports: Ports,
  options: { readonly snapshotEveryRecords: number } = { snapshotEveryRecords: 1_000_000 },
): Promise<WorkflowNode> {
  const limits = { completedMax: 1000, concurrentMax: null, tombstonesMax: 1000 };
  const files = { directory: 'log', segmentBytes: 8192, ...options };
  return WorkflowNode.open(ports, { ...limits, ...files, workflows: [double] });
}

/** Runs operations one after the other, from number `first` on. */
export async function run(node: WorkflowNode, first: number, count: number): Promise<void> {
  for (let number = first; number < first + count; number += 1) {
    await node.submit({ operationId: `operation-${number}`, workflow: 'double', input: number });
    await node.wait(`operation-${number}`);
  }
}

/** The results of the first operations, as the folder has them. */
export async function resultsIn(folder: string, count: number): Promise<readonly unknown[]> {
  const node = await openNode(nodePorts(folder));
  const results = [];
  for (let number = 0; number < count; number += 1) {
    results.push((await node.wait(`operation-${number}`)).value);
  }
  await node.close();
  return results;
}

/** Every file below a folder, and a digest of its bytes. */
export async function contentOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.map(async (entry): Promise<readonly [string, string]> => {
    const path = join(entry.parentPath, entry.name);
    return [path, entry.isDirectory() ? 'a folder' : digestHex(await readFile(path))];
  });
  return new Map(await Promise.all(files));
}

/** The log's files of a kind, oldest first. */
export async function filesOf(folder: string, kind: 'segment' | 'snapshot'): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'log'));
  return names
    .filter((name) => name.startsWith(kind) && !name.endsWith('.tmp'))
    .toSorted()
    .map((name) => join(folder, 'log', name));
}
