import type { SubsystemStates } from './coverage.js';
import type { Drain } from './drain.js';
import type { CrashWatch } from './crash-watch.js';
import type { RecordedEvent } from '../trace/event.js';
import type { FaultCount } from './fault-log.js';
import { type RunEnd, Simulation, type Violation } from './simulation.js';
import type { Sighting } from './sighting.js';
import { type Choice, type RecordedChoice, Tape, type TapeSource } from './tape.js';

/** A named voyage: what is simulated, what may go wrong, and what must hold. Kept in `scenarios/*.scenario.ts`. */
export interface Scenario {
  readonly name: string;
  /** One line for `seaworthy list`. */
  readonly summary: string;
  /** Raised when old reproductions no longer mean the same. */
  readonly schema: number;
  /** Fault kinds that this scenario can switch on. A campaign wants each to have been effective. */
  readonly faults: readonly string[];
  /** Ids of the oracles that watch. A campaign wants each to have been exercised. */
  readonly invariants: readonly string[];
  /** From how many runs on a campaign judges these faults, invariants and `sometimes`. Absent ones: from 1,000 on. */
  readonly judgedFrom?: Readonly<Record<string, number>>;
  /** The run is cut, and inconclusive, after so many events. */
  readonly eventsMax: number;
  /** The run is cut, and inconclusive, at this virtual time. */
  readonly timeMaxMs: number;
  /**
   * Its short form, for a sweep over its crash points: what is chosen on its tape besides the benign. Absent where there is none.
   */
  readonly shortForm?: readonly Choice[];
  /** Puts processes, faults, workload and oracles into the world. Draws all that varies from its tape. */
  sail(simulation: Simulation): void;
}

/** What one run came to. */
export interface Verdict {
  readonly scenario: string;
  readonly fingerprint: string;
  readonly end: RunEnd;
  readonly events: number;
  readonly virtualMs: number;
  readonly draws: number;
  readonly violation: Violation | undefined;
  readonly sighting: Sighting | undefined;
  readonly faults: ReadonlyMap<string, FaultCount>;
  readonly checks: ReadonlyMap<string, number>;
  readonly sometimes: ReadonlyMap<string, number>;
  /** See `Order.share`. */
  readonly orderShare: number | undefined;
  /** In which situations faults bit. */
  readonly situations: readonly string[];
  /** The states of the subsystems that it had. */
  readonly states: SubsystemStates;
  /** All non-zero choices when recording, else none. */
  readonly choices: readonly RecordedChoice[];
  /** All events when recording, else the last few. */
  readonly trace: readonly RecordedEvent[];
  /** Of a replayed tape: whether its choices still fit this build. */
  readonly staleness: { readonly misfits: number; readonly unused: number };
}

/** Runs one scenario on one tape. A pure function of build, scenario and tape. */
export async function sail(
  scenario: Scenario,
  source: TapeSource,
  options: { readonly record: boolean; readonly drain?: Drain } = { record: false },
): Promise<Verdict> {
  return sailOn(scenario, new Tape(source, options), options);
}

/** Runs one scenario on a tape that somebody holds, who may watch its crashes as well. */
export async function sailOn(
  scenario: Scenario,
  tape: Tape,
  options: { readonly record: boolean; readonly drain?: Drain; readonly crashWatch?: CrashWatch },
): Promise<Verdict> {
  const simulation = new Simulation(tape, options);
  simulation.atStart(() => scenario.sail(simulation));
  const end = await simulation.run({ events: scenario.eventsMax, timeMs: scenario.timeMaxMs }, options.drain);
  return {
    scenario: scenario.name,
    fingerprint: simulation.fingerprint(),
    end,
    events: simulation.eventCount,
    virtualMs: simulation.nowMs,
    draws: tape.drawCount,
    violation: simulation.violation,
    sighting: simulation.sighting,
    faults: simulation.faults.counts(),
    checks: simulation.checks,
    sometimes: simulation.sometimesCounts,
    orderShare: simulation.orderShare,
    situations: simulation.coverage.situations(),
    states: simulation.coverage.states(),
    choices: tape.choices(),
    trace: simulation.trace.events(),
    staleness: tape.staleness(),
  };
}
