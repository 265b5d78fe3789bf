import { Bulkhead } from '../../remote/bulkhead.js';
import type { BulkheadLimits } from '../../remote/bulkhead-limits.js';
import { dispatchTo } from '../../remote/dispatch.js';
import type { Milliseconds } from '../../runtime/clock.js';
import type { Network, NodeName } from '../../runtime/network.js';
import type { Ports } from '../../runtime/ports.js';
import { AuthorityClient } from '../authority/authority-client.js';
import { Requests } from '../../requests/requests.js';
import type { RemoteWorkOptions } from './remote-steps.js';
import { WorkerNode, type WorkerNodeOptions } from './worker-node.js';

/** Who else there is, and how long is waited for them. */
export interface FleetWorkerOptions extends Omit<
  WorkerNodeOptions,
  'name' | 'authority' | 'remote' | 'peers'
> {
  readonly authority: NodeName;
  readonly store: NodeName;
  /** How long one call of the authority is waited for, before it is given again. */
  readonly authorityDeadlineMs: Milliseconds;
  /** How long another worker is waited for, before it is asked again. */
  readonly peerDeadlineMs: Milliseconds;
  readonly remote: Omit<RemoteWorkOptions, 'dispatch' | 'bulkhead'> & { readonly bulkhead: BulkheadLimits };
}

/** Nobody is answered before the worker has recovered. */
class NotOpenYet extends Error {
  readonly code = 'WORKER_NOT_OPEN_YET';
  override readonly name = 'NotOpenYet';
}

/** A worker with all that connects it to the authority and to the store. Its name is that of the network. */
export class FleetWorker {
  readonly node: WorkerNode;
  readonly #requests: Requests;
  readonly #bulkhead: Bulkhead;

  private constructor(node: WorkerNode, requests: Requests, bulkhead: Bulkhead) {
    this.node = node;
    this.#requests = requests;
    this.#bulkhead = bulkhead;
  }

  /** Rejects as {@link WorkerNode.open}. */
  static async open(ports: Ports, network: Network, options: FleetWorkerOptions): Promise<FleetWorker> {
    const { authority, store, authorityDeadlineMs, peerDeadlineMs, remote, ...more } = options;
    const nodes: WorkerNode[] = [];
    const requests = new Requests(ports, network, async (_, body) => {
      for (const node of nodes) return node.serve(body);
      throw new NotOpenYet();
    });
    const bulkhead = new Bulkhead(ports, remote.bulkhead);
    try {
      const node = await WorkerNode.open(ports, {
        ...more,
        name: network.self,
        peers: { asker: requests, deadlineMs: peerDeadlineMs },
        authority: new AuthorityClient(requests, authority, { deadlineMs: authorityDeadlineMs }),
        remote: { ...remote, bulkhead, dispatch: dispatchTo(store, requests) },
      });
      nodes.push(node);
      return new FleetWorker(node, requests, bulkhead);
    } catch (error) {
      requests.close();
      throw error;
    }
  }

  /** Stops running, gives the sessions back, and leaves the network. */
  async close(): Promise<void> {
    await this.node.close();
    this.#requests.close();
    await this.#bulkhead.close();
  }
}
