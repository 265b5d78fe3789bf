import type { Order } from '../kernel/order.js';
import type { Tape } from '../kernel/tape.js';
import { DelayOrder } from './delay-order.js';
import { ExhaustiveOrder } from './exhaustive-order.js';
import { PriorityOrder } from './priority-order.js';

/** In which order things happen that may happen in any. */
export interface Schedule {
  /** Labels whose seeded draws are all 0, so that order is all that is left to chance. */
  readonly benign: (label: string) => boolean;
  /** Undefined: order of scheduling. */
  readonly makeOrder: ((tape: Tape) => Order) | undefined;
}

/** What `--schedule` takes, for help and list. */
export const scheduleForms: readonly (readonly [form: string, summary: string])[] = [
  ['random', 'whatever is under way takes a random time (default)'],
  ['fifo', 'everything takes the least time, and happens in order of scheduling'],
  ['pct:DEPTH', 'random priorities that change at DEPTH - 1 moments (PCT)'],
  ['delay:COUNT', 'as fifo, but at up to COUNT moments somebody has to wait (delay-bounded)'],
  ['exhaustive', 'the smallest calm run in every order, one order a seed'],
];

const latencies: ReadonlySet<string> = new Set([
  'disk.latency',
  'disk.latency.sync',
  'network.latency',
  'workload.delay',
]);

/** Undefined when there is no such schedule. */
export function parseSchedule(text: string): Schedule | undefined {
  const [, kind, digits] = /^([a-z]+)(?::([1-9][0-9]?))?$/.exec(text) ?? [];
  const benign = (label: string): boolean => latencies.has(label);
  const count = Number(digits);
  if (digits !== undefined && kind === 'pct')
    return { benign, makeOrder: (tape) => new PriorityOrder(tape, count) };
  if (digits !== undefined && kind === 'delay')
    return { benign, makeOrder: (tape) => new DelayOrder(tape, count) };
  if (text === 'random') return { benign: () => false, makeOrder: undefined };
  if (text === 'fifo') return { benign, makeOrder: undefined };
  if (text === exhaustiveSchedule)
    return { benign: () => true, makeOrder: (tape) => new ExhaustiveOrder(tape) };
  return undefined;
}

/** The schedule whose seeds are orders. */
export const exhaustiveSchedule = 'exhaustive';
