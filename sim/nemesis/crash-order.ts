import type { CrashPoint } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Choice, Tape } from '../kernel/tape.js';
import type { CrashKind } from './crash-schedule.js';

/** Enough for any life: see {@link orderOf}. */
const orderBound = 2 ** 32;

/** What an ordered crash may strike. */
interface Struck {
  crash(kind: CrashKind): void;
  /** Equal texts stand for equal states, which the future cannot tell apart. */
  stateDigest(): string;
}

/** Under which label the lives of a machine are ended. */
export function orderLabel(machine: string): string {
  return `order.crash.${machine}`;
}

/** The choice that ends the `life`-th life (from 1) of a machine at a point. */
export function orderOf(machine: string, life: number, { call, when }: CrashPoint): Choice {
  const value = 2 * call - (when === 'before' ? 1 : 0);
  return { label: orderLabel(machine), occurrence: life - 1, value };
}

/** Where the life that begins now is ordered to end. Undefined, and not even drawn, where nothing is ordered. */
export function orderedPoint(tape: Tape, machine: string): CrashPoint | undefined {
  const order = tape.ordered(orderLabel(machine), orderBound);
  if (order === 0) return undefined;
  return { call: Math.ceil(order / 2), when: order % 2 === 1 ? 'before' : 'after' };
}

/** Crashes a machine at a point that was ordered, as a process or by loss of power, and lets the watch look at what is left. */
export function crashByOrder(simulation: Simulation, machine: Struck): void {
  const { crashWatch, tape } = simulation;
  crashWatch?.strikes();
  machine.crash(tape.pick<CrashKind>('order.kind', ['process', 'power']));
  if (crashWatch?.settled(machine.stateDigest()) === false) simulation.cut();
}
