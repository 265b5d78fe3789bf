import type { Answer, Grant } from './authority.js';

/**
 * Claims a session, of which the claimer need not know the generation: asks for the first one, and when that is over for the one that it is told
 * is the next. `claim` is given the generation to ask for.
 *
 * No generation is asked for before the one in front of it is over. So nothing that was refused can be granted later, when a copy of it arrives.
 */
export async function claimNext(
  claim: (generation: number) => Promise<Answer<Grant>>,
): Promise<Answer<Grant>> {
  for (let generation = 0; ;) {
    const answer = await claim(generation);
    if (answer.kind === 'granted' || answer.refusal.code !== 'OWNERSHIP_CLAIM_SPENT') return answer;
    const next = (answer.refusal.liveGeneration ?? -1) + 1;
    if (next <= generation) return answer;
    generation = next;
  }
}
