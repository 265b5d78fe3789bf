import { WorkflowNode } from '../../src/node/workflow-node.js';
import type { ShellOptions } from '../../src/node/shell.js';
import type { Ports } from '../../src/runtime/ports.js';
import type { Workflow } from '../../src/steps/run-workflow.js';
import type { Fact } from '../oracles/facts.js';
import { heldEvidence } from './held-evidence.js';
import { tellDecided } from './tell-decided.js';
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
    const cache = heldEvidence(nodeName, limits.evidenceMax, state, lsn);
    return { lsn, digest: stateDigest(state), shows: [cache] };
  }

  get decided(): readonly Fact[] {
    return tellDecided(nodeName, this.node.plan);
  }
}
