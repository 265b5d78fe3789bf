import { outcomes, placeName, situationName, type SubsystemStates } from '../kernel/coverage.js';
import type { Scenario } from '../kernel/voyage.js';
import type { Tally } from './tally.js';

/** How much of what a scenario can come to it has come to. */
export interface CoverageFigures {
  /** Fault kinds of the scenario × states of its subsystems × outcomes, without what cannot be. */
  readonly declared: number;
  /** The states of the subsystems that these runs had. */
  readonly states: SubsystemStates;
  /** How many of the declared ones some run reached. */
  readonly reached: number;
  /** Faults that never met a state, whatever would have come of it. Sorted. */
  readonly neverTried: readonly string[];
  /** What was reached and not declared: empty, or the declaration is wrong. Sorted. */
  readonly undeclared: readonly string[];
}

/** Faults that end a life, or find it ended: nobody has gone on in the same life after them. */
const deadly = new Set([
  'process.crash',
  'process.power-loss',
  'process.crash-at-call',
  'process.crash-in-recovery',
  'process.crash-at-effect',
  'process.late-restart',
]);

/** The coverage of the runs of one scenario. */
export function coverageFigures(
  scenario: Pick<Scenario, 'faults'>,
  { situations, states }: Pick<Tally, 'situations' | 'states'>,
): CoverageFigures {
  const declared = new Set<string>();
  const neverTried: string[] = [];
  for (const fault of scenario.faults) {
    for (const [subsystem, ofSubsystem] of states) {
      for (const state of ofSubsystem) {
        const place = placeName(fault, subsystem, state);
        const possible = outcomes
          .filter((outcome) => outcome !== 'went-on' || !deadly.has(fault))
          .map((outcome) => situationName(place, outcome));
        for (const situation of possible) declared.add(situation);
        const wasTried = possible.some((situation) => situations.has(situation));
        if (possible.length > 0 && !wasTried) neverTried.push(place);
      }
    }
  }
  const undeclared = [...situations.keys()].filter((situation) => !declared.has(situation));
  const reached = situations.size - undeclared.length;
  return {
    declared: declared.size,
    states: Object.fromEntries(states),
    reached,
    neverTried: neverTried.toSorted(),
    undeclared: undeclared.toSorted(),
  };
}
