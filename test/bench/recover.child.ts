/**
 * Recovers the log in a folder, in a process that does nothing else, and tells what that took as one line of JSON. Run as
 * `node --expose-gc recover.child.mjs <folder>`.
 */
import { readFileSync } from 'node:fs';
import { nodePorts, WorkflowNode } from '../../src/index.js';
import { heldBytes } from './held-bytes.js';
import { historyOptions } from './recovery-history.js';

const folder = process.argv[2] ?? '';
const peakBefore = peakResidentBytes();
const heldBefore = await heldBytes();
const startedMs = performance.now();
const node = await WorkflowNode.open(nodePorts(folder), {
  ...historyOptions,
  snapshotEveryRecords: Infinity,
});
const openMs = performance.now() - startedMs;
const peakBytes = peakResidentBytes() - peakBefore;
const held = (await heldBytes()) - heldBefore;
process.stdout.write(JSON.stringify({ openMs, lastLsn: node.lastLsn, peakBytes, heldBytes: held }));
await node.close();

/** On Linux, what `getrusage` tells of a new process may be its parent's peak. */
function peakResidentBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
