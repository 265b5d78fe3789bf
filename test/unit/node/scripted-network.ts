import type { MessageHandler, Network, NodeName } from '../../../src/runtime/network.js';

/** What was sent, waiting for a test to let it arrive, once, twice or never. */
export interface Sent {
  readonly to: NodeName;
  readonly message: Uint8Array;
}

/** One port of a network that carries nothing by itself. */
export class ScriptedNetwork implements Network {
  readonly self: NodeName;
  readonly sent: Sent[] = [];
  isClosed = false;
  #handler: MessageHandler | undefined;

  constructor(self: NodeName) {
    this.self = self;
  }

  send(to: NodeName, message: Uint8Array): void {
    if (!this.isClosed) this.sent.push({ to, message: new Uint8Array(message) });
  }

  receive(handler: MessageHandler): void {
    this.#handler = handler;
  }

  close(): void {
    this.isClosed = true;
    this.#handler = undefined;
  }

  /** Lets a message arrive here. */
  hand(from: NodeName, message: Uint8Array): void {
    this.#handler?.(from, new Uint8Array(message));
  }

  /** The one message that was sent at this place in order. */
  message(index: number): Uint8Array {
    const sent = this.sent.at(index);
    if (sent === undefined) throw new Error(`nothing was sent at ${index}`);
    return sent.message;
  }
}
