import { expect, test } from 'vitest';
import { assumedDone, type DurableContext } from '../../../src/steps/context.js';
import {
  exactlyOnceGuarded,
  idempotent,
  type ReconcileProbe,
  type StepHandle,
} from '../../../src/steps/descriptor.js';
import type { AmbiguityPolicy } from '../../../src/steps/effect.js';
import { OutcomeUnknown } from '../../../src/steps/halt.js';
import { patienceMs } from '../../../src/steps/limits.js';
import { AmbiguousEffect, DefiniteFailure } from '../../../src/steps/step-errors.js';
import { endOf, Harbour, Life, type Program, run, sailThrough, valueOf } from './harness.js';

/** Pays under a policy, and then does one thing more. What it saw is what it answers. */
function payer(policy: AmbiguityPolicy, probe?: ReconcileProbe): Program {
  return async (ctx, life) => {
    const saw = await paying(ctx, life, policy, probe).catch((error: unknown) => {
      if (error instanceof AmbiguousEffect) return error.code;
      throw error;
    });
    await ctx.step(idempotent('note', saw), () => null);
    return saw;
  };
}

async function paying(
  ctx: DurableContext,
  life: Life,
  policy: AmbiguityPolicy,
  probe: ReconcileProbe | undefined,
): Promise<string> {
  const act = (handle: StepHandle) => life.act(handle, 'paid');
  if (policy !== 'skip') return ctx.step(exactlyOnceGuarded('pay', 'money_moving', policy, 100), act);
  const value = await ctx.step(exactlyOnceGuarded('pay', 'money_moving', policy, 100, probe), act);
  return value === assumedDone ? 'assumed' : value;
}

const policies = ['skip', 'fail', 'rerun'] as const;

/** The lives end right after the effect has reached the outside world. */
const afterTheEffect = 8;

test.each([
  ['skip', 'assumed', 1],
  ['fail', 'STEPS_AMBIGUOUS_EFFECT', 1],
  ['rerun', 'paid', 2],
] as const)('%s resolves a window in doubt, audited before it acts', async (policy, saw, arrivals) => {
  const { harbour, outcome } = await sailThrough(payer(policy), [afterTheEffect]);
  expect(outcome).toEqual({ kind: 'completed', value: saw });
  expect(harbour.counts).toEqual([arrivals]);
  expect(harbour.kinds.slice(0, 4)).toEqual([
    'execution_opened',
    'effect_intent',
    'ambiguity_resolved',
    policy === 'fail' ? 'step_failed' : 'step_result',
  ]);
  expect(harbour.entries[2]).toMatchObject({ policy, window: 1, stepKey: 'pay#0' });
});

test('A1: under skip and fail no crash, nor two, makes a guarded effect happen twice', async () => {
  for (const policy of ['skip', 'fail'] as const) {
    const { points } = await sailThrough(payer(policy), []);
    for (let first = 1; first <= points; first += 1) {
      for (let second = 1; second <= points; second += 1) {
        const { harbour } = await sailThrough(payer(policy), [first, second]);
        expect(
          harbour.counts.every((count) => count <= 1),
          `${policy} ${first} ${second}`,
        ).toBe(true);
      }
    }
  }
});

test('A4: each window has exactly one audit record, durable before the effect is tried again, wherever two crashes fall', async () => {
  for (const policy of policies) {
    const { points } = await sailThrough(payer(policy), []);
    for (let first = 1; first <= points; first += 1) {
      for (let second = 1; second <= points + 4; second += 1) {
        const { harbour } = await sailThrough(payer(policy), [first, second]);
        const audits = harbour.entries.filter((entry) => entry.kind === 'ambiguity_resolved');
        expect(audits.map(({ window }) => window)).toEqual(audits.map((_, index) => index + 1));
        // Each try but the first is preceded by an audit record.
        for (const count of harbour.counts) expect(count).toBeLessThanOrEqual(audits.length + 1);
        expect(audits.length).toBeLessThanOrEqual(policy === 'rerun' ? 2 : 1);
      }
    }
  }
});

test('a rerun that is cut off opens another window', async () => {
  const harbour = new Harbour();
  const life = new Life(harbour, afterTheEffect);
  expect(await endOf(life, payer('rerun'))).toBe('crashed');
  expect(await endOf(new Life(harbour, 8), payer('rerun'))).toBe('crashed');
  expect(await valueOf(harbour, payer('rerun'))).toBe('paid');
  const audits = harbour.entries.filter((entry) => entry.kind === 'ambiguity_resolved');
  expect(audits.map(({ window }) => window)).toEqual([1, 2]);
  expect(harbour.counts).toEqual([3]);
});

test('Z7: skip asks the reconcile probe, and its answer is the result', async () => {
  const asked: string[] = [];
  const probe: ReconcileProbe = ({ stepKey }) => {
    asked.push(stepKey);
    return 'paid, says the bank';
  };
  const { harbour, outcome } = await sailThrough(payer('skip', probe), [afterTheEffect]);
  expect(outcome).toEqual({ kind: 'completed', value: 'paid, says the bank' });
  expect(harbour.counts).toEqual([1]);
  expect(asked).toEqual(['pay#0']);
});

test('a probe that cannot tell leaves the effect taken as done; one that fails is asked again, without another audit', async () => {
  const silent = await sailThrough(
    payer('skip', () => undefined),
    [afterTheEffect],
  );
  expect(silent.outcome).toEqual({ kind: 'completed', value: 'assumed' });
  let asked = 0;
  const failing: ReconcileProbe = () => {
    asked += 1;
    if (asked === 1) throw new Error('the bank is closed');
    return 'paid after all';
  };
  const { harbour, outcome } = await sailThrough(payer('skip', failing), [afterTheEffect]);
  expect(outcome).toEqual({ kind: 'completed', value: 'paid after all' });
  expect(harbour.kinds.filter((kind) => kind === 'ambiguity_resolved')).toHaveLength(1);
});

test('a guarded effect that throws is in doubt: the run ends, and the next one resolves it by its policy', async () => {
  const harbour = new Harbour();
  const timingOut: Program = (ctx, life) =>
    ctx.step(exactlyOnceGuarded('pay', 'money_moving', 'fail', 100), async (handle) => {
      await life.act(handle, null);
      throw new Error('timed out');
    });
  const end = await endOf(new Life(harbour), timingOut);
  expect(end).toBeInstanceOf(OutcomeUnknown);
  expect(end).toMatchObject({ stepKey: 'pay#0', cause: { message: 'timed out' } });
  expect(harbour.kinds).toEqual(['execution_opened', 'effect_intent']);
  expect(await run(new Life(harbour), timingOut)).toMatchObject({
    failure: { name: 'AmbiguousEffect' },
  });
  expect(harbour.counts).toEqual([1]);
});

test('Z6: a definite failure is no window in doubt', async () => {
  const { harbour } = await sailThrough(
    (ctx) =>
      ctx.step(exactlyOnceGuarded('pay', 'money_moving', 'fail', 100), () => {
        throw new DefiniteFailure('declined');
      }),
    [],
  );
  expect(harbour.kinds).toEqual(['execution_opened', 'effect_intent', 'step_failed', 'execution_finished']);
});

test('Z4: without its intent in the journal a guarded effect does not run, and the context acts no more', async () => {
  const harbour = new Harbour();
  const life = new Life(harbour);
  life.failing = (command) => command.kind === 'intend';
  const seen: unknown[] = [];
  const program: Program = async (ctx, current) => {
    const pay = () =>
      ctx.step(exactlyOnceGuarded('pay', 'destructive', 'rerun', 1), (handle) => current.act(handle, null));
    await pay().catch((error: unknown) => seen.push(error));
    await ctx
      .step(idempotent('other', 1), (handle) => current.act(handle, null))
      .catch((error: unknown) => seen.push(error));
    return null;
  };
  const end = await endOf(life, program);
  expect(end).toMatchObject({ code: 'STEPS_JOURNAL_UNAVAILABLE', cause: { message: 'the disk failed' } });
  expect(seen).toEqual([end, end]);
  expect(harbour.counts).toEqual([]);
  expect(harbour.kinds).toEqual(['execution_opened']);
});

test('Z5: a value that is not in the journal is not shown to the program', async () => {
  const life = new Life(new Harbour());
  life.failing = (command) => command.kind === 'settle';
  const seen: unknown[] = [];
  const end = await endOf(life, async (ctx) => {
    seen.push(await ctx.step(idempotent('read', 1), () => 'live only'));
    return null;
  });
  expect(end).toMatchObject({ code: 'STEPS_JOURNAL_UNAVAILABLE' });
  expect(seen).toEqual([]);
});

test('Z22: an effect is journaled even if its caller has gone', async () => {
  const harbour = new Harbour();
  const life = new Life(harbour);
  const outcome = await run(life, async (ctx, current) => {
    void ctx.step(exactlyOnceGuarded('pay', 'money_moving', 'fail', 100), async (handle) => {
      for (let turn = 0; turn < 20; turn += 1) await current.point();
      return current.act(handle, 'paid');
    });
    return 'gone';
  });
  expect(outcome).toEqual({ kind: 'completed', value: 'gone' });
  expect(harbour.kinds).toEqual(['execution_opened', 'effect_intent', 'step_result', 'execution_finished']);
});

test('Z22: interrupting a run waits for the effect that has begun, and begins no other one', async () => {
  const harbour = new Harbour();
  const stop = new AbortController();
  const program: Program = async (ctx, life) => {
    await ctx.step(exactlyOnceGuarded('pay', 'money_moving', 'fail', 100), async (handle) => {
      stop.abort();
      return life.act(handle, 'paid');
    });
    return ctx.step(idempotent('next', 1), (handle) => life.act(handle, 'next'));
  };
  const patient = new Life(harbour);
  patient.holdsTimers = true;
  await expect(run(patient, program, stop.signal)).rejects.toMatchObject({
    code: 'STEPS_EXECUTION_INTERRUPTED',
  });
  expect(harbour.kinds).toEqual(['execution_opened', 'effect_intent', 'step_result']);
  expect(await valueOf(harbour, program)).toBe('next');
  expect(harbour.counts).toEqual([1, 1]);
});

test('Z22: an effect that never ends is waited for, but not for ever; what it comes to later counts as little as after a crash', async () => {
  const harbour = new Harbour();
  const stop = new AbortController();
  let answer: (value: string) => void = () => {};
  const program: Program = (ctx, life) =>
    ctx.step(exactlyOnceGuarded('pay', 'money_moving', 'fail', 100), async (handle) => {
      await life.act(handle, null);
      stop.abort();
      return new Promise<string>((resolve) => {
        answer = resolve;
      });
    });
  const begunMs = harbour.nowMs;
  await expect(run(new Life(harbour), program, stop.signal)).rejects.toMatchObject({
    code: 'STEPS_EXECUTION_INTERRUPTED',
  });
  expect(harbour.nowMs - begunMs).toBe(patienceMs);
  answer('paid, at last');
  await Promise.resolve();
  expect(harbour.kinds).toEqual(['execution_opened', 'effect_intent']);
  expect(await run(new Life(harbour), program)).toMatchObject({ failure: { name: 'AmbiguousEffect' } });
  expect(harbour.counts).toEqual([1]);
});

test('Z22: a probe that never answers holds up an interrupted run no longer than an effect', async () => {
  const harbour = new Harbour();
  const stop = new AbortController();
  const probe: ReconcileProbe = () => {
    stop.abort();
    return new Promise<string>(() => {});
  };
  expect(await endOf(new Life(harbour, afterTheEffect), payer('skip', probe))).toBe('crashed');
  await expect(run(new Life(harbour), payer('skip', probe), stop.signal)).rejects.toThrow('interrupted');
  expect(harbour.kinds).toEqual(['execution_opened', 'effect_intent', 'ambiguity_resolved']);
});

test('an intent whose effect has not begun when the run is interrupted is taken back, and is no window in doubt', async () => {
  const harbour = new Harbour();
  const stop = new AbortController();
  const life = new Life(harbour);
  life.before = (command) => {
    if (command.kind === 'intend') stop.abort();
  };
  await expect(run(life, payer('fail'), stop.signal)).rejects.toMatchObject({
    code: 'STEPS_EXECUTION_INTERRUPTED',
  });
  expect(harbour.kinds).toEqual(['execution_opened', 'effect_intent', 'intent_withdrawn']);
  expect(await valueOf(harbour, payer('fail'))).toBe('paid');
  expect(harbour.counts).toEqual([1]);
});

test('a run that is interrupted before it begins runs nothing', async () => {
  const harbour = new Harbour();
  const stop = new AbortController();
  stop.abort();
  let calls = 0;
  const program: Program = async () => (calls += 1);
  await expect(run(new Life(harbour), program, stop.signal)).rejects.toMatchObject({
    code: 'STEPS_EXECUTION_INTERRUPTED',
  });
  expect(calls).toBe(0);
});

test('J5, A4: a slow journal is waited for, before the effect as well as before it is tried again', async () => {
  const harbour = new Harbour();
  const kinds: (string | undefined)[] = [];
  const program: Program = (ctx, life) => {
    life.before = async () => {
      for (let turn = 0; turn < 20; turn += 1) await life.point();
    };
    return ctx.step(exactlyOnceGuarded('pay', 'money_moving', 'rerun', 100), async (handle) => {
      kinds.push(harbour.kinds.at(-1));
      await life.act(handle, null);
      throw new Error('timed out');
    });
  };
  for (let lives = 0; lives < 3; lives += 1) await endOf(new Life(harbour), program);
  expect(kinds).toEqual(['effect_intent', 'ambiguity_resolved', 'ambiguity_resolved']);
});

test('a run that is interrupted while its journal is asked does not act on the answer', async () => {
  for (const policy of policies) {
    const harbour = new Harbour();
    expect(await endOf(new Life(harbour, afterTheEffect), payer(policy))).toBe('crashed');
    const stop = new AbortController();
    const resolving = new Life(harbour);
    resolving.before = ({ kind }) => {
      if (kind === 'resolve_ambiguity') stop.abort();
    };
    await expect(run(resolving, payer(policy), stop.signal)).rejects.toThrow('interrupted');
    expect(harbour.kinds).toEqual(['execution_opened', 'effect_intent', 'ambiguity_resolved']);
    expect(harbour.counts).toEqual([1]);
  }
  const harbour = new Harbour();
  const stop = new AbortController();
  const life = new Life(harbour);
  const lookup = life.lookup.bind(life);
  life.lookup = (id, key) => {
    stop.abort();
    return lookup(id, key);
  };
  const reading: Program = (ctx, current) =>
    ctx.step(idempotent('read', null), (handle) => current.act(handle, null));
  await expect(run(life, reading, stop.signal)).rejects.toThrow('interrupted');
  expect(harbour.counts).toEqual([]);
});

test('what a step throws because its run was interrupted is no failure of the step', async () => {
  const harbour = new Harbour();
  const stop = new AbortController();
  const program: Program = (ctx) =>
    ctx.step(idempotent('read', null), () => {
      if (stop.signal.aborted) return 'read';
      stop.abort();
      throw new Error('aborted');
    });
  await expect(run(new Life(harbour), program, stop.signal)).rejects.toThrow('interrupted');
  expect(await valueOf(harbour, program)).toBe('read');
});
