import { sail, type Scenario, type Verdict } from '../kernel/voyage.js';
import { firstDivergence } from '../trace/first-divergence.js';
import { divergenceMessage } from './divergence.js';

/** Whether a failure that a campaign has found is there when its seed is sailed again, and when its choices are replayed. */
export type Confirmation =
  | { readonly reproduced: true; readonly verdict: Verdict }
  | { readonly reproduced: false; readonly message: string };

/** What a campaign knows of a failing run. */
export interface Suspect {
  readonly seed: number;
  readonly invariant: string;
  readonly fingerprint: string;
}

/** Sails the seed with everything recorded, then replays the recorded choices. Both must end as the campaign's run did. */
export async function confirmFailure(scenario: Scenario, suspect: Suspect): Promise<Confirmation> {
  const { seed } = suspect;
  const recorded = await sail(scenario, { seed }, { record: true });
  if (!isSame(recorded, suspect)) {
    return { reproduced: false, message: `seed ${seed} ${describe(suspect)}, but again ${ending(recorded)}` };
  }
  const replayed = await sail(scenario, { choices: recorded.choices }, { record: true });
  if (!isSame(replayed, suspect)) {
    const where = divergenceMessage(firstDivergence(recorded.trace, replayed.trace));
    return { reproduced: false, message: `the replay of seed ${seed} from its choices differs: ${where}` };
  }
  return { reproduced: true, verdict: recorded };
}

function isSame(verdict: Verdict, suspect: Suspect): boolean {
  return verdict.fingerprint === suspect.fingerprint && verdict.violation?.invariant === suspect.invariant;
}

function describe(suspect: Suspect): string {
  return `violated ${suspect.invariant} (${suspect.fingerprint})`;
}

function ending(verdict: Verdict): string {
  const { violation, fingerprint } = verdict;
  return violation === undefined
    ? `passed (${fingerprint})`
    : `violated ${violation.invariant} (${fingerprint})`;
}
