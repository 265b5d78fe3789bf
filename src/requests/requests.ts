import type { CborValue } from '../codec/cbor.js';
import type { Network, NodeName } from '../runtime/network.js';
import type { Ports } from '../runtime/ports.js';
import type { Asker, AskTerms, Serve } from './ask.js';
import { PendingAsks } from './pending-asks.js';
import { decodeFrame } from './request-frame.js';
import { ServedRequests } from './served-requests.js';

/** Requests and answers over the messages of one life of a node: what it asks, and what it is asked. Owns the port. */
export class Requests implements Asker {
  readonly #network: Network;
  readonly #asks: PendingAsks;
  readonly #served: ServedRequests | undefined;

  /** @param serve - Called for each request once, as long as its answer is remembered; without it, nobody is answered. */
  constructor(
    { clock, entropy, probe }: Pick<Ports, 'clock' | 'entropy' | 'probe'>,
    network: Network,
    serve?: Serve,
  ) {
    this.#network = network;
    const asks = new PendingAsks(clock, entropy, network);
    const served = serve === undefined ? undefined : new ServedRequests(serve, network, probe);
    this.#asks = asks;
    this.#served = served;
    network.receive((from, message) => {
      const frame = decodeFrame(message);
      if (typeof frame === 'string') {
        probe.event('requests.dropped', { from, reason: frame, bytes: message.length });
      } else if (frame.kind === 'request') served?.take(from, frame);
      else asks.take(from, frame);
    });
  }

  /** How many requests of this node have no answer yet. */
  get pending(): number {
    return this.#asks.size;
  }

  /** Besides what {@link Asker.ask} says, rejects with MessageTooLarge when request or answer do not fit into a message. */
  ask(to: NodeName, body: CborValue, terms: AskTerms): Promise<CborValue> {
    return this.#asks.ask(to, body, terms);
  }

  /** Nothing is asked, answered, sent or received any more. Who waits is told with RequestsClosed. */
  close(): void {
    this.#asks.close();
    this.#served?.close();
    this.#network.close();
  }
}
