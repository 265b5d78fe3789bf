import { WorkflowNode } from '../../src/node/workflow-node.js';
import type { ShellOptions } from '../../src/node/shell.js';
import type { Ports } from '../../src/runtime/ports.js';
import type { Workflow } from '../../src/steps/run-workflow.js';
import type { Audit, Service } from './server.js';
import { stateDigest } from './shadow.js';

/** So many ended operations are held: few, so that eviction is an everyday matter. */
export const limits = {
  completedMax: 3,
  concurrentMax: null,
  tombstonesMax: 1000,
  evidenceMax: 1000,
} as const;

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
    return { lsn, digest: stateDigest(state) };
  }
}
