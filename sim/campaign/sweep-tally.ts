import type { Choice } from '../kernel/tape.js';
import type { CrashPoint } from '../kernel/process.js';
import type { Verdict } from '../kernel/voyage.js';

/** A port call of one machine, in its first life, around which the machine is crashed. */
export interface SweepPoint extends CrashPoint {
  readonly machine: string;
}

/** Some consecutive port calls of one machine, in its first life. */
export interface Stretch {
  readonly scenario: string;
  readonly machine: string;
  /** From 1. */
  readonly firstCall: number;
  readonly calls: number;
}

/** How far a sweep goes. */
export interface SweepLimits {
  /** 2: machines are crashed again at the port calls of their recovery. */
  readonly depth: 1 | 2;
  /** So many runs at most for the states that one crash can leave. */
  readonly statesMax: number;
  /** The same, for a crash inside of a recovery. */
  readonly recoveryStatesMax: number;
}

/** The bounds of a sweep. Where they cut something off, the sweep says so. */
export function limitsOf(depth: 1 | 2): SweepLimits {
  return { depth, statesMax: 64, recoveryStatesMax: 8 };
}

/** All runs of a sweep that violated the same invariant, told by the first. */
export interface SweptFailure {
  readonly invariant: string;
  readonly subject: string;
  readonly message: string;
  readonly fingerprint: string;
  /** Null when it fails without any crash. */
  readonly point: SweepPoint | null;
  /** The whole tape. */
  readonly choices: readonly Choice[];
  count: number;
}

/** What some points of a sweep came to. Plain data, so that it crosses threads as it is. */
export interface SweepTally {
  /** Crash points: a port call, before or after it. A crash inside of a recovery is one too. */
  points: number;
  recoveryPoints: number;
  runs: number;
  /** Different states, each sailed to the end and judged. */
  states: number;
  /** Runs that were ended at their crash: it left a state that had been judged. */
  shared: number;
  /** Points whose states were cut by their bound, and how many runs at least were left out by that. */
  cutPoints: number;
  leftOut: number;
  /** Runs that ended at a limit of their scenario. */
  inconclusive: number;
  /** Of all runs, and of those that were judged. */
  events: number;
  judgedEvents: number;
  readonly failures: Map<string, SweptFailure>;
}

export function emptySweepTally(): SweepTally {
  return {
    points: 0,
    recoveryPoints: 0,
    runs: 0,
    states: 0,
    shared: 0,
    cutPoints: 0,
    leftOut: 0,
    inconclusive: 0,
    events: 0,
    judgedEvents: 0,
    failures: new Map(),
  };
}

/** Counts one judged run. */
export function countState(
  tally: SweepTally,
  point: SweepPoint | null,
  choices: readonly Choice[],
  { violation, end, events, fingerprint }: Verdict,
): void {
  tally.states += 1;
  tally.judgedEvents += events;
  if (violation !== undefined) countSwept(tally, { ...violation, fingerprint, point, choices, count: 1 });
  else if (end !== 'idle') tally.inconclusive += 1;
}

/** Adds `later`, whose points come after all that `tally` holds. */
export function mergeSweep(tally: SweepTally, later: SweepTally): void {
  tally.points += later.points;
  tally.recoveryPoints += later.recoveryPoints;
  tally.runs += later.runs;
  tally.states += later.states;
  tally.shared += later.shared;
  tally.cutPoints += later.cutPoints;
  tally.leftOut += later.leftOut;
  tally.inconclusive += later.inconclusive;
  tally.events += later.events;
  tally.judgedEvents += later.judgedEvents;
  for (const failure of later.failures.values()) countSwept(tally, failure);
}

function countSwept(tally: SweepTally, failure: SweptFailure): void {
  const known = tally.failures.get(failure.invariant);
  if (known === undefined) tally.failures.set(failure.invariant, { ...failure });
  else known.count += failure.count;
}
