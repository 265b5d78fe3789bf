import { AgreementNode } from '../../src/node/agreement-node.js';
import type { ShellOptions } from '../../src/node/shell.js';
import type { Ports } from '../../src/runtime/ports.js';
import type { Audit, Service } from './service.js';
import { stateDigest } from './shadow.js';

/** The agreement node as something that a server can run. */
export class AgreementService implements Service {
  readonly node: AgreementNode;
  readonly stopped: Promise<unknown>;

  private constructor(node: AgreementNode) {
    this.node = node;
    this.stopped = node.failure;
  }

  static async open(ports: Ports, options: ShellOptions): Promise<AgreementService> {
    return new AgreementService(await AgreementNode.open(ports, options));
  }

  get lastLsn(): number {
    return this.node.lastLsn;
  }

  async audit(): Promise<Audit> {
    const { lsn, state } = await this.node.durableState();
    return { lsn, digest: stateDigest(state) };
  }
}
