import { expect, test } from 'vitest';
import type { Answer, Grant } from '../../../src/node/authority/authority.js';
import { claimNext } from '../../../src/node/authority/claim-next.js';

function refused(code: string, liveGeneration: number | null = null): Answer<Grant> {
  return { kind: 'refused', refusal: { code, message: code, currentOwnerId: null, liveGeneration } };
}

const spent = (liveGeneration: number | null): Answer<Grant> =>
  refused('OWNERSHIP_CLAIM_SPENT', liveGeneration);
const taken = refused('OWNERSHIP_ALREADY_CLAIMED');

/** Which generations are claimed, when the answers are those; and what comes of it. */
async function claimed(...answers: readonly Answer<Grant>[]) {
  const generations: number[] = [];
  const answer = await claimNext((generation) => {
    generations.push(generation);
    const told = answers[generations.length - 1];
    return told === undefined ? Promise.reject(new Error('asked too often')) : Promise.resolve(told);
  });
  return { generations, answer };
}

test('the first generation is claimed first; one that is over is not taken for an answer', async () => {
  expect(await claimed(spent(4), taken)).toEqual({ generations: [0, 5], answer: taken });
});

test('whoever comes between makes it go on', async () => {
  expect(await claimed(spent(0), spent(2), taken)).toEqual({ generations: [0, 1, 3], answer: taken });
});

test.each([null, 0])('a next generation that is none is not asked for again and again', async (live) => {
  const answers = [spent(0), spent(live)];
  expect(await claimed(...answers)).toEqual({ generations: [0, 1], answer: answers[1] });
});
