import { expect, test } from 'vitest';
import { atLeastOnce } from '../../../src/steps/descriptor.js';
import { promiseTokensMax } from '../../../src/steps/limits.js';
import { promiseTokenDigest, resolvePromise } from '../../../src/steps/promise-token.js';
import { endOf, executionId, Harbour, key, Life, type Program, run, sailThrough } from './harness.js';

/** Hands a token over to the mailbox, and waits for the answer. */
function asking(mailbox: string[], reply: (life: Life, token: string) => void = () => {}): Program {
  return async (ctx, life) => {
    const approval = await ctx.promise('approval');
    await ctx.step(atLeastOnce('mail', null), async () => {
      const token = await approval.issueToken();
      await life.point();
      mailbox.push(token);
      await life.point();
      return null;
    });
    const token = mailbox.at(-1);
    if (token !== undefined) reply(life, token);
    return approval.value();
  };
}

const approval = key('approval#0');

function answer(life: Life, token: string, value = 'yes') {
  return life.give(resolvePromise(executionId, approval, token, value));
}

test('a promise is resolved with a token, and answers its value', async () => {
  const { outcome } = await sailThrough(
    asking([], (life, token) => void answer(life, token)),
    [],
  );
  expect(outcome).toEqual({ kind: 'completed', value: 'yes' });
});

test('a wrong token is rejected, and tells nothing; the right one is taken, once', async () => {
  const mailbox: string[] = [];
  const life = new Life(new Harbour());
  const end = run(life, asking(mailbox));
  while (life.waiting === 0) await Promise.resolve();
  const [token = ''] = mailbox;
  expect(answer(life, 'ab'.repeat(32))).toMatchObject({ code: 'STEPS_PROMISE_TOKEN_REJECTED' });
  expect(life.give(resolvePromise(executionId, key('other#0'), token, 1))).toMatchObject({
    code: 'STEPS_UNKNOWN_PROMISE',
  });
  expect(answer(life, token)).toBeUndefined();
  expect(answer(life, token)).toBeUndefined();
  expect(answer(life, token, 'no')).toMatchObject({ code: 'STEPS_PROMISE_ALREADY_RESOLVED' });
  expect(answer(life, 'ab'.repeat(32), 'no')).toMatchObject({ code: 'STEPS_PROMISE_TOKEN_REJECTED' });
  expect(await end).toEqual({ kind: 'completed', value: 'yes' });
});

test('a token is worth nothing for another promise, and is nowhere in the journal', async () => {
  const harbour = new Harbour();
  const life = new Life(harbour);
  const tokens: string[] = [];
  void run(life, async (ctx) => {
    const one = await ctx.promise('approval');
    const other = await ctx.promise('approval');
    tokens.push(await one.issueToken(), await other.issueToken());
    return other.value();
  });
  while (life.waiting === 0) await Promise.resolve();
  const [one = '', other = ''] = tokens;
  expect(answer(life, other)).toMatchObject({ code: 'STEPS_PROMISE_TOKEN_REJECTED' });
  expect(answer(life, one)).toBeUndefined();
  const logged = harbour.log.map((bytes) => Buffer.from(bytes).toString('latin1')).join('');
  for (const token of tokens) {
    expect(logged).not.toContain(token);
    expect(logged).not.toContain(Buffer.from(token, 'hex').toString('latin1'));
  }
});

test('Z12: wherever a crash falls, somebody ends up with a token that is good, and tokens that arrived stay so', async () => {
  const { points } = await sailThrough(
    asking([], (life, token) => void answer(life, token)),
    [],
  );
  for (let crashAt = 1; crashAt <= points; crashAt += 1) {
    const mailbox: string[] = [];
    const harbour = new Harbour();
    await endOf(
      new Life(harbour, crashAt),
      asking(mailbox, (life, token) => void answer(life, token)),
    );
    const life = new Life(harbour);
    const end = run(life, asking(mailbox));
    while (life.waiting === 0 && !life.harbour.kinds.includes('execution_finished')) await Promise.resolve();
    const [first = ''] = mailbox;
    const refused = life.waiting > 0 ? answer(life, first) : undefined;
    expect(refused).toBeUndefined();
    expect(await end).toEqual({ kind: 'completed', value: 'yes' });
  }
});

test('Z12: a life that follows a hundred which died before their token was handed over still has one', async () => {
  const harbour = new Harbour();
  const mailbox: string[] = [];
  for (let died = 0; died < 100; died += 1) {
    const life = new Life(harbour);
    life.failing = (command) => command.kind === 'settle';
    await endOf(life, asking(mailbox));
  }
  const [first = ''] = mailbox;
  const end = run(
    new Life(harbour),
    asking(mailbox, (life) => void answer(life, first)),
  );
  expect(await end).toEqual({ kind: 'completed', value: 'yes' });
  expect(mailbox).toHaveLength(101);
});

test('Z16: several may wait for one promise, and one that gives up takes nothing from the others', async () => {
  const life = new Life(new Harbour());
  let token = '';
  const end = run(life, async (ctx) => {
    const promised = await ctx.promise('approval');
    token = await promised.issueToken();
    const waiters = [promised.value(), promised.value(), promised.value()];
    await Promise.race([waiters[0], Promise.resolve()]);
    return Promise.all(waiters.slice(1));
  });
  while (life.waiting < 3) await Promise.resolve();
  answer(life, token);
  expect(await end).toEqual({ kind: 'completed', value: ['yes', 'yes'] });
});

test('a promise has a limited number of tokens, and who wants more fails for good', async () => {
  const end = await endOf(new Life(new Harbour()), async (ctx) => {
    const promised = await ctx.promise('approval');
    for (let count = 0; count <= promiseTokensMax; count += 1) await promised.issueToken();
    return null;
  });
  expect(end).toMatchObject({ kind: 'failed', failure: { name: 'JournalRefused' } });
});

test('a token is bound to its execution and its promise', () => {
  const digests = [
    promiseTokenDigest('one', approval, 'token'),
    promiseTokenDigest('two', approval, 'token'),
    promiseTokenDigest('one', key('approval#1'), 'token'),
    promiseTokenDigest('one', approval, 'other'),
  ];
  expect(new Set(digests).size).toBe(4);
});

test('no token is issued any more by a run that was interrupted', async () => {
  const stop = new AbortController();
  const harbour = new Harbour();
  let issuing: Promise<unknown> = Promise.resolve();
  const end = run(
    new Life(harbour),
    async (ctx) => {
      const promised = await ctx.promise('approval');
      stop.abort();
      issuing = promised.issueToken().catch((error: unknown) => error);
      return null;
    },
    stop.signal,
  );
  await expect(end).rejects.toThrow('interrupted');
  expect(await issuing).toMatchObject({ code: 'STEPS_EXECUTION_INTERRUPTED' });
  expect(harbour.kinds).toEqual(['execution_opened', 'promise_created']);
});

test('whoever waits is let go when the run is interrupted', async () => {
  const stop = new AbortController();
  const life = new Life(new Harbour());
  const end = run(life, async (ctx) => (await ctx.promise('approval')).value(), stop.signal);
  while (life.waiting === 0) await Promise.resolve();
  stop.abort();
  await expect(end).rejects.toMatchObject({ code: 'STEPS_EXECUTION_INTERRUPTED' });
  expect(life.waiting).toBe(0);
});
