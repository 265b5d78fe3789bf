import type { Tape } from '../kernel/tape.js';
import type { ClockFaultKind, ClockFaults } from '../world/clock-faults.js';
import { drawSwarm, type Strength } from './swarm.js';

const perNode: Strength = {
  light: { numerator: 1, denominator: 2 },
  heavy: { numerator: 7, denominator: 8 },
};
const perRead: Strength = {
  light: { numerator: 1, denominator: 100 },
  heavy: { numerator: 1, denominator: 12 },
};

const strengths: Readonly<Record<ClockFaultKind, Strength>> = {
  'clock.offset': perNode,
  'clock.drift': perNode,
  'clock.jump-forward': perRead,
  'clock.jump-back': perRead,
};

/** Which faults the clocks of a run have. See {@link drawSwarm}. */
export function drawClockFaults(tape: Tape, kinds: readonly ClockFaultKind[]): ClockFaults {
  return drawSwarm(tape, kinds, strengths);
}
