import { expect, test } from 'vitest';
import type { DurableContext } from '../../../src/steps/context.js';
import { exactlyOnceGuarded, idempotent } from '../../../src/steps/descriptor.js';
import {
  endOf,
  executionId,
  Harbour,
  key,
  Life,
  type Program,
  run,
  sailThrough,
  valueOf,
} from './harness.js';

/** A program of named idempotent steps, one after the other. */
function sequence(...names: readonly string[]): Program {
  return async (ctx, life) => {
    for (const name of names) await step(ctx, life, name);
    return names.length;
  };
}

function sleeping(durationMs: number): Program {
  return async (ctx) => {
    await ctx.sleep('a', durationMs);
    return null;
  };
}

function step(ctx: DurableContext, life: Life, name: string, input = 0) {
  return ctx.step(idempotent(name, input), (handle) => life.act(handle, name));
}

/** The harbour after a life of the program that was interrupted before it ended. */
async function interrupted(program: Program): Promise<Harbour> {
  const harbour = new Harbour();
  const stop = new AbortController();
  const life = new Life(harbour);
  const last: Program = async (ctx, current, input) => {
    await program(ctx, current, input);
    stop.abort();
    return null;
  };
  await run(life, last, stop.signal).catch(() => {});
  return harbour;
}

/** Another program at the journal of a first one. */
async function resumed(first: Program, second: Program) {
  const harbour = await interrupted(first);
  const before = harbour.counts.length;
  const end = await endOf(new Life(harbour), second);
  return { harbour, end, ran: harbour.counts.length - before };
}

test.each([
  ['inserted', sequence('a', 'x', 'b'), 'x#0'],
  ['inserted first', sequence('x', 'a', 'b'), 'x#0'],
  ['renamed', sequence('a', 'c'), 'c#0'],
  ['reordered', sequence('b', 'a'), 'b#0'],
  ['left out', sequence('b'), 'b#0'],
  ['left out at the end (Z10)', sequence('a'), 'b#0'],
  ['all left out', sequence(), 'a#0'],
])('a program with a step %s is told so before anything new acts', async (_, program, at) => {
  const { harbour, end, ran } = await resumed(sequence('a', 'b'), program);
  expect(end).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE', stepKey: at });
  expect(harbour.entries.at(-1)).toMatchObject({ kind: 'execution_diverged', stepKey: at });
  expect(ran).toBe(0);
});

test('a program that goes on where the journal ends does not diverge', async () => {
  const { end } = await resumed(sequence('a', 'b'), sequence('a', 'b', 'c'));
  expect(end).toEqual({ kind: 'completed', value: 3 });
});

test('M2, J1: a step that comes with another input is told so', async () => {
  const { end } = await resumed(
    async (ctx, life) => step(ctx, life, 'a', 1),
    async (ctx, life) => step(ctx, life, 'a', 2),
  );
  expect(end).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE', stepKey: 'a#0' });
});

test('Z10: another class, policy, subclass or kind under the same key is told', async () => {
  const pay = exactlyOnceGuarded('a', 'money_moving', 'fail', 0);
  const first: Program = (ctx) => ctx.step(pay, () => null);
  for (const second of [
    (ctx) => ctx.step(idempotent('a', 0), () => null),
    (ctx) => ctx.step(exactlyOnceGuarded('a', 'money_moving', 'rerun', 0), () => null),
    (ctx) => ctx.step(exactlyOnceGuarded('a', 'destructive', 'fail', 0), () => null),
    async (ctx) => (await ctx.promise('a')).stepKey,
    sleeping(5),
  ] satisfies Program[]) {
    const { end } = await resumed(first, second);
    expect(end).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE', stepKey: 'a#0' });
  }
  const { end } = await resumed(sleeping(5), sleeping(6));
  expect(end).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE' });
});

test('in parallel scopes too: a branch that is gone, and a step before the scope', async () => {
  const branches = (count: number): Program => {
    return async (ctx, life) => {
      await ctx.parallel(
        'work',
        Array.from({ length: count }, (_, index) => (branch) => step(branch, life, 'get', index)),
      );
      return null;
    };
  };
  const fewer = await resumed(branches(3), branches(2));
  expect(fewer.end).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE', stepKey: 'work#0[2]/get#0' });
  const before = await resumed(branches(3), async (ctx, life, input) => {
    await step(ctx, life, 'x');
    return branches(3)(ctx, life, input);
  });
  expect(before.end).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE', stepKey: 'x#0' });
  expect(before.ran).toBe(0);
  expect((await resumed(branches(2), branches(3))).end).toMatchObject({ kind: 'completed' });
});

/** Named steps, and lists of branches, one after the other. */
function scoped(...calls: readonly (string | readonly (readonly string[])[])[]): Program {
  return async (ctx, life) => {
    for (const call of calls) {
      if (typeof call === 'string') await step(ctx, life, call);
      else {
        await ctx.parallel(
          'work',
          call.map((names) => async (branch) => {
            for (const name of names) await step(branch, life, name);
          }),
        );
      }
    }
    return null;
  };
}

test.each([
  ['a scope that is inserted', scoped('a', 'b'), scoped('a', [['x']], 'b'), 'work#0[0]/x#0'],
  ['a scope that comes before its turn', scoped('a', [['b']]), scoped([['b'], ['x']], 'a'), 'work#0'],
  [
    'one more branch of a scope that had ended',
    scoped([['a']], 'b'),
    scoped([['a'], ['x']], 'b'),
    'work#0[1]/x#0',
  ],
  [
    'one more step of a branch that had ended',
    scoped([['a']], 'b'),
    scoped([['a', 'x']], 'b'),
    'work#0[0]/x#0',
  ],
  [
    'one step less, and another behind the scope',
    scoped([['a', 'b']]),
    scoped([['a']], 'x'),
    'work#0[0]/b#0',
  ],
  ['one branch less, and another step behind', scoped([['a'], ['b']]), scoped([['a']], 'x'), 'work#0[1]/b#0'],
])('Z10: %s is told before anything new acts', async (_, first, second, at) => {
  const { end, ran } = await resumed(first, second);
  expect(end).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE', stepKey: at });
  expect(ran).toBe(0);
});

test('a scope does not end before the last call of each branch is journaled, whoever waits for it', async () => {
  const slow = (ctx: DurableContext, life: Life, name: string) =>
    ctx.step(idempotent(name, 0), async (handle) => {
      for (let turn = 0; turn < 20; turn += 1) await life.point();
      return life.act(handle, name);
    });
  const program: Program = async (ctx, life) => {
    await ctx.parallel('work', [
      async (branch) => {
        void slow(branch, life, 'dropped');
      },
      async (branch) => {
        // Whoever is first; the timer goes on.
        await Promise.race([branch.sleep('timeout', 1_000_000), Promise.resolve()]);
      },
      async (branch) => {
        void branch.parallel('inner', [
          (inner) => step(inner, life, 'one'),
          (inner) => slow(inner, life, 'two'),
        ]);
      },
    ]);
    return step(ctx, life, 'behind');
  };
  const { points } = await sailThrough(program, []);
  for (let crashAt = 1; crashAt <= points; crashAt += 1) {
    const { harbour, outcome } = await sailThrough(program, [crashAt]);
    expect(outcome).toEqual({ kind: 'completed', value: 'behind' });
    const settled = harbour.entries.flatMap((entry) => (entry.kind === 'step_result' ? [entry.stepKey] : []));
    expect(settled).toHaveLength(4);
    expect(settled.at(-1)).toBe('behind#0');
  }
});

test('a scope in which nothing was journaled may come anywhere', async () => {
  const program: Program = async (ctx, life) => {
    await ctx.parallel('empty', []);
    await step(ctx, life, 'a');
    return null;
  };
  expect((await resumed(program, program)).end).toMatchObject({ kind: 'completed' });
});

test('J7, Z19: after a divergence every call of the context rejects, whatever the program makes of it', async () => {
  const harbour = await interrupted(sequence('a', 'b'));
  const seen: unknown[] = [];
  const end = await endOf(new Life(harbour), async (ctx, life) => {
    const note = (error: unknown): void => void seen.push(error);
    await step(ctx, life, 'x').catch(note);
    await step(ctx, life, 'a').catch(note);
    await ctx.promise('p').catch(note);
    await ctx.sleep('t', 1).catch(note);
    await ctx.parallel('s', []).catch(note);
    await ctx.now('n').catch(note);
    return 'as if nothing had happened';
  });
  // The run does not wait for a program that goes on.
  while (seen.length < 6) await Promise.resolve();
  for (const error of seen) expect(error).toBe(end);
  expect(harbour.counts).toHaveLength(2);
  // Nor does a program that matches go on where another one was told so: only the next attempt does.
  await expect(run(new Life(harbour), sequence('a', 'b'))).rejects.toMatchObject({
    code: 'STEPS_REPLAY_DIVERGENCE',
    stepKey: 'x#0',
  });
});

test('a divergence in one branch ends the waiting of another, whose effect is journaled', async () => {
  const harbour = await interrupted(sequence('a'));
  const life = new Life(harbour);
  const end = await endOf(life, async (ctx, current) => {
    await step(ctx, current, 'a');
    await ctx.parallel('work', [
      (branch) =>
        branch.step(exactlyOnceGuarded('pay', 'custom', 'fail', 0), async (handle) => {
          for (let turn = 0; turn < 60; turn += 1) await current.point();
          return current.act(handle, 'paid');
        }),
      async (branch) => (await branch.promise('never')).value(),
      async (branch) => {
        for (let turn = 0; turn < 30; turn += 1) await current.point();
        // Two at once in one scope.
        await Promise.allSettled([step(branch, current, 'b'), step(branch, current, 'c')]);
        return null;
      },
    ]);
    return null;
  });
  expect(end).toMatchObject({ code: 'STEPS_OUT_OF_TURN', stepKey: 'work#0[2]/c#0' });
  expect(harbour.kinds.slice(-2)).toEqual(['execution_diverged', 'step_result']);
  expect(life.waiting).toBe(0);
});

test('Z8: a step within a step is refused, and the attempt is over', async () => {
  const harbour = new Harbour();
  const end = await endOf(new Life(harbour), (ctx, life) =>
    ctx.step(idempotent('outer', 0), () => step(ctx, life, 'inner')),
  );
  expect(end).toMatchObject({ code: 'STEPS_OUT_OF_TURN', stepKey: 'inner#0', runningKey: 'outer#0' });
  expect(harbour.counts).toEqual([]);
});

test('Z9: two steps at once in one scope are refused: their keys would follow the weather', async () => {
  const end = await endOf(new Life(new Harbour()), async (ctx, life) => {
    const [one] = await Promise.allSettled([step(ctx, life, 'get', 1), step(ctx, life, 'get', 2)]);
    return one.status;
  });
  expect(end).toMatchObject({ code: 'STEPS_OUT_OF_TURN', stepKey: 'get#1', runningKey: 'get#0' });
});

test('a branch that has ended, and a workflow that has, take no more calls', async () => {
  const harbour = new Harbour();
  const kept: DurableContext[] = [];
  const end = await endOf(new Life(harbour), async (ctx, life) => {
    await ctx.parallel('work', [async (branch) => kept.push(branch)]);
    for (const branch of kept) await step(branch, life, 'late');
    return null;
  });
  expect(end).toMatchObject({ code: 'STEPS_OUT_OF_TURN', runningKey: null });
  const late = new Harbour();
  const life = new Life(late);
  await run(life, async (ctx) => kept.push(ctx));
  const [, root] = kept;
  if (root === undefined) throw new Error('no context was kept');
  await expect(step(root, life, 'late')).rejects.toMatchObject({ code: 'STEPS_OUT_OF_TURN' });
  expect(late.counts).toEqual([]);
});

const pay = exactlyOnceGuarded('pay', 'money_moving', 'fail', 100);

/** Opens the next attempt, as an operator does who has mended the program. */
function beginAnew(harbour: Harbour, attempt: number): void {
  const opened = harbour.entries[0];
  if (opened?.kind !== 'execution_opened') throw new Error('not opened');
  const { workflow, inputDigest } = opened;
  const refusal = new Life(harbour).give({ kind: 'open', executionId, workflow, inputDigest, attempt });
  if (refusal !== undefined) throw refusal;
}

test('Z1, Z2: another attempt begins anew, does not collide with the old one, and does not pay twice at another place', async () => {
  const mended: Program = async (ctx, life) => {
    await step(ctx, life, 'x');
    await step(ctx, life, 'a');
    return ctx.step(pay, (handle) => life.act(handle, 'paid again'));
  };
  // A crash in the new attempt, also after the old payment was passed, is replayed as any other.
  for (let crashAt = 1; crashAt <= 20; crashAt += 1) {
    const harbour = await interrupted(async (ctx, life) => {
      await step(ctx, life, 'a');
      return ctx.step(pay, (handle) => life.act(handle, 'paid'));
    });
    const [, paid = ''] = harbour.arrivals.keys();
    expect(await endOf(new Life(harbour), mended)).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE' });
    beginAnew(harbour, 2);
    await endOf(new Life(harbour, crashAt), mended);
    expect(await valueOf(harbour, mended)).toBe('paid');
    expect(harbour.arrivals.size).toBe(3);
    expect(harbour.arrivals.get(paid)).toBe(1);
  }
});

test('what an earlier attempt left may be called anywhere, and is replayed there', async () => {
  const rerun = exactlyOnceGuarded('pay', 'money_moving', 'rerun', 100);
  const mended: Program = async (ctx, life) => {
    await step(ctx, life, 'x');
    const paid = await ctx.step(rerun, (handle) => life.act(handle, 'paid'));
    await step(ctx, life, 'y');
    return paid;
  };
  // The first attempt leaves a result, or, when it is cut off, an intent.
  for (const cutOff of [undefined, 8]) {
    for (let crashAt = 1; crashAt <= 22; crashAt += 1) {
      const harbour = new Harbour();
      await endOf(new Life(harbour, cutOff), async (ctx, life) => {
        const paid = await ctx.step(rerun, (handle) => life.act(handle, 'paid'));
        await Promise.all([step(ctx, life, 'one'), step(ctx, life, 'other')]);
        return paid;
      });
      if (cutOff !== undefined) await endOf(new Life(harbour), sequence('x'));
      beginAnew(harbour, 2);
      await endOf(new Life(harbour, crashAt), mended);
      expect(await valueOf(harbour, mended)).toBe('paid');
    }
  }
});

test('Z3: an intent of an earlier attempt is in doubt in the next one as well', async () => {
  const harbour = new Harbour();
  const program: Program = async (ctx, life) => {
    await step(ctx, life, 'a');
    return ctx.step(pay, (handle) => life.act(handle, 'paid'));
  };
  expect(await endOf(new Life(harbour, 12), program)).toBe('crashed');
  expect(harbour.kinds).toEqual(['execution_opened', 'step_result', 'effect_intent']);
  const mended: Program = async (ctx, life) => ctx.step(pay, (handle) => life.act(handle, 'paid'));
  expect(await endOf(new Life(harbour), mended)).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE' });
  beginAnew(harbour, 2);
  expect(await run(new Life(harbour), mended)).toMatchObject({ failure: { name: 'AmbiguousEffect' } });
  expect(harbour.kinds.filter((kind) => kind === 'ambiguity_resolved')).toHaveLength(1);
});

test('an execution does not end while an effect of an earlier attempt is in doubt', async () => {
  const harbour = new Harbour();
  const paying: Program = (ctx, life) => ctx.step(pay, (handle) => life.act(handle, 'paid'));
  expect(await endOf(new Life(harbour, 8), paying)).toBe('crashed');
  expect(await endOf(new Life(harbour), sequence('x'))).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE' });
  beginAnew(harbour, 2);
  expect(await endOf(new Life(harbour), sequence('x'))).toMatchObject({
    code: 'STEPS_JOURNAL_REFUSED',
    refusal: { code: 'STEPS_EFFECT_IN_DOUBT', stepKey: key('pay#0') },
  });
});

test('Z19: a context whose attempt was superseded is refused', async () => {
  const harbour = new Harbour();
  const life = new Life(harbour);
  let isOver = false;
  life.before = (command) => {
    if (command.kind !== 'intend' || isOver) return;
    isOver = true;
    life.give({ kind: 'diverge', executionId, attempt: 1, stepKey: key('x#0'), reason: 'mended' });
    const { workflow = '', inputDigest = '' } = life.state.executions.get(executionId) ?? {};
    life.give({ kind: 'open', executionId, attempt: 2, workflow, inputDigest });
  };
  const end = await endOf(life, (ctx, current) => ctx.step(pay, (handle) => current.act(handle, 'paid')));
  expect(end).toMatchObject({ refusal: { code: 'STEPS_WRONG_ATTEMPT', attempt: 1, currentAttempt: 2 } });
  expect(harbour.counts).toEqual([]);
});

test('Z2: what one branch has committed is not done again by another one, when the program has lost a branch', async () => {
  const branches = (...names: readonly string[]): Program => {
    return async (ctx, life) => {
      await ctx.parallel(
        'work',
        names.map((name) => async (branch) => {
          if (name === 'slow') await new Promise(() => {});
          return branch.step(exactlyOnceGuarded(name, 'money_moving', 'fail', 100), (handle) =>
            life.act(handle, name),
          );
        }),
      );
      return null;
    };
  };
  const harbour = new Harbour();
  const stop = new AbortController();
  const first = run(new Life(harbour), branches('slow', 'pay'), stop.signal);
  while (harbour.kinds.at(-1) !== 'step_result') await Promise.resolve();
  stop.abort();
  await expect(first).rejects.toThrow('interrupted');
  expect(await endOf(new Life(harbour), branches('pay'))).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE' });
  expect(harbour.counts).toEqual([1]);
});

test('Z2: a guarded effect waits until all that is journaled was called for again: it may be there, in another branch', async () => {
  const paying = (ctx: DurableContext, life: Life) =>
    ctx.step(exactlyOnceGuarded('pay', 'money_moving', 'fail', 100), (handle) => life.act(handle, 'paid'));
  const before: Program = async (ctx, life) => {
    await ctx.parallel('work', [
      () => new Promise<string>(() => {}),
      async (branch) => {
        await step(branch, life, 'a');
        return paying(branch, life);
      },
    ]);
    return null;
  };
  const after: Program = async (ctx, life) => {
    await ctx.parallel('work', [
      (branch) => paying(branch, life),
      async (branch) => {
        await step(branch, life, 'a');
        for (let turn = 0; turn < 100; turn += 1) await life.point();
        return step(branch, life, 'other');
      },
    ]);
    return null;
  };
  const harbour = new Harbour();
  const stop = new AbortController();
  const first = run(new Life(harbour), before, stop.signal);
  while (harbour.kinds.filter((kind) => kind === 'step_result').length < 2) await Promise.resolve();
  stop.abort();
  await expect(first).rejects.toThrow('interrupted');
  expect(await endOf(new Life(harbour), after)).toMatchObject({ code: 'STEPS_REPLAY_DIVERGENCE' });
  expect(harbour.kinds.at(-1)).toBe('execution_diverged');
  expect(harbour.counts).toEqual([1, 1]);
});

test('Z16: what a program no longer waits for when it ends is not waited for any more', async () => {
  const harbour = new Harbour();
  const life = new Life(harbour);
  const sleeps: AbortSignal[] = [];
  life.sleepUntil = (_due, signal) => {
    sleeps.push(signal);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };
  const outcome = await run(life, async (ctx) => {
    const promised = await ctx.promise('approval');
    void promised.value();
    void ctx.sleep('deadline', 1_000);
    while (sleeps.length + life.waiting < 2) await life.point();
    return 'approved';
  });
  expect(outcome).toEqual({ kind: 'completed', value: 'approved' });
  expect([life.waiting, sleeps.map(({ aborted }) => aborted)]).toEqual([0, [true]]);
});

test('Z19: a timer that is due does not go on in a run that is over', async () => {
  const harbour = new Harbour();
  const life = new Life(harbour);
  const woken: string[] = [];
  const stop = new AbortController();
  life.before = ({ kind }) => {
    if (kind === 'arm_timer') stop.abort();
  };
  const program: Program = async (ctx) => {
    await ctx.sleep('nap', 0);
    woken.push('woken');
    return null;
  };
  await expect(run(life, program, stop.signal)).rejects.toThrow('interrupted');
  expect(harbour.kinds).toEqual(['execution_opened', 'timer_armed']);
  expect(woken).toEqual([]);
});
