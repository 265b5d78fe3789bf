import type { Ratio } from '../ratio.js';

/** The ways to part nodes. README.md says what each of them cuts. */
export const partitionKinds = [
  'network.partition-symmetric',
  'network.partition-one-way',
  'network.partition-isolate',
] as const;

export type PartitionKind = (typeof partitionKinds)[number];

/**
 * Ids of all that can go wrong with a simulated network. README.md says when each one strikes and when it counts
 * as effective.
 */
export const networkFaultKinds = [
  'network.lost',
  'network.delayed',
  'network.reordered',
  'network.duplicated',
  'network.corrupted',
  'network.clogged',
  'network.slow-link',
  ...partitionKinds,
] as const;

export type NetworkFaultKind = (typeof networkFaultKinds)[number];

/** How often each kind strikes, each time that it could. Absent kinds are off and draw nothing. */
export type NetworkFaults = Readonly<Partial<Record<NetworkFaultKind, Ratio>>>;
