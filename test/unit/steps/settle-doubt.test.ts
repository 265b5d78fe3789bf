import { expect, test } from 'vitest';
import { exactlyOnceGuarded, type StepHandle } from '../../../src/steps/descriptor.js';
import { type AmbiguityPolicy, ambiguityPolicies } from '../../../src/steps/effect.js';
import { settleDoubt } from '../../../src/steps/settle-doubt.js';
import { endOf, executionId, Harbour, Life, type Program } from './harness.js';

/** The lives end right after the effect has reached the outside world. */
const afterTheEffect = 8;

function payer(policy: AmbiguityPolicy): Program {
  return async (ctx, life) => {
    const act = (handle: StepHandle) => life.act(handle, 'paid');
    if (policy === 'skip') await ctx.step(exactlyOnceGuarded('pay', 'money_moving', policy, 100), act);
    else await ctx.step(exactlyOnceGuarded('pay', 'money_moving', policy, 100), act);
    return null;
  };
}

async function inDoubt(policy: AmbiguityPolicy): Promise<Harbour> {
  const harbour = new Harbour();
  expect(await endOf(new Life(harbour, afterTheEffect), payer(policy))).toBe('crashed');
  return harbour;
}

const cancelled = { kind: 'failed', failure: { name: 'Cancelled', message: '' } } as const;

test.each([
  ['skip', 'skip', 'assumed_done'],
  ['fail', 'fail', 'ambiguous'],
  ['rerun', 'fail', 'ambiguous'],
] as const)(
  'in doubt under %s: audited as %s, settled as %s, and nothing runs; then the execution may end',
  async (policy, audited, outcome) => {
    const harbour = await inDoubt(policy);
    const life = new Life(harbour);
    expect(life.give({ kind: 'finish', executionId, attempt: 1, outcome: cancelled })).toMatchObject({
      code: 'STEPS_EFFECT_IN_DOUBT',
    });
    await settleDoubt(life, executionId);
    expect(harbour.entries.slice(-2)).toMatchObject([
      { kind: 'ambiguity_resolved', policy: audited, window: 1, stepKey: 'pay#0' },
      { outcome: { kind: outcome } },
    ]);
    expect(harbour.counts).toEqual([1]);
    expect(life.give({ kind: 'finish', executionId, attempt: 1, outcome: cancelled })).toBeUndefined();
  },
);

test('each window has one audit record, wherever two crashes fall', async () => {
  for (const policy of ambiguityPolicies) {
    for (let first = 1; first <= 8; first += 1) {
      for (let second = 1; second <= 8; second += 1) {
        const harbour = await inDoubt(policy);
        for (const crashAt of [first, second, undefined]) {
          const life = new Life(harbour, crashAt);
          await Promise.race([settleDoubt(life, executionId), life.died]);
        }
        expect(harbour.kinds.slice(2)).toEqual([
          'ambiguity_resolved',
          policy === 'skip' ? 'step_result' : 'step_failed',
        ]);
      }
    }
  }
});

test('a program that has diverged leaves nothing in doubt, and is told so again by each run', async () => {
  const harbour = await inDoubt('rerun');
  const other: Program = async (ctx, life) => {
    await ctx.step(exactlyOnceGuarded('pay', 'money_moving', 'rerun', 99), (handle) =>
      life.act(handle, 'paid'),
    );
    return null;
  };
  expect(await endOf(new Life(harbour), other)).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE' });
  expect(await endOf(new Life(harbour), payer('rerun'))).toMatchObject({
    code: 'STEPS_REPLAY_DIVERGENCE',
    stepKey: 'pay#0',
  });
  await settleDoubt(new Life(harbour), executionId);
  expect(harbour.kinds.slice(2)).toEqual(['execution_diverged', 'ambiguity_resolved', 'step_failed']);
  expect(harbour.counts).toEqual([1]);
});

test('an execution that nobody knows has nothing in doubt, and a journal that cannot be asked says so', async () => {
  const harbour = new Harbour();
  await settleDoubt(new Life(harbour), 'stranger');
  expect(harbour.entries).toEqual([]);
  const life = new Life(await inDoubt('skip'));
  life.failing = () => true;
  await expect(settleDoubt(life, executionId)).rejects.toMatchObject({ code: 'STEPS_JOURNAL_UNAVAILABLE' });
});
