import { describe, expect, test } from 'vitest';
import { AuthorityBench, claimOf, granted, operation, told, ttlMs } from './authority-bench.js';
import { cruelLoss } from '../log/sea.js';

const finalized = { outcome: 'finalized', payload: Uint8Array.of(1) } as const;

/** What a client sees of a session that is lost by its owner in the end, and what is then on the disk. */
async function story(bench: AuthorityBench): Promise<readonly unknown[]> {
  return bench.run(async ({ authority, clock }) => {
    const seen: unknown[] = [];
    const claim = { ...claimOf('a#1'), policy: 'fail_closed' as const };
    const { capability } = granted(await authority.claim(claim));
    seen.push(capability);
    for (const id of ['o1', 'o2', 'o3']) seen.push(told(await authority.admit(capability, operation(id))));
    seen.push(granted(await authority.settle(capability, 'o1', finalized)));
    seen.push(told(await authority.admit(capability, operation('o1', 's', 2))));
    await clock.sleep(2 * ttlMs + 500);
    for (const id of ['o1', 'o2', 'o3']) seen.push(await authority.standing(id));
    seen.push(told(await authority.claim({ ...claim, ownerId: 'b#1' })));
    return seen;
  });
}

describe('an authority that dies', () => {
  test('at any call of a port, before or after it, goes on as if nothing had been: what it told stands, what was due is done', async () => {
    const calm = new AuthorityBench();
    const expected = await story(calm);
    expect(expected).toMatchObject([
      { generation: 0 },
      'granted',
      'granted',
      'granted',
      { settlement: finalized },
      'LEDGER_CONFLICT',
      { fact: { settlement: finalized } },
      { fact: { settlement: { outcome: 'aborted' } } },
      { fact: { settlement: { outcome: 'aborted' } } },
      'OWNERSHIP_TERMINAL',
    ]);
    let crashes = 0;
    for (let call = 1; ; call += 1) {
      const ends = [];
      for (const when of ['before', 'after'] as const) {
        const bench = new AuthorityBench({ crashPoint: { call, when }, diskFaults: cruelLoss, seed: call });
        expect(await story(bench), `${when} call ${call}`).toEqual(expected);
        crashes += bench.lives - 1;
        ends.push(bench.lives);
      }
      if (ends.every((lives) => lives === 1)) break;
    }
    expect(crashes).toBeGreaterThan(60);
  });
});
