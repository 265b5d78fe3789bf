import { describe, expect, test } from 'vitest';
import {
  chooseDrain,
  chooseFrom,
  documentedDrain,
  type Drain,
  drainsCompletely,
  findTickCallback,
} from '../../../sim/kernel/drain.js';
import type { Verdict } from '../../../sim/kernel/voyage.js';
import { bothDrains, sailUnderBoth, scenarioOf } from './voyages.js';

const depth = 1000;

async function nested(level: number): Promise<number> {
  return level === 0 ? 0 : 1 + (await nested(level - 1));
}

async function* inner(length: number): AsyncGenerator<number, number> {
  for (let index = 0; index < length; index += 1) yield index;
  return length;
}

async function* outer(level: number): AsyncGenerator<number, number> {
  return level === 0 ? yield* inner(20) : yield* outer(level - 1);
}

const thenable = (level: number): PromiseLike<void> => ({
  // oxlint-disable-next-line unicorn/no-thenable -- that thenables are drained is what is tested
  then: (fulfilled, rejected) =>
    (level === 0 ? Promise.resolve() : Promise.resolve(thenable(level - 1))).then(fulfilled, rejected),
});

function microtasks(level: number, done: () => void): void {
  queueMicrotask(() => (level === 0 ? done() : microtasks(level - 1, done)));
}

const reactions: Readonly<Record<string, () => Promise<unknown>>> = {
  'a chain of awaits': async () => {
    for (let hop = 0; hop < depth; hop += 1) await Promise.resolve();
  },
  'a chain of then': () => {
    let chain = Promise.resolve();
    for (let hop = 0; hop < depth; hop += 1) chain = chain.then(() => {});
    return chain;
  },
  'nested async functions': () => nested(depth),
  'an async generator': async () => {
    let sum = 0;
    for await (const value of inner(depth)) sum += value;
    return sum;
  },
  'yield* through twenty generators': async () => {
    let sum = 0;
    for await (const value of outer(20)) sum += value;
    return sum;
  },
  'thenables in thenables': async () => {
    await thenable(200);
  },
  'Promise.all of deep chains': () => Promise.all([nested(depth), nested(depth / 2), nested(1)]),
  'Promise.race with one that never settles': () => Promise.race([nested(depth), new Promise(() => {})]),
  'Promise.any with one that rejects': () => Promise.any([Promise.reject(new Error('no')), nested(depth)]),
  'Promise.allSettled': () => Promise.allSettled([nested(depth), Promise.reject(new Error('no'))]),
  'a rejection through many catches': async () => {
    let chain: Promise<unknown> = Promise.reject(new Error('passed on'));
    for (let hop = 0; hop < depth; hop += 1) {
      chain = chain.catch((error: unknown) => Promise.reject(error));
    }
    await chain.catch(() => {});
  },
  'recursive microtasks': () => new Promise<void>((resolve) => microtasks(depth, resolve)),
  'ticks and promises in turn': async () => {
    for (let hop = 0; hop < 100; hop += 1) await new Promise<void>((resolve) => process.nextTick(resolve));
  },
  'a web stream': async () => {
    const stream = new ReadableStream<number>({
      start(controller) {
        for (let index = 0; index < 50; index += 1) controller.enqueue(index);
        controller.close();
      },
    });
    for await (const _ of stream);
  },
};

/** Runs one thing in the first event, and tells whether it had come to rest when the second began. */
async function hasSettledBeforeNext(drain: Drain, begin: () => Promise<unknown>): Promise<boolean> {
  let settled = false;
  let seen = false;
  let events = 0;
  await drain({
    enter() {},
    step() {
      events += 1;
      if (events === 1) {
        void begin().then(() => {
          settled = true;
        });
      }
      if (events === 2) seen = settled;
      return events < 2;
    },
    leave() {},
  });
  return seen;
}

for (const [name, drain] of bothDrains()) {
  describe(`the ${name} drain`, () => {
    for (const [what, begin] of Object.entries(reactions)) {
      test(`brings to rest ${what}`, async () => {
        await expect(hasSettledBeforeNext(drain, begin)).resolves.toBe(true);
      });
    }

    test('passes the self-test', async () => {
      await expect(drainsCompletely(drain)).resolves.toBe(true);
    });

    test('does not wait for what only the world outside can settle', async () => {
      await expect(hasSettledBeforeNext(drain, () => new Promise(() => {}))).resolves.toBe(false);
    });

    test('stops at the step that says so, and steps no further', async () => {
      let steps = 0;
      await drain({
        enter() {},
        step() {
          steps += 1;
          return steps < 10_000;
        },
        leave() {},
      });
      expect(steps).toBe(10_000);
    });

    test('gives the thread back between slices, and never within one', async () => {
      let inside = false;
      let steps = 0;
      let turns = 0;
      let ended = false;
      const turn = (): void => {
        expect(inside).toBe(false);
        turns += 1;
        if (!ended) setImmediate(turn);
      };
      setImmediate(turn);
      await drain({
        enter: () => {
          inside = true;
        },
        step() {
          expect(inside).toBe(true);
          steps += 1;
          return steps < 20_000;
        },
        leave: () => {
          inside = false;
        },
      });
      ended = true;
      expect(turns).toBeGreaterThan(2);
    });
  });
}

test('a drain that leaves reactions behind fails the self-test', async () => {
  const shallow: Drain = async (work) => {
    work.enter();
    while (work.step()) await Promise.resolve();
    work.leave();
  };
  await expect(drainsCompletely(shallow)).resolves.toBe(false);
});

test('the fast drain is chosen where it works, the documented one where it does not', async () => {
  await expect(chooseFrom(undefined)).resolves.toBe(documentedDrain);
  await expect(chooseFrom(() => {})).resolves.toBe(documentedDrain);
  await expect(chooseFrom(findTickCallback())).resolves.not.toBe(documentedDrain);
  expect(chooseDrain()).toBe(chooseDrain());
});

/** All of a verdict that means something: stacks show the drain, and are for people. */
function comparable(verdict: Verdict | undefined): unknown {
  return { ...verdict, violation: { ...verdict?.violation, stack: '' } };
}

test('both drains make the same run', async () => {
  const scenario = scenarioOf((simulation) => {
    for (const name of ['a', 'b', 'c']) {
      simulation
        .process(name, async (life) => {
          for (let round = 0; round < 40; round += 1) {
            const begin = Object.values(reactions)[round % 12];
            await Promise.all([begin?.(), life.sleep(simulation.tape.between('sleep', 0, 5))]);
            simulation.trace.emit({ kind: 'test.round', node: name, round });
            if (round === 30 && name === 'c') void Promise.reject(new Error('floating'));
          }
        })
        .start();
    }
  });
  for (let seed = 0; seed < 20; seed += 1) {
    const [one, other] = await sailUnderBoth(scenario, { seed });
    expect(one?.violation?.invariant).toBe('nothing-uncaught');
    expect(comparable(one)).toEqual(comparable(other));
  }
});
