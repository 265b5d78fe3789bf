import {
  type MessageHandler,
  messageBytesMax,
  MessageTooLarge,
  type Network,
  type NodeName,
} from '../network.js';

/** The nodes of one process, connected by memory. */
export interface LoopbackNetwork {
  /** The port of one life of a node. Who had the name before is closed. */
  connect(name: NodeName): Network;
}

/** A network for nodes that share a process: it loses nothing but what nobody listens to, and keeps the order. */
export function loopbackNetwork(): LoopbackNetwork {
  const connections = new Map<NodeName, Connection>();
  const carry = (from: NodeName, to: NodeName, message: Uint8Array): void => {
    setImmediate(() => connections.get(to)?.hand(from, message));
  };
  return {
    connect(name) {
      connections.get(name)?.close();
      const connection = new Connection(name, carry, () => {
        if (connections.get(name) === connection) connections.delete(name);
      });
      connections.set(name, connection);
      return connection;
    },
  };
}

class Connection implements Network {
  readonly self: NodeName;
  readonly #carry: (from: NodeName, to: NodeName, message: Uint8Array) => void;
  readonly #onClose: () => void;
  #handler: MessageHandler | undefined;
  #isOpen = true;

  constructor(
    self: NodeName,
    carry: (from: NodeName, to: NodeName, message: Uint8Array) => void,
    onClose: () => void,
  ) {
    this.self = self;
    this.#carry = carry;
    this.#onClose = onClose;
  }

  send(to: NodeName, message: Uint8Array): void {
    if (message.length > messageBytesMax) throw new MessageTooLarge(message.length);
    // Copied by hand: the `slice` of a Node.js Buffer is a view.
    if (this.#isOpen) this.#carry(this.self, to, new Uint8Array(message));
  }

  receive(handler: MessageHandler): void {
    if (this.#isOpen) this.#handler = handler;
  }

  close(): void {
    this.#isOpen = false;
    this.#handler = undefined;
    this.#onClose();
  }

  hand(from: NodeName, message: Uint8Array): void {
    this.#handler?.(from, message);
  }
}
