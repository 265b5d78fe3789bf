import type { Tape } from '../kernel/tape.js';
import type { NetworkFaultKind, NetworkFaults } from '../world/network/network-faults.js';
import { drawSwarm, type Strength } from './swarm.js';

const perMessage: Strength = {
  light: { numerator: 1, denominator: 100 },
  heavy: { numerator: 1, denominator: 12 },
};
/** What begins with a message, and lasts. */
const window: Strength = {
  light: { numerator: 1, denominator: 500 },
  heavy: { numerator: 1, denominator: 100 },
};

const strengths: Readonly<Record<NetworkFaultKind, Strength>> = {
  'network.lost': perMessage,
  'network.delayed': perMessage,
  'network.reordered': perMessage,
  'network.duplicated': perMessage,
  'network.corrupted': perMessage,
  'network.clogged': window,
  'network.slow-link': window,
  'network.partition-symmetric': window,
  'network.partition-one-way': window,
  'network.partition-isolate': window,
};

/** Which faults the network of a run has. See {@link drawSwarm}. */
export function drawNetworkFaults(tape: Tape, kinds: readonly NetworkFaultKind[]): NetworkFaults {
  return drawSwarm(tape, kinds, strengths);
}
