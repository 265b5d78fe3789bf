import { sailOn, type Scenario, type Verdict } from '../kernel/voyage.js';
import { CrashTape, type SweptMachine } from './crash-tape.js';

/** The short form of a scenario as it goes when nothing is crashed. */
export interface ShortForm {
  readonly machines: readonly SweptMachine[];
  readonly verdict: Verdict;
}

/** Sails it once, to see what can be crashed. */
export async function sailShortForm(scenario: Scenario): Promise<ShortForm> {
  const tape = new CrashTape(scenario.shortForm ?? [], 0);
  const verdict = await sailOn(scenario, tape, { record: false, crashWatch: tape });
  return { machines: tape.machines, verdict };
}
