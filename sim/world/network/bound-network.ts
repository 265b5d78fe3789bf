import {
  type MessageHandler,
  messageBytesMax,
  MessageTooLarge,
  type Network,
  type NodeName,
} from '../../../src/runtime/network.js';
import type { Life } from '../../kernel/process.js';

/** The network port of one life. */
export class BoundNetwork implements Network {
  readonly self: NodeName;
  readonly life: Life;
  readonly #send: (from: NodeName, to: NodeName, message: Uint8Array) => void;
  #handler: MessageHandler | undefined;
  #isOpen = true;

  constructor(life: Life, send: (from: NodeName, to: NodeName, message: Uint8Array) => void) {
    this.self = life.process.name;
    this.life = life;
    this.#send = send;
  }

  /** Whether a message that arrives now would be received. */
  get isListening(): boolean {
    return this.life.alive && this.#handler !== undefined;
  }

  send(to: NodeName, message: Uint8Array): void {
    if (message.length > messageBytesMax) throw new MessageTooLarge(message.length);
    if (!this.#isOpen) return;
    // Copied by hand: the `slice` of a Node.js Buffer is a view.
    this.life.callNow(() => this.#send(this.self, to, new Uint8Array(message)));
  }

  receive(handler: MessageHandler): void {
    if (this.#isOpen) this.#handler = handler;
  }

  close(): void {
    this.#isOpen = false;
    this.#handler = undefined;
  }

  /** Called by the network, as an event of this life. */
  hand(from: NodeName, message: Uint8Array): void {
    this.#handler?.(from, message);
  }
}
