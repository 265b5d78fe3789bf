import type { Network, NodeName } from '../../src/runtime/network.js';

/** A network that carries nothing: for copies of nodes, which are looked at and must not take part. */
export function mutedNetwork(self: NodeName): Network {
  return { self, send() {}, receive() {}, close() {} };
}
