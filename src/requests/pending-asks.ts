import type { CborValue } from '../codec/cbor.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type Clock, type Milliseconds, SleepAborted } from '../runtime/clock.js';
import type { Entropy } from '../runtime/entropy.js';
import { messageBytesMax, MessageTooLarge, type Network, type NodeName } from '../runtime/network.js';
import { type Asker, type AskTerms, RequestCancelled, RequestsClosed, RequestTimedOut } from './ask.js';
import { encodeFrame, type RequestFrame } from './request-frame.js';
import { resendDelayMs } from './resend-delay.js';

const lifeBytes = 8;
/** Nobody reads it. Without one, each abort would make an error with a stack, which costs more than all else about a request. */
const noReason = 'over';

interface Pending {
  readonly to: NodeName;
  answered(body: CborValue): void;
  failed(error: Error): void;
  /** Aborts when it has ended, in whichever way. */
  readonly over: AbortSignal;
}

/** The requests of one life that have no answer yet. Each is sent again and again until it has one, or nobody wants it any more. */
export class PendingAsks implements Asker {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #network: Network;
  readonly #life: string;
  readonly #pending = new Map<number, Pending>();
  #asked = 0;
  #isClosed = false;

  constructor(clock: Clock, entropy: Entropy, network: Network) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#network = network;
    this.#life = bytesToHex(entropy.bytes(lifeBytes));
  }

  /** How many are waited for. */
  get size(): number {
    return this.#pending.size;
  }

  /** Besides what {@link Asker.ask} says, rejects with MessageTooLarge when request or answer do not fit into a message. */
  async ask(to: NodeName, body: CborValue, { deadlineMs, signal }: AskTerms): Promise<CborValue> {
    if (this.#isClosed) throw new RequestsClosed();
    if (signal?.aborted === true) throw new RequestCancelled(to);
    const number = this.#asked + 1;
    const message = encodeFrame({ kind: 'request', id: { life: this.#life, number }, body });
    if (message.length > messageBytesMax) throw new MessageTooLarge(message.length);
    this.#asked = number;
    return new Promise((resolve, reject) => {
      const over = new AbortController();
      const cancel = (): void => pending.failed(new RequestCancelled(to));
      const end = (): void => {
        this.#pending.delete(number);
        signal?.removeEventListener('abort', cancel);
        over.abort(noReason);
      };
      const pending: Pending = {
        to,
        answered(answer) {
          end();
          resolve(answer);
        },
        failed(error) {
          end();
          reject(error);
        },
        over: over.signal,
      };
      this.#pending.set(number, pending);
      signal?.addEventListener('abort', cancel);
      void this.#sendUntilOver(pending, message, deadlineMs);
    });
  }

  /** An answer has come. Nobody may want it any more, or an earlier life did. */
  take(from: NodeName, frame: Exclude<RequestFrame, { kind: 'request' }>): void {
    if (frame.id.life !== this.#life) return;
    const pending = this.#pending.get(frame.id.number);
    if (pending === undefined || pending.to !== from) return;
    if (frame.kind === 'answer') pending.answered(frame.body);
    else pending.failed(new MessageTooLarge(frame.messageBytes));
  }

  close(): void {
    this.#isClosed = true;
    for (const pending of this.#pending.values()) pending.failed(new RequestsClosed());
  }

  async #sendUntilOver(pending: Pending, message: Uint8Array, deadlineMs: Milliseconds): Promise<void> {
    const endMs = this.#clock.monotonicMs() + deadlineMs;
    try {
      for (let sends = 1; ; sends += 1) {
        this.#network.send(pending.to, message);
        const leftMs = Math.max(0, endMs - this.#clock.monotonicMs());
        await this.#clock.sleep(Math.min(leftMs, resendDelayMs(sends, this.#entropy)), pending.over);
        // The answer came between the end of the sleep and this line.
        if (pending.over.aborted) return;
        if (this.#clock.monotonicMs() >= endMs) break;
      }
    } catch (error) {
      if (error instanceof SleepAborted) return;
      throw error;
    }
    pending.failed(new RequestTimedOut(pending.to, deadlineMs));
  }
}
