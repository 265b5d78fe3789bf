import type { Scenario } from '../kernel/voyage.js';
import type { Tally } from './tally.js';

/** The invariant of a campaign as a whole: whatever is switched on has bitten, and whatever is declared was tried. */
export const noDeadKnob = 'no-dead-knob';

/** Fewer runs of a scenario say nothing about what never happens. */
export const judgedFromRuns = 1000;

/** Something that a scenario declares and that a whole campaign never saw. */
export interface DeadKnob {
  /** The fault kind, invariant or `sometimes`. */
  readonly subject: string;
  readonly message: string;
}

/** The dead knobs of one scenario, or `not-judged` when too few of its seeds were sailed. */
export function deadKnobs(
  scenario: Pick<Scenario, 'faults' | 'invariants'>,
  tally: Pick<Tally, 'runs' | 'faults' | 'checks' | 'sometimes'>,
): readonly DeadKnob[] | 'not-judged' {
  const { runs } = tally;
  if (runs < judgedFromRuns) return 'not-judged';
  const dead: DeadKnob[] = [];
  for (const kind of scenario.faults) {
    const { fired, effective } = tally.faults.get(kind) ?? { fired: 0, effective: 0 };
    if (effective > 0) continue;
    const message = fired === 0 ? 'never fired' : `fired ${fired} times and never changed anything`;
    dead.push({ subject: kind, message: `fault ${kind} ${message} in ${runs} runs` });
  }
  for (const invariant of scenario.invariants) {
    if ((tally.checks.get(invariant) ?? 0) > 0) continue;
    dead.push({ subject: invariant, message: `invariant ${invariant} was never checked in ${runs} runs` });
  }
  for (const [name, count] of tally.sometimes) {
    if (count > 0) continue;
    dead.push({ subject: name, message: `sometimes "${name}" never happened in ${runs} runs` });
  }
  return dead;
}
