/** A node's name on the network: stable across restarts. */
export type NodeName = string;

/**
 * Messages between named nodes. Design section 2. Adapters come with the fleet; the type is here so that rooms can name it.
 *
 * Contract: like datagrams. A message may be lost, delayed, repeated, reordered or damaged; nothing is told to the sender.
 * The receiver owns the bytes that it is given.
 */
export interface Network {
  readonly self: NodeName;
  send(to: NodeName, message: Uint8Array): void;
  /** Sets the one receiver. Messages that arrive while there is none are dropped. */
  receive(handler: (from: NodeName, message: Uint8Array) => void): void;
}
