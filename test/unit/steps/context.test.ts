import { expect, test } from 'vitest';
import { assumedDone } from '../../../src/steps/context.js';
import { atLeastOnce, exactlyOnceGuarded, idempotent } from '../../../src/steps/descriptor.js';
import { stepsMax } from '../../../src/steps/limits.js';
import {
  AmbiguousEffect,
  DefiniteFailure,
  StepFailed,
  ValueUnavailable,
} from '../../../src/steps/step-errors.js';
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

const pay = (input: string | number = 100) => exactlyOnceGuarded('pay', 'money_moving', 'fail', input);

test('a fresh step runs and is journaled', async () => {
  const harbour = new Harbour();
  const program: Program = (ctx, life) => ctx.step(idempotent('read', 1), (handle) => life.act(handle, 7));
  expect(await valueOf(harbour, program)).toBe(7);
  expect(harbour.kinds).toEqual(['execution_opened', 'step_result', 'execution_finished']);
});

test('a replayed step answers what it was, and does not run', async () => {
  const harbour = new Harbour();
  const first = new Life(harbour);
  const crashing: Program = async (ctx, life) => {
    await ctx.step(idempotent('read', 1), (handle) => life.act(handle, 11));
    return new Promise<never>(() => {});
  };
  void run(first, crashing);
  await until(() => harbour.kinds.includes('step_result'));
  const again: Program = (ctx, life) => ctx.step(idempotent('read', 1), (handle) => life.act(handle, 999));
  expect(await valueOf(harbour, again)).toBe(11);
  expect(harbour.counts).toEqual([1]);
});

test('a guarded step is intended before it acts, and has its outcome after', async () => {
  const harbour = new Harbour();
  const seen: (readonly string[])[] = [];
  await valueOf(harbour, (ctx, life) =>
    ctx.step(pay(), async (handle) => {
      seen.push(harbour.kinds);
      return life.act(handle, 'paid');
    }),
  );
  expect(seen).toEqual([['execution_opened', 'effect_intent']]);
  expect(harbour.kinds.slice(1)).toEqual(['effect_intent', 'step_result', 'execution_finished']);
});

test('what a step answers live is what it answers when replayed: a copy, without -0, keys as JavaScript lists them', async () => {
  const returned = { b: 1, a: [-0, undefined].slice(0, 1).map(() => -0), 7: 'seven', text: 'ä' };
  const seen: unknown[] = [];
  const program: Program = async (ctx) => {
    const value = await ctx.step(idempotent('read', null), () => returned);
    seen.push(value);
    expect(value).not.toBe(returned);
    await ctx.step(idempotent('then', null), () => null);
    return null;
  };
  const whole = new Life(new Harbour());
  await run(whole, program);
  const harbour = new Harbour();
  await sailThrough(program, [whole.points - 3], harbour);
  expect(seen).toHaveLength(3);
  for (const value of seen) expect(JSON.stringify(value)).toBe('{"7":"seven","b":1,"a":[0],"text":"ä"}');
  for (const value of seen) expect(value).toStrictEqual(seen[0]);
});

test('Z6: a definite failure is journaled, and replayed as it was', async () => {
  const harbour = new Harbour();
  const seen: unknown[] = [];
  const program: Program = async (ctx, life) => {
    try {
      await ctx.step(pay(), async (handle) => {
        await life.act(handle, null);
        throw new DefiniteFailure('card declined');
      });
    } catch (error) {
      seen.push(error);
    }
    return ctx.step(idempotent('other', null), () => 'cash');
  };
  const whole = new Life(new Harbour());
  await run(whole, program);
  const { outcome } = await sailThrough(program, [whole.points - 3], harbour);
  expect(outcome).toEqual({ kind: 'completed', value: 'cash' });
  expect(harbour.counts).toEqual([1]);
  expect(seen).toHaveLength(3);
  for (const error of seen) {
    expect(error).toBeInstanceOf(StepFailed);
    expect(error).toMatchObject({
      code: 'STEPS_STEP_FAILED',
      message: 'step pay#0: failed',
      failure: { name: 'DefiniteFailure', message: 'card declined' },
    });
  }
});

test('a step that is not guarded fails with whatever it throws', async () => {
  const harbour = new Harbour();
  const throwing = (thrown: unknown): Program => {
    return (ctx) =>
      ctx.step(atLeastOnce('call', null), () => {
        throw thrown;
      });
  };
  await expect(run(new Life(harbour), throwing(new TypeError('\ud800 no')))).resolves.toMatchObject({
    kind: 'failed',
  });
  const failed = harbour.entries.find((entry) => entry.kind === 'step_failed');
  expect(failed).toMatchObject({ outcome: { failure: { name: 'TypeError', message: '\ufffd no' } } });
  const other = new Harbour();
  await run(new Life(other), throwing('text'));
  expect(other.entries[1]).toMatchObject({ outcome: { failure: { message: 'a string was thrown' } } });
});

test('Z21: a result that cannot be journaled is journaled as unavailable, and the effect is not done again', async () => {
  for (const [result, fault] of [
    [() => undefined, 'not_encodable'],
    [new Uint8Array(1_048_576), 'too_large'],
  ] as const) {
    const harbour = new Harbour();
    const seen: unknown[] = [];
    const program: Program = async (ctx, life) => {
      try {
        await ctx.step(pay(), async (handle) => {
          await life.act(handle, null);
          // Untyped, as what a library returns may be.
          return Object(result);
        });
      } catch (error) {
        seen.push(error);
      }
      return ctx.step(idempotent('then', null), () => null);
    };
    const whole = new Life(new Harbour());
    await run(whole, program);
    await sailThrough(program, [whole.points - 3], harbour);
    expect(harbour.counts).toEqual([1]);
    expect(seen).toHaveLength(3);
    for (const error of seen) {
      expect(error).toBeInstanceOf(ValueUnavailable);
      expect(error).toMatchObject({ fault, stepKey: 'pay#0' });
    }
  }
});

test('a journal that is full takes no more values, and says so', async () => {
  const harbour = new Harbour();
  const large = new Uint8Array(1_000_000);
  const outcome = await run(new Life(harbour), async (ctx) => {
    for (let index = 0; ; index += 1) await ctx.step(idempotent('fill', index), () => large);
  });
  expect(outcome).toMatchObject({ kind: 'failed', failure: { name: 'ValueUnavailable' } });
  expect(harbour.kinds.filter((kind) => kind === 'step_result')).toHaveLength(17);
});

test('the idempotency key is the same for every try and differs with execution, key, class and input', async () => {
  const keys: string[] = [];
  const program: Program = async (ctx, life) => {
    const note = (name: string, input: number) =>
      ctx.step(exactlyOnceGuarded(name, 'custom', 'rerun', input), async (handle) => {
        keys.push(handle.idempotencyKey);
        return life.act(handle, null);
      });
    await note('a', 1);
    await note('a', 1);
    await note('a', 2);
    return ctx.step(idempotent('a', 1), ({ idempotencyKey }) => keys.push(idempotencyKey));
  };
  await run(new Life(new Harbour()), program);
  expect(new Set(keys).size).toBe(4);
  const [first] = keys;
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  // Open, intent and act: the life ends with the effect done and nothing said.
  keys.length = 0;
  await sailThrough(program, [8]);
  expect(keys.filter((each) => each === first)).toHaveLength(2);
});

test('the step cap ends the execution as failed, before the step acts', async () => {
  const harbour = new Harbour();
  let ran = 0;
  const outcome = await run(new Life(harbour), async (ctx) => {
    for (let call = 0; call < stepsMax + 10; call += 1) {
      // A program that looks at no error does not get further than one that does.
      await ctx.step(idempotent('spin', null), () => (ran += 1)).catch(() => {});
    }
    return 'done';
  });
  expect(outcome).toEqual({
    kind: 'failed',
    failure: { name: 'StepCapExceeded', message: `more than ${stepsMax} steps` },
  });
  expect(ran).toBe(stepsMax);
});

test('the keys of parallel branches do not depend on which is faster', async () => {
  for (const slow of [0, 1, 2]) {
    const harbour = new Harbour();
    const value = await valueOf(harbour, (ctx, life) =>
      ctx.parallel(
        'fetch',
        [0, 1, 2].map((index) => async (branch) => {
          for (let turn = 0; turn < (index === slow ? 9 : 1); turn += 1) await life.point();
          const { stepKey } = await branch
            .step(idempotent('get', null), (handle) => ({ ...handle }))
            .then((handle) => handle);
          return stepKey;
        }),
      ),
    );
    expect(value).toEqual(['fetch#0[0]/get#0', 'fetch#0[1]/get#0', 'fetch#0[2]/get#0']);
  }
});

test('Z9: matching steps in parallel keep their own results, wherever a crash falls', async () => {
  const program: Program = (ctx, life) =>
    ctx.parallel(
      'work',
      [3, 0, 2].map((delay, index) => async (branch) => {
        for (let turn = 0; turn < delay; turn += 1) await life.point();
        const one = await branch.step(idempotent('get', null), (handle) => life.act(handle, index));
        const two = await branch.step(idempotent('get', null), (handle) => life.act(handle, index + 10));
        return [one, two];
      }),
    );
  const expected = [
    [0, 10],
    [1, 11],
    [2, 12],
  ];
  const { points } = await sailThrough(program, []);
  for (let crashAt = 1; crashAt <= points; crashAt += 1) {
    const { outcome } = await sailThrough(program, [crashAt]);
    expect(outcome).toEqual({ kind: 'completed', value: expected });
  }
});

test('a branch that fails lets the others end, and the first in order is told', async () => {
  const harbour = new Harbour();
  const program: Program = (ctx, life) =>
    ctx.parallel('work', [
      async (branch) => branch.step(idempotent('get', 0), (handle) => life.act(handle, 'slow')),
      async () => {
        throw new Error('second');
      },
      async () => {
        throw new Error('third');
      },
    ]);
  expect(await run(new Life(harbour), program)).toEqual({
    kind: 'failed',
    failure: { name: 'Error', message: 'second' },
  });
  expect(harbour.counts).toEqual([1]);
});

test('the clock and chance are what they were when replayed (mutant J3)', async () => {
  const seen: unknown[] = [];
  const harbour = new Harbour();
  const program: Program = async (ctx) => {
    seen.push([await ctx.now('begin'), await ctx.random('nonce', 4)]);
    harbour.nowMs += 5_000;
    return ctx.step(idempotent('then', null), () => null);
  };
  const whole = await sailThrough(program, []);
  seen.length = 0;
  harbour.nowMs = 1_000;
  await sailThrough(program, [whole.points - 3], harbour);
  expect(seen).toHaveLength(2);
  expect(seen[1]).toEqual(seen[0]);
});

test('an execution that is finished answers its outcome and runs nothing', async () => {
  const harbour = new Harbour();
  const program: Program = (ctx, life) => ctx.step(pay(), (handle) => life.act(handle, 'paid'));
  const first = await run(new Life(harbour), program);
  expect(await run(new Life(harbour), program)).toEqual(first);
  expect(harbour.counts).toEqual([1]);
  expect(new Life(harbour).state.executions.get(executionId)?.records.size).toBe(0);
});

test('Z23: whether to replay is for the journal to say: another input under the same id is refused', async () => {
  const harbour = new Harbour();
  const program: Program = (ctx, life) => ctx.step(pay(), (handle) => life.act(handle, 'paid'));
  await run(new Life(harbour), program);
  await expect(run(new Life(harbour), program, undefined, 'other')).rejects.toMatchObject({
    code: 'STEPS_JOURNAL_REFUSED',
    refusal: { code: 'STEPS_EXECUTION_CONFLICT' },
  });
  expect(harbour.counts).toEqual([1]);
});

test('errors of steps tell no payload and no source in their messages', async () => {
  const error = new StepFailed(key('pay#0'), { name: 'Error', message: 'card 4111 declined' });
  expect(error.message).not.toContain('4111');
  expect(new AmbiguousEffect(key('pay#0')).message).toBe(
    'step pay#0: it is not known whether the effect happened',
  );
});

test('Z7: with skip, a window in doubt is taken as done: the effect does not run again', async () => {
  const seen: unknown[] = [];
  const program: Program = async (ctx, life) => {
    const value = await ctx.step(
      exactlyOnceGuarded('think', 'cost_bearing_or_boundary_idempotent', undefined, 1),
      (handle) => life.act(handle, 'thought'),
    );
    seen.push(value);
    return value === assumedDone ? 'assumed' : value;
  };
  const harbour = new Harbour();
  // The effect is done, and the life ends before it can say so.
  const life = new Life(harbour, 8);
  expect(await endOf(life, program)).toBe('crashed');
  expect(harbour.counts).toEqual([1]);
  expect(await valueOf(harbour, program)).toBe('assumed');
  expect(harbour.counts).toEqual([1]);
});

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    if (holds()) return;
    await Promise.resolve();
  }
  throw new Error('it never came to hold');
}

test('Z18: looking up consumes nothing: who asks twice is told the same, and nothing runs', async () => {
  const harbour = new Harbour();
  const program: Program = (ctx, life) =>
    ctx.step(exactlyOnceGuarded('pay', 'money_moving', 'fail', 100), (handle) => life.act(handle, 'paid'));
  const { points } = await sailThrough(program, []);
  // The last two are before and after the end is recorded.
  expect(await endOf(new Life(harbour, points - 1), program)).toBe('crashed');
  const life = new Life(harbour);
  const found = await life.lookup(executionId, key('pay#0'));
  expect(found?.kind).toBe('settled');
  expect(await life.lookup(executionId, key('pay#0'))).toEqual(found);
  expect(await life.execution(executionId)).toEqual(await life.execution(executionId));
  expect(await run(life, program)).toEqual({ kind: 'completed', value: 'paid' });
  expect(harbour.counts).toEqual([1]);
});

test('Z24: a program goes on only when the outcome of its step is journaled, whatever the class of the step', async () => {
  for (const descriptor of [
    idempotent('a', 1),
    atLeastOnce('a', 1),
    exactlyOnceGuarded('a', 'money_moving', 'fail', 1),
  ]) {
    const life = new Life(new Harbour());
    const order: string[] = [];
    life.before = async (command) => {
      if (command.kind !== 'settle') return;
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      order.push('journaled');
    };
    await run(life, async (ctx) => {
      await ctx.step(descriptor, () => {
        order.push('acted');
        return null;
      });
      order.push('went on');
      return null;
    });
    expect(order).toEqual(['acted', 'journaled', 'went on']);
  }
});
