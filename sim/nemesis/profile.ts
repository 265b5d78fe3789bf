import type { Steering } from '../kernel/tape.js';
import { switchedKind } from './switches.js';

/**
 * Which of a scenario's faults may strike. A profile adds none: of those that the scenario has, some are on and hard in every run, some
 * are left to the swarm, and all others are off.
 */
export interface Profile {
  readonly name: string;
  readonly summary: string;
  /** Fault kinds, or how they begin. */
  readonly raised: readonly string[];
  readonly left: readonly string[];
}

const powerLossKinds = ['disk.lost-', 'disk.reordered', 'disk.torn'] as const;

export const profiles: readonly Profile[] = [
  { name: 'calm', summary: 'no fault at all', raised: [], left: [] },
  { name: 'flaky-network', summary: 'everything that a network does', raised: ['network.'], left: [] },
  {
    name: 'crashy',
    summary: 'crashes all the time, and what a loss of power takes from disks',
    raised: ['process.crash', ...powerLossKinds],
    left: [],
  },
  {
    name: 'rotting-disk',
    summary: 'disks that do all that the scenario can stand, and crashes that show it',
    raised: ['disk.'],
    left: ['process.crash'],
  },
  {
    name: 'skewed-clocks',
    summary: 'clocks that are off, drift and jump, and processes that pause',
    raised: ['clock.'],
    left: ['process.paused'],
  },
  {
    name: 'lease-storm',
    summary:
      'all that lets leases run out: pauses, partitions, late messages, drifting clocks, late restarts',
    raised: ['process.paused', 'network.partition-', 'network.delayed', 'clock.drift'],
    left: ['process.crash'],
  },
  { name: 'storm', summary: 'everything at once, in every run', raised: [''], left: [] },
];

/** How a profile steers the draws of a run. */
export function profileSteering({ raised, left }: Profile): Steering {
  return (label) => {
    const kind = switchedKind(label);
    if (kind === undefined) return undefined;
    const isOf = (beginning: string): boolean => kind.startsWith(beginning);
    if (raised.some(isOf)) return 'raised';
    return left.some(isOf) ? undefined : 'off';
  };
}
