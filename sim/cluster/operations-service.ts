import { OperationsNode } from '../../src/node/operations-node.js';
import type { ShellOptions } from '../../src/node/shell.js';
import type { OperationsLimits } from '../../src/operations/limits.js';
import type { Ports } from '../../src/runtime/ports.js';
import type { Audit, Service } from './service.js';
import { stateDigest } from './shadow.js';

/** The operations node as something that a server can run. */
export class OperationsService implements Service {
  readonly node: OperationsNode;
  readonly stopped: Promise<unknown>;

  private constructor(node: OperationsNode) {
    this.node = node;
    this.stopped = node.failure;
  }

  static async open(
    ports: Ports,
    options: ShellOptions,
    limits: OperationsLimits,
  ): Promise<OperationsService> {
    return new OperationsService(await OperationsNode.open(ports, { ...options, ...limits }));
  }

  get lastLsn(): number {
    return this.node.lastLsn;
  }

  async audit(): Promise<Audit> {
    const { lsn, state } = await this.node.durableState();
    return { lsn, digest: stateDigest(state) };
  }
}
