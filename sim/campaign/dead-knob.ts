import type { Scenario } from '../kernel/voyage.js';
import type { Tally } from './tally.js';

/** The invariant of a campaign as a whole: whatever is switched on has bitten, and whatever is declared was tried. */
export const noDeadKnob = 'no-dead-knob';

/** From so many runs on, silence counts of what the scenario does not say more about. */
const judgedFromRunsUsually = 1000;
/** Silence counts where it would be chance in less than one campaign of so many. */
const chanceOfSilence = 1e-6;
const sizes = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const;

/** Something that a scenario declares and that a whole campaign never saw. */
export interface DeadKnob {
  /** The fault kind, invariant or `sometimes`. */
  readonly subject: string;
  readonly message: string;
}

/** What a campaign can say about all that a scenario declares. */
export interface KnobJudgement {
  readonly dead: readonly DeadKnob[];
  /** How much of it was judged, dead or not. */
  readonly judged: number;
  /** What was not seen, and may be so by chance in so few runs. */
  readonly undecided: readonly string[];
  /** From so many runs on, nothing is undecided. */
  readonly decidedFromRuns: number;
}

/** Judges all that one scenario declares, each from the number of runs on that it takes. */
export function judgeKnobs(
  scenario: Pick<Scenario, 'faults' | 'invariants' | 'judgedFrom'>,
  tally: Pick<Tally, 'runs' | 'faults' | 'checks' | 'sometimes'>,
): KnobJudgement {
  const { runs } = tally;
  const silences = [...silentFaults(scenario, tally), ...silentNames(scenario, tally)];
  const fromRuns = (subject: string): number => judgedFromRuns(scenario, subject);
  const subjects = subjectsOf(scenario, tally);
  const dead = silences.filter(({ subject }) => runs >= fromRuns(subject));
  return {
    dead: dead.map(({ subject, message }) => ({ subject, message: `${message} in ${runs} runs` })),
    judged: subjects.filter((subject) => runs >= fromRuns(subject)).length,
    undecided: silences.flatMap(({ subject }) => (runs < fromRuns(subject) ? [subject] : [])),
    decidedFromRuns: Math.max(0, ...subjects.map(fromRuns)),
  };
}

/** From how many runs of a scenario on the silence of something counts. */
export function judgedFromRuns({ judgedFrom }: Pick<Scenario, 'judgedFrom'>, subject: string): number {
  return judgedFrom?.[subject] ?? judgedFromRunsUsually;
}

/**
 * From how many runs on silence counts of something that was seen in `seenIn` of `runs` runs: when, at a share that is lower by two standard
 * deviations, it would be silent by chance in less than one of a million campaigns. The next of a few round sizes, the greatest at most.
 */
export function runsToJudge(seenIn: number, runs: number): number {
  const share = Math.min(0.999, (seenIn - 2 * Math.sqrt(seenIn)) / runs);
  const needed = share <= 0 ? Infinity : Math.log(chanceOfSilence) / Math.log(1 - share);
  return sizes.find((size) => size >= needed) ?? sizes[sizes.length - 1] ?? judgedFromRunsUsually;
}

function subjectsOf(
  { faults, invariants, judgedFrom }: Pick<Scenario, 'faults' | 'invariants' | 'judgedFrom'>,
  { sometimes }: Pick<Tally, 'sometimes'>,
): readonly string[] {
  return [...new Set([...faults, ...invariants, ...sometimes.keys(), ...Object.keys(judgedFrom ?? {})])];
}

function silentFaults(scenario: Pick<Scenario, 'faults'>, tally: Pick<Tally, 'faults'>): readonly DeadKnob[] {
  return scenario.faults.flatMap((kind) => {
    const { fired, effective } = tally.faults.get(kind) ?? { fired: 0, effective: 0 };
    if (effective > 0) return [];
    const message = fired === 0 ? 'never fired' : `fired ${fired} times and never changed anything`;
    return [{ subject: kind, message: `fault ${kind} ${message}` }];
  });
}

/** Invariants, and all that happens sometimes: what is known to, was announced or not. */
function silentNames(
  scenario: Pick<Scenario, 'faults' | 'invariants' | 'judgedFrom'>,
  tally: Pick<Tally, 'checks' | 'sometimes'>,
): readonly DeadKnob[] {
  const invariants = scenario.invariants.filter((invariant) => (tally.checks.get(invariant) ?? 0) === 0);
  const others = subjectsOf({ ...scenario, faults: [], invariants: [] }, tally).filter(
    (name) => !scenario.faults.includes(name) && !scenario.invariants.includes(name),
  );
  const silent = others.filter((name) => (tally.sometimes.get(name) ?? 0) === 0);
  return [
    ...invariants.map((subject) => ({ subject, message: `invariant ${subject} was never checked` })),
    ...silent.map((subject) => ({ subject, message: `sometimes "${subject}" never happened` })),
  ];
}
