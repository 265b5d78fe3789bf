import type { Ratio } from './ratio.js';

/**
 * Ids of all that can be wrong with the clocks of a simulated node.
 *
 * | kind | strikes | effects | effective when |
 * |---|---|---|---|
 * | `clock.offset` | once, when the node is made | the wall clock is ahead or behind | the wall clock was read |
 * | `clock.drift` | the same | both clocks, and sleeps, run faster or slower | a clock was read that had drifted a millisecond, or a sleep was longer or shorter by that |
 * | `clock.jump-forward` | per read of the wall clock | from this read on, it is further ahead | always |
 * | `clock.jump-back` | the same | from this read on, it is further behind | the read shows an earlier time than the read before it |
 */
export const clockFaultKinds = [
  'clock.offset',
  'clock.drift',
  'clock.jump-forward',
  'clock.jump-back',
] as const;

export type ClockFaultKind = (typeof clockFaultKinds)[number];

/** How often each kind strikes, each time that it could. Absent kinds are off and draw nothing. */
export type ClockFaults = Readonly<Partial<Record<ClockFaultKind, Ratio>>>;

/** How wrong clocks may be: what a design that leans on them declares. */
export interface ClockBounds {
  /** The wall clock is never further from the true time, in either direction. Two nodes differ by at most twice of it. */
  readonly skewMsMax: number;
  /** In parts per million: no span of a node's time is longer or shorter by more, but for a millisecond of rounding. Less
   * than a million. */
  readonly driftPpmMax: number;
}
