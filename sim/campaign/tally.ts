import type { RunEnd } from '../kernel/simulation.js';
import type { Verdict } from '../kernel/voyage.js';
import { addLanes, type Lanes, noLanes, runLanes } from './combined-fingerprint.js';
import { stateLabel } from './failure-identity.js';

/** So many states of one invariant are told apart in a scenario: what comes later counts as one more. */
const statesMax = 8;
const otherStates = `other states than the first ${statesMax}`;

/** The seeds `from`, `from + step`, ... up to and with `to`. */
export interface SeedRange {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** All runs of one scenario that failed under the same invariant in the same state, told by the shortest of them: it shrinks best. */
export interface FoundFailure {
  readonly invariant: string;
  /** See {@link stateLabel}. */
  readonly state: string;
  readonly seed: number;
  /** How many events it took to fail. */
  readonly events: number;
  readonly subject: string;
  readonly message: string;
  readonly fingerprint: string;
  count: number;
}

/** Runs of one scenario that a limit cut, told by the first of them. */
interface Inconclusive {
  readonly seed: number;
  readonly end: RunEnd;
  count: number;
}

/** What some runs of one scenario came to. Plain data, so that it crosses threads as it is. */
export interface Tally {
  runs: number;
  events: number;
  virtualMs: number;
  /** Time that workers spent on these runs, summed over workers. */
  workerMs: number;
  readonly seeds: SeedRange[];
  readonly faults: Map<string, { fired: number; effective: number }>;
  readonly checks: Map<string, number>;
  readonly sometimes: Map<string, number>;
  /** In how many runs each fault changed something, each invariant was checked, and each `sometimes` happened. */
  readonly seenIn: Map<string, number>;
  /** In how many runs each situation was reached. */
  readonly situations: Map<string, number>;
  /** The states of the subsystems that these runs had. */
  readonly states: Map<string, readonly string[]>;
  /** By invariant and state. */
  readonly failures: Map<string, FoundFailure>;
  inconclusive: Inconclusive | undefined;
  /** Which share of all orders these runs stand for; undefined when they do not walk orders. */
  orderShare: number | undefined;
  lanes: Lanes;
}

export function emptyTally(): Tally {
  return {
    runs: 0,
    events: 0,
    virtualMs: 0,
    workerMs: 0,
    seeds: [],
    faults: new Map(),
    checks: new Map(),
    sometimes: new Map(),
    seenIn: new Map(),
    situations: new Map(),
    states: new Map(),
    failures: new Map(),
    inconclusive: undefined,
    orderShare: undefined,
    lanes: noLanes,
  };
}

/** Counts one run. */
export function countVerdict(tally: Tally, seed: number, verdict: Verdict): void {
  const { violation, fingerprint, end, events } = verdict;
  tally.runs += 1;
  tally.events += events;
  tally.virtualMs += verdict.virtualMs;
  tally.lanes = addLanes(tally.lanes, runLanes(verdict.scenario, seed, fingerprint));
  for (const [kind, count] of verdict.faults) addFault(tally, kind, count);
  for (const [invariant, count] of verdict.checks) addCount(tally.checks, invariant, count);
  for (const [name, count] of verdict.sometimes) addCount(tally.sometimes, name, count);
  for (const name of seenBy(verdict)) addCount(tally.seenIn, name, 1);
  addOrderShare(tally, verdict.orderShare);
  for (const situation of verdict.situations) addCount(tally.situations, situation, 1);
  for (const [subsystem, states] of Object.entries(verdict.states)) tally.states.set(subsystem, states);
  if (violation !== undefined) {
    const { invariant, subject, message } = violation;
    const state = stateLabel(verdict.sighting);
    countFailure(tally, { invariant, state, subject, message, seed, events, fingerprint, count: 1 });
  } else if (end !== 'idle') countInconclusive(tally, { seed, end, count: 1 });
}

function seenBy({ faults, checks, sometimes }: Verdict): readonly string[] {
  return [
    ...[...faults].flatMap(([kind, { effective }]) => (effective > 0 ? [kind] : [])),
    ...checks.keys(),
    ...[...sometimes].flatMap(([name, count]) => (count > 0 ? [name] : [])),
  ];
}

/** What a tally knows a failure by. */
export function placeOf({ invariant, state }: Pick<FoundFailure, 'invariant' | 'state'>): string {
  return `${invariant}\n${state}`;
}

/** Adds a failure, or raises the count of one that is known. */
export function countFailure(tally: Tally, failure: FoundFailure): void {
  const { failures } = tally;
  const place = placeOf(failure);
  const known = failures.get(place);
  if (known !== undefined) {
    const told = isToldBefore(known, failure) ? known : failure;
    failures.set(place, { ...told, count: known.count + failure.count });
    return;
  }
  const states = [...failures.values()].filter(({ invariant }) => invariant === failure.invariant).length;
  if (states < statesMax || failure.state === otherStates) failures.set(place, { ...failure });
  else countFailure(tally, { ...failure, state: otherStates });
}

function isToldBefore(left: FoundFailure, right: FoundFailure): boolean {
  return left.events < right.events || (left.events === right.events && left.seed <= right.seed);
}

/** Adds the runs of other seeds. The same run of a kind is the one that is told, whatever the order. */
export function mergeTally(tally: Tally, later: Tally): void {
  tally.runs += later.runs;
  tally.events += later.events;
  tally.virtualMs += later.virtualMs;
  tally.workerMs += later.workerMs;
  tally.lanes = addLanes(tally.lanes, later.lanes);
  for (const range of later.seeds) appendRange(tally.seeds, range);
  for (const [kind, count] of later.faults) addFault(tally, kind, count);
  for (const [invariant, count] of later.checks) addCount(tally.checks, invariant, count);
  for (const [name, count] of later.sometimes) addCount(tally.sometimes, name, count);
  for (const [name, count] of later.seenIn) addCount(tally.seenIn, name, count);
  for (const [situation, count] of later.situations) addCount(tally.situations, situation, count);
  for (const [subsystem, states] of later.states) tally.states.set(subsystem, states);
  for (const failure of later.failures.values()) countFailure(tally, failure);
  addOrderShare(tally, later.orderShare);
  if (later.inconclusive !== undefined) countInconclusive(tally, later.inconclusive);
}

export function addCount(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function addFault(tally: Tally, kind: string, count: { fired: number; effective: number }): void {
  const sum = tally.faults.get(kind) ?? { fired: 0, effective: 0 };
  sum.fired += count.fired;
  sum.effective += count.effective;
  tally.faults.set(kind, sum);
}

function addOrderShare(tally: Tally, share: number | undefined): void {
  if (share !== undefined) tally.orderShare = (tally.orderShare ?? 0) + share;
}

function countInconclusive(tally: Tally, found: Inconclusive): void {
  const known = tally.inconclusive;
  if (known === undefined) tally.inconclusive = { ...found };
  else if (known.seed <= found.seed) known.count += found.count;
  else tally.inconclusive = { ...found, count: known.count + found.count };
}

function appendRange(ranges: SeedRange[], next: SeedRange): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.step === next.step && last.to + last.step === next.from) {
    ranges[ranges.length - 1] = { ...last, to: next.to };
  } else ranges.push(next);
}
