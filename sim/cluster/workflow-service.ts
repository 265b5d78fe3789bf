import { WorkflowNode } from '../../src/node/workflow-node.js';
import type { ShellOptions } from '../../src/node/shell.js';
import type { Ports } from '../../src/runtime/ports.js';
import { readArray } from '../../src/codec/shape.js';
import type { CborValue } from '../../src/codec/cbor.js';
import { evidenceProjection } from '../../src/evidence/projection.js';
import type { Workflow } from '../../src/steps/run-workflow.js';
import type { Fact } from '../oracles/facts.js';
import { tellDecided } from './tell-decided.js';
import { evidenceDigest } from './tell-evidence.js';
import type { Audit, Service } from './service.js';
import { stateDigest } from './shadow.js';

/** So many ended operations and results are held: few, so that eviction and a lack of room are everyday matters. */
export const limits = {
  completedMax: 3,
  concurrentMax: null,
  tombstonesMax: 1000,
  evidenceMax: 6,
} as const;

const nodeName = 'node';
const evidence = evidenceProjection({ entriesMax: limits.evidenceMax });

/** The workflow node as something that a server can run. */
export class WorkflowService implements Service {
  readonly node: WorkflowNode;
  readonly stopped: Promise<unknown>;

  private constructor(node: WorkflowNode) {
    this.node = node;
    this.stopped = node.failure;
  }

  static async open(
    ports: Ports,
    options: ShellOptions,
    workflows: readonly Workflow[],
  ): Promise<WorkflowService> {
    return new WorkflowService(await WorkflowNode.open(ports, { ...options, ...limits, workflows }));
  }

  get lastLsn(): number {
    return this.node.lastLsn;
  }

  start(): void {
    this.node.start();
  }

  async audit(): Promise<Audit> {
    const { lsn, state } = await this.node.durableState();
    return { lsn, digest: stateDigest(state), shows: [cacheIn(state, lsn)] };
  }

  get decided(): readonly Fact[] {
    return tellDecided(nodeName, this.node.plan);
  }
}

/** The evidence that a captured state holds, in the order of ids. */
function cacheIn(state: CborValue, lsn: number): Fact {
  const [, , , , captured = null] = readArray(state, 'state');
  const { held } = evidence.restore(captured);
  const pieces = [...held].map(([id, piece]) => `${id}=${evidenceDigest(piece)}`).sort();
  return { kind: 'node.cache', node: nodeName, lsn, held: pieces.join(' ') };
}
