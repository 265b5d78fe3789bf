import { labelOf, type Computation } from '../remote/computation.js';
import type { ComputationHandler } from '../remote/computation-registry.js';
import { secretBytes } from '../remote/capability-seal.js';
import { segmentComputations, segmentLabels } from '../remote/segment-computations.js';
import { loopbackNetwork } from '../runtime/node/network.js';
import type { Ports } from '../runtime/ports.js';
import { bufferMessagesDefault } from '../sessions/limits.js';
import { AuthorityNode } from './authority/authority-node.js';
import type { NodeStopped } from './errors.js';
import { StoreNode } from './store/store-node.js';
import { FleetWorker } from './worker/fleet-worker.js';
import type { WorkerNode, WorkerNodeOptions } from './worker/worker-node.js';

/** What an embedded fleet is made of. */
export interface EmbeddedOptions extends Pick<WorkerNodeOptions, 'workflows'> {
  /** What the steps of the workflows can have done by name, once for each step. It acts on the world outside. */
  readonly computations?: Iterable<readonly [Computation, ComputationHandler]>;
}

const dayMs = 86_400_000;
const log = { segmentBytes: 16_777_216, snapshotEveryRecords: 10_000 } as const;

/** After a crash the new life waits for so long until what the one before held is free. */
const leaseTtlMs = 3000;

const ownership = {
  sessionsMax: 100_000,
  archivedMax: 10_000,
  auditRecordsMax: 10_000,
  witnessesMax: 64,
  leaseTtlMs,
  transferTtlMs: leaseTtlMs,
} as const;

const ledger = { openMax: 100_000, settledMax: 100_000, factsMax: 10_000 } as const;
const sessions = {
  sessionsMax: 10_000,
  archivedMax: 10_000,
  bufferMessagesMax: bufferMessagesDefault,
} as const;
const dedup = { recordsMax: 100_000, sessionsMax: 100_000, retentionMs: dayMs } as const;
const segments = { bytesMax: 1_073_741_824, holdsMax: 100_000, tombstoneMs: dayMs } as const;

const remote = {
  escalation: 'retry',
  backoff: { retriesMax: 8, firstDelayMs: 50, delayMaxMs: 2000 },
  bulkhead: { permitsMax: 8, waitingMax: 256 },
  deadlineMs: 10_000,
} as const;

/** Authority, store and one worker, in one process and on one folder. */
export class EmbeddedFleet {
  readonly worker: WorkerNode;
  readonly #authority: AuthorityNode;
  readonly #store: StoreNode;
  readonly #worker: FleetWorker;

  private constructor(authority: AuthorityNode, store: StoreNode, worker: FleetWorker) {
    this.worker = worker.node;
    this.#authority = authority;
    this.#store = store;
    this.#worker = worker;
  }

  /** As {@link openEmbedded}. */
  static async open(ports: Ports, options: EmbeddedOptions): Promise<EmbeddedFleet> {
    const network = loopbackNetwork();
    const bindings = [...(options.computations ?? [])];
    const known = [...bindings.map(([computation]) => computation), ...Object.values(segmentComputations)];
    // Of this process alone: whatever an earlier one has sealed, nobody holds any more.
    const secret = ports.entropy.bytes(secretBytes);
    const opened: { close(): Promise<void> }[] = [];
    try {
      const authority = await AuthorityNode.open(ports, network.connect('authority'), {
        ...log,
        directory: 'authority',
        secret,
        computations: [...bindings.map(([computation]) => labelOf(computation)), ...segmentLabels],
        ownership,
        ledger,
        sessions,
      });
      opened.unshift(authority);
      const store = await StoreNode.open(ports, network.connect('store'), {
        ...log,
        directory: 'store',
        secret,
        computations: bindings,
        dedup,
        segments,
      });
      opened.unshift(store);
      const worker = await FleetWorker.open(ports, network.connect('worker'), {
        ...log,
        directory: 'worker',
        workflows: options.workflows,
        authority: 'authority',
        store: 'store',
        authorityDeadlineMs: leaseTtlMs,
        peerDeadlineMs: leaseTtlMs,
        leaseMarginMs: 200,
        remote: { ...remote, computations: known },
      });
      return new EmbeddedFleet(authority, store, worker);
    } catch (error) {
      for (const node of opened) await node.close();
      throw error;
    }
  }

  /** Settles when the disk has failed one of the three: close then, and open anew. */
  get failure(): Promise<NodeStopped> {
    return Promise.race([this.#authority.failure, this.#store.failure, this.worker.failure]);
  }

  /** Closes all three, whoever stands on others first. */
  async close(): Promise<void> {
    await this.#worker.close();
    await this.#store.close();
    await this.#authority.close();
  }
}

/**
 * Opens the whole engine on one folder: the authority, the store and one worker, each with a folder of its own in there, and with nothing but
 * memory between them. It acts once its worker is started.
 *
 * Against a node that works for itself (`WorkflowNode`) it has sessions, and remote work that is done once; and it can become a fleet.
 *
 * Rejects as `WorkflowNode.open`.
 *
 * @example
 * ```ts
 * import { exactlyOnceGuarded, nodePorts, openEmbedded, type RemoteSteps, type Workflow } from 'seaworthy';
 *
 * const charge = { kind: 'custom', name: 'charge' } as const;
 * const order = (remote: RemoteSteps): Workflow => ({
 *   name: 'order',
 *   program: async (context, input) => {
 *     const bytes = Buffer.from(JSON.stringify(input));
 *     const pay = exactlyOnceGuarded('pay', 'money_moving', 'rerun', input);
 *     const receipt = await context.step(pay, (step) =>
 *       remote.perform(step, { computation: charge, input: bytes }),
 *     );
 *     return Buffer.from(receipt).toString();
 *   },
 * });
 * const fleet = await openEmbedded(nodePorts('.'), {
 *   workflows: (remote) => [order(remote)],
 *   computations: [[charge, async (input) => Buffer.from(`charged ${input.length} bytes`)]],
 * });
 * fleet.worker.start();
 * await fleet.worker.submit({ operationId: 'order-7', sessionId: 'alice', workflow: 'order', input: { cents: 4200 } });
 * console.log((await fleet.worker.wait('order-7')).value); // => charged 14 bytes
 * await fleet.close();
 * ```
 */
export function openEmbedded(ports: Ports, options: EmbeddedOptions): Promise<EmbeddedFleet> {
  return EmbeddedFleet.open(ports, options);
}
