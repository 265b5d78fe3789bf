/** A node's name on the network: stable across restarts. */
export type NodeName = string;

/** The most bytes of one message: 1 MiB. What is larger is for whoever sends it to cut in pieces. */
export const messageBytesMax = 1_048_576;

/** A message has more than {@link messageBytesMax} bytes. Never retryable: it is refused again. */
export class MessageTooLarge extends Error {
  readonly code = 'MESSAGE_TOO_LARGE';
  override readonly name = 'MessageTooLarge';
  readonly messageBytes: number;
  constructor(messageBytes: number) {
    super(`a message of ${messageBytes} bytes: at most ${messageBytesMax} fit`);
    this.messageBytes = messageBytes;
  }
}

/** Given each message that arrives. Must not throw: nobody catches it. */
export type MessageHandler = (from: NodeName, message: Uint8Array) => void;

/**
 * Messages between named nodes, as one life of a node sees them. Design section 2.
 *
 * Contract: like datagrams.
 * - A message may be lost, late, repeated, overtaken by later ones, or have its bytes changed, cut short included; the sender is told
 *   nothing of that. Whoever sends frames what it sends with a checksum: `codec/checksummed.ts`. Names are never changed: what
 *   arrives comes from the node that it says, and was sent to this one.
 * - A message is for a name, not for a life. Those that are under way when a node dies arrive at its next life, if that one listens
 *   by then; what arrives while nobody listens under the name is lost. What a node sent before it died stays sent.
 * - No message arrives within a call of `send`, not even one that a node sends to itself. Handlers are called one at a time.
 * - The sender may change its bytes as soon as `send` has returned, and the receiver owns what it is given.
 */
export interface Network {
  readonly self: NodeName;
  /**
   * Sends, or does nothing once closed. A name that no node has is no error.
   *
   * @throws {@link MessageTooLarge}
   */
  send(to: NodeName, message: Uint8Array): void;
  /** Sets the one receiver, in place of an earlier one. Does nothing once closed. */
  receive(handler: MessageHandler): void;
  /** Gives up the name: nothing is sent or received by this handle from now on. */
  close(): void;
}
