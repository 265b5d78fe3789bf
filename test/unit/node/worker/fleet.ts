import type { CborValue } from '../../../../src/codec/cbor.js';
import { RequestTimedOut } from '../../../../src/requests/ask.js';
import { WorkerNode, type WorkerNodeOptions } from '../../../../src/node/worker/worker-node.js';
import type { Ports } from '../../../../src/runtime/ports.js';
import type { ProbeFields } from '../../../../src/runtime/probe.js';
import type { Workflow } from '../../../../src/steps/run-workflow.js';
import { Sea } from '../../log/sea.js';
import { FakeAuthority, type Line } from './fake-authority.js';

export interface Told {
  readonly worker: string;
  readonly kind: string;
  readonly fields: ProbeFields;
}

/** Workers around one authority, in one simulated process. */
export class Fleet {
  readonly ports: Ports;
  readonly authority: FakeAuthority;
  readonly told: Told[] = [];
  readonly #workers = new Map<string, WorkerNode>();
  /** Those that nobody reaches, and that reach nobody, apart from the authority. */
  readonly cutOff = new Set<string>();
  readonly #workflows: readonly Workflow[];
  readonly #opened: WorkerNode[] = [];

  constructor(ports: Ports, workflows: readonly Workflow[]) {
    this.ports = ports;
    this.authority = new FakeAuthority(ports.clock);
    this.#workflows = workflows;
  }

  async worker(
    name: string,
    more: Partial<WorkerNodeOptions> = {},
    ports: Ports = this.ports,
  ): Promise<{ readonly node: WorkerNode; readonly line: Line }> {
    const line = this.authority.client(this.ports.clock);
    const { told } = this;
    const probe = {
      ...this.ports.probe,
      event: (kind: string, fields: ProbeFields) => void told.push({ worker: name, kind, fields }),
      label() {},
      always() {},
      sometimes() {},
      reachable() {},
    };
    const node = await WorkerNode.open(
      { ...ports, probe },
      {
        name,
        authority: line,
        leaseMarginMs: 100,
        peers: { asker: { ask: (to, body) => this.#carry(name, to, body) }, deadlineMs: 200 },
        directory: name,
        segmentBytes: 8192,
        snapshotEveryRecords: 16,
        workflows: this.#workflows,
        ...more,
      },
    );
    node.start();
    this.#workers.set(name, node);
    this.#opened.push(node);
    return { node, line };
  }

  events(kind: string, worker?: string): readonly ProbeFields[] {
    return this.told
      .filter((event) => event.kind === kind && (worker === undefined || event.worker === worker))
      .map(({ fields }) => fields);
  }

  async #carry(from: string, to: string, body: CborValue): Promise<CborValue> {
    await this.ports.clock.sleep(5);
    const worker = this.#workers.get(to);
    if (worker !== undefined && !this.cutOff.has(to) && !this.cutOff.has(from)) {
      const answer = await worker.serve(body).catch(() => undefined);
      await this.ports.clock.sleep(5);
      if (answer !== undefined && !this.cutOff.has(to) && !this.cutOff.has(from)) return answer;
    }
    await this.ports.clock.sleep(200);
    throw new RequestTimedOut(to, 200);
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((worker) => worker.close()));
  }
}

/** One life of a process with a fleet in it. */
export function sail<T>(workflows: readonly Workflow[], program: (fleet: Fleet) => Promise<T>): Promise<T> {
  return new Sea().run(async (ports) => {
    const fleet = new Fleet(ports, workflows);
    try {
      return await program(fleet);
    } finally {
      await fleet.close();
    }
  });
}
