import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { claimNext } from '../src/node/authority/claim-next.js';
import type { CommitFact } from '../src/node/authority/authority.js';
import type { NetworkFaults } from '../sim/world/network/network-faults.js';
import {
  AuthorityBench,
  authorityOptions,
  type Caller,
  claimOf,
  operation,
} from '../test/unit/node/authority-bench.js';
import { cruelLoss } from '../test/unit/log/sea.js';

const seldom = { numerator: 1, denominator: 10 };
const faults: NetworkFaults = {
  'network.lost': seldom,
  'network.delayed': seldom,
  'network.reordered': seldom,
  'network.duplicated': seldom,
  'network.corrupted': seldom,
};
const leaseTtlMs = 2500;
const endMs = 15_000;

/** While somebody believed that it owns the session: until the end of its lease by a clock that is true. */
interface Tenure {
  readonly ownerId: string;
  readonly generation: number;
  readonly fromMs: number;
  untilMs: number;
}

/** What workers saw of one session, all together. */
class Seen {
  readonly tenures: Tenure[] = [];
  readonly facts: CommitFact[] = [];
  /** What was permitted: under which generation, and since when it was asked for. */
  readonly acts: { readonly generation: number; readonly startMs: number }[] = [];
  readonly codes = new Map<string, number>();

  count(what: string): void {
    this.codes.set(what, (this.codes.get(what) ?? 0) + 1);
  }
}

/** A worker that wants the session over and over, keeps it for a while, and settles an operation under it. */
async function work({ authority, clock }: Caller, name: string, keepsMs: number, seen: Seen): Promise<void> {
  for (let life = 1; clock.monotonicMs() < endMs; life += 1) {
    await clock.sleep(200);
    const askedMs = clock.monotonicMs();
    let claimedMs = askedMs;
    const claim = await claimNext((generation) => {
      claimedMs = clock.monotonicMs();
      return authority.claim(claimOf(`${name}#${life}`, 's', generation));
    }).catch(() => undefined);
    if (claim?.kind !== 'granted') {
      seen.count(claim?.refusal.code ?? 'unanswered');
      continue;
    }
    const { capability, grantedForMs } = claim.granted;
    const { ownerId, generation } = capability;
    const tenure = { ownerId, generation, fromMs: clock.monotonicMs(), untilMs: claimedMs + grantedForMs };
    if (tenure.fromMs < tenure.untilMs) seen.tenures.push(tenure);
    // Every third life sleeps longer than its lease, and acts all the same.
    if (life % 3 === 0) await clock.sleep(leaseTtlMs + 500);
    const operationId = `o${Math.floor(askedMs / 3000)}`;
    const payload = Uint8Array.of(life, ownerId.length, generation);
    for (const act of [
      () => authority.admit(capability, operation(operationId)),
      () => authority.settle(capability, operationId, { outcome: 'finalized', payload }),
    ]) {
      const startMs = clock.monotonicMs();
      const answer = await act().catch(() => undefined);
      if (answer?.kind === 'granted') seen.acts.push({ generation, startMs });
      seen.count(
        answer === undefined ? 'unanswered' : answer.kind === 'refused' ? answer.refusal.code : 'done',
      );
      if (answer?.kind === 'granted' && 'generation' in answer.granted) seen.facts.push(answer.granted);
    }
    while (clock.monotonicMs() - askedMs < keepsMs) {
      const renewedMs = clock.monotonicMs();
      const renewal = await authority.renew(capability).catch(() => undefined);
      if (renewal?.kind === 'refused') seen.count(renewal.refusal.code);
      if (renewal?.kind !== 'granted') break;
      const isStillOwner = clock.monotonicMs() < tenure.untilMs;
      if (isStillOwner) tenure.untilMs = Math.max(tenure.untilMs, renewedMs + renewal.granted.grantedForMs);
      await clock.sleep(700);
    }
  }
}

test('L4: over a rough network, with an authority that dies, no two believe to own a session at once, late acts are fenced, and an operation has one end', async () => {
  const codes = new Map<string, number>();
  const restarts = fc.array(fc.integer({ min: 100, max: endMs }), { maxLength: 3 });
  const keeps = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 2, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.nat(), restarts, keeps, async (seed, restartsAtMs, keepsMs) => {
      const bench = new AuthorityBench({
        seed,
        networkFaults: faults,
        diskFaults: cruelLoss,
        authority: { ownership: { ...authorityOptions.ownership, leaseTtlMs } },
      });
      for (const atMs of restartsAtMs) bench.simulation.schedule(atMs, () => bench.restart());
      const seen = new Seen();
      const [first = 0, ...others] = keepsMs;
      for (const [index, keptMs] of others.entries()) {
        bench.start((caller) => work(caller, `worker-${index + 2}`, keptMs, seen), 1500);
      }
      await bench.run((caller) => work(caller, 'worker-1', first, seen), 1500);

      const tenures = seen.tenures.toSorted((one, other) => one.generation - other.generation);
      for (const [index, { generation, fromMs }] of tenures.entries()) {
        const before = tenures[index - 1];
        if (before === undefined) continue;
        assert(generation > before.generation, 'a generation is given once');
        assert(fromMs >= before.untilMs, `${before.ownerId} and ${tenures[index]?.ownerId} at once`);
      }
      for (const { generation, startMs } of seen.acts) {
        const later = tenures.find((tenure) => tenure.generation > generation && tenure.fromMs < startMs);
        assert.equal(later, undefined, `an act under generation ${generation}, which is fenced`);
      }
      const ends = new Map<string, CommitFact>();
      for (const fact of seen.facts) {
        assert.deepEqual(fact, ends.get(fact.operationId) ?? fact);
        ends.set(fact.operationId, fact);
      }
      for (const fact of ends.values()) {
        assert.deepEqual(await standingAfter(bench, fact.operationId), { kind: 'settled', fact });
      }
      for (const [code, count] of seen.codes) codes.set(code, (codes.get(code) ?? 0) + count);
      codes.set('tenures', (codes.get('tenures') ?? 0) + tenures.length);
    }),
    { numRuns: 60 },
  );
  for (const code of ['done', 'tenures', 'unanswered', 'OWNERSHIP_ALREADY_CLAIMED', 'OWNERSHIP_FENCED']) {
    expect(codes.get(code) ?? 0, `${code} is seen`).toBeGreaterThan(10);
  }
});

/** As the authority tells it when the network has calmed down. */
async function standingAfter(bench: AuthorityBench, operationId: string): Promise<unknown> {
  bench.network.heal();
  return bench.run(({ authority }) => authority.standing(operationId));
}
