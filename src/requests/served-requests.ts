import type { CborValue } from '../codec/cbor.js';
import { messageBytesMax, type Network, type NodeName } from '../runtime/network.js';
import type { Probe } from '../runtime/probe.js';
import type { Serve } from './ask.js';
import { encodeFrame, type RequestFrame, type RequestId } from './request-frame.js';

/** So many requests may be carried out at once. More are dropped: who asked asks again. */
export const inFlightMax = 1024;

/** So many answers are remembered, to be given again, and so many bytes of them: those that were given last. */
export const answersMax = 1024;
export const answersBytesMax = 16_777_216;

/**
 * What others ask of this life. A request that comes again, because a message was repeated or lost, is not carried out again: it waits
 * for the one that is carried out, or is answered as that was, for as long as its answer is remembered.
 */
export class ServedRequests {
  readonly #serve: Serve;
  readonly #network: Network;
  readonly #probe: Probe;
  readonly #inFlight = new Set<string>();
  /** As messages, the oldest first. */
  readonly #answers = new Map<string, Uint8Array>();
  #answersBytes = 0;
  #isClosed = false;

  constructor(serve: Serve, network: Network, probe: Probe) {
    this.#serve = serve;
    this.#network = network;
    this.#probe = probe;
  }

  take(from: NodeName, { id, body }: Extract<RequestFrame, { kind: 'request' }>): void {
    if (this.#isClosed) return;
    const key = `${id.life} ${id.number} ${from}`;
    const answer = this.#answers.get(key);
    if (answer !== undefined) {
      this.#network.send(from, answer);
      return;
    }
    if (this.#inFlight.has(key)) return;
    if (this.#inFlight.size >= inFlightMax) {
      this.#probe.event('requests.busy', { from });
      return;
    }
    this.#inFlight.add(key);
    void this.#carryOut(key, from, id, body);
  }

  close(): void {
    this.#isClosed = true;
    this.#answers.clear();
    this.#answersBytes = 0;
  }

  async #carryOut(key: string, from: NodeName, id: RequestId, body: CborValue): Promise<void> {
    let answer: Uint8Array;
    try {
      answer = answerMessage(id, await this.#serve(from, body));
    } catch (error) {
      // Nothing can be said of it, so nothing is: who asked asks again, or gives up.
      this.#inFlight.delete(key);
      this.#probe.event('requests.unanswered', { from, reason: String(error) });
      return;
    }
    this.#inFlight.delete(key);
    if (this.#isClosed) return;
    this.#remember(key, answer);
    this.#network.send(from, answer);
  }

  #remember(key: string, answer: Uint8Array): void {
    this.#answers.set(key, answer);
    this.#answersBytes += answer.length;
    for (const [oldest, { length }] of this.#answers) {
      if (this.#answers.size <= answersMax && this.#answersBytes <= answersBytesMax) return;
      this.#answers.delete(oldest);
      this.#answersBytes -= length;
    }
  }
}

function answerMessage(id: RequestId, body: CborValue): Uint8Array {
  const message = encodeFrame({ kind: 'answer', id, body });
  if (message.length <= messageBytesMax) return message;
  return encodeFrame({ kind: 'too_large', id, messageBytes: message.length });
}
