import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from '../src/codec/cbor.js';
import { assumedDone, type DurableContext } from '../src/steps/context.js';
import { atLeastOnce, exactlyOnceGuarded, idempotent, type StepHandle } from '../src/steps/descriptor.js';
import { stepsProjection } from '../src/steps/projection.js';
import { resolvePromise } from '../src/steps/promise-token.js';
import { DefiniteFailure } from '../src/steps/step-errors.js';
import { executionId, Harbour, Life, type Program, sailThrough } from '../test/unit/steps/harness.js';

const acts = ['idempotent', 'at_least_once', 'skip', 'fail', 'rerun'] as const;
const waits = ['decline', 'now', 'random', 'sleep', 'promise'] as const;

/** One thing that a program does; a list stands for branches that run at once. */
type Operation = (typeof acts)[number] | (typeof waits)[number] | readonly Sequence[];
type Sequence = readonly Operation[];

const simple: fc.Arbitrary<Operation> = fc.constantFrom(...acts, ...waits);
const sequence = fc.array(simple, { maxLength: 3 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 1, arbitrary: fc.array(sequence, { maxLength: 3 }) },
);
const programs = fc.array(operation, { maxLength: 5 });
const crashes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 3 });

/** What every life saw at every place of the program, and which act each arrival in the outside world belongs to. */
class Logbook {
  readonly seen = new Map<string, Set<string>>();
  readonly acts = new Map<string, string>();

  note(place: string, value: unknown): void {
    const values = this.seen.get(place) ?? new Set();
    this.seen.set(place, values.add(JSON.stringify(value)));
  }
}

function programOf(sequenceOfAll: Sequence, book: Logbook): Program {
  return async (ctx, life) => {
    await perform(ctx, life, sequenceOfAll, book, '');
    return 'arrived';
  };
}

async function perform(
  ctx: DurableContext,
  life: Life,
  all: Sequence,
  book: Logbook,
  at: string,
): Promise<void> {
  for (const [index, each] of all.entries()) {
    const place = `${at}/${index}`;
    if (typeof each !== 'string') {
      await ctx.parallel(
        'scope',
        each.map((branch, turn) => (context) => perform(context, life, branch, book, `${place}.${turn}`)),
      );
      continue;
    }
    book.note(place, await once(ctx, life, each, book).catch(told));
  }
}

/** What the program is told instead of a value. Anything but the end of a step is not for it to see. */
function told(error: unknown): string {
  if (error instanceof Error && /^(StepFailed|AmbiguousEffect)$/.test(error.name)) return error.message;
  throw error;
}

async function once(
  ctx: DurableContext,
  life: Life,
  each: Exclude<Operation, readonly Sequence[]>,
  book: Logbook,
): Promise<unknown> {
  const act = (handle: StepHandle) => {
    book.acts.set(handle.idempotencyKey, each);
    // Another value at each try, so that a value that was not replayed is noticed.
    return life.act(handle, life.harbour.bytes(1));
  };
  switch (each) {
    case 'idempotent':
      return ctx.step(idempotent(each, null), act);
    case 'at_least_once':
      return ctx.step(atLeastOnce(each, null), act);
    case 'skip': {
      const value = await ctx.step(exactlyOnceGuarded(each, 'custom', each, null), act);
      return value === assumedDone ? 'assumed done' : value;
    }
    case 'fail':
      return ctx.step(exactlyOnceGuarded(each, 'custom', each, null), act);
    case 'rerun':
      return ctx.step(exactlyOnceGuarded(each, 'custom', each, null), act);
    case 'decline':
      return ctx.step(exactlyOnceGuarded(each, 'money_moving', 'fail', null), () => {
        throw new DefiniteFailure('declined');
      });
    case 'now':
      life.harbour.nowMs += 1;
      return ctx.now(each);
    case 'random':
      return ctx.random(each, 2);
    case 'sleep':
      await ctx.sleep(each, 10);
      return 'awake';
    case 'promise': {
      const promised = await ctx.promise(each);
      const token = await promised.issueToken();
      // Whoever comes second is refused: the value is the first one.
      life.give(resolvePromise(executionId, promised.stepKey, token, life.harbour.nowMs));
      return promised.value();
    }
  }
}

test('wherever crashes fall, every life sees the same values, and no effect exceeds its class', async () => {
  let crashed = 0;
  await fc.assert(
    fc.asyncProperty(programs, crashes, async (all, crashAts) => {
      const book = new Logbook();
      const { harbour, outcome } = await sailThrough(programOf(all, book), crashAts);
      expect(outcome).toEqual({ kind: 'completed', value: 'arrived' });
      for (const [place, values] of book.seen) expect([place, values.size]).toEqual([place, 1]);
      const audits = harbour.entries.filter((entry) => entry.kind === 'ambiguity_resolved');
      crashed += audits.length;
      for (const [key, count] of harbour.arrivals) {
        const isAtMostOnce = /^(skip|fail)$/.test(book.acts.get(key) ?? '');
        expect(count).toBeLessThanOrEqual(isAtMostOnce ? 1 : crashAts.length + 1);
      }
      const windows = audits.map(({ stepKey, window }) => `${stepKey} ${window}`);
      expect(new Set(windows).size).toBe(windows.length);
    }),
    { numRuns: 1_500 },
  );
  // Or else the crashes never fell into a window.
  expect(crashed).toBeGreaterThan(100);
});

test('at every moment the state is the fold of the log, and restores from a snapshot to the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(programs, crashes, async (all, crashAts) => {
      const harbour = new Harbour();
      await sailThrough(programOf(all, new Logbook()), crashAts, harbour);
      const live = stepsProjection.initial();
      for (const [index, entry] of harbour.entries.entries()) {
        stepsProjection.apply(live, entry, index + 1);
        const captured = encode(stepsProjection.capture(live));
        const restored = stepsProjection.restore(stepsProjection.capture(live));
        expect(encode(stepsProjection.capture(restored))).toEqual(captured);
        expect(restored).toEqual(live);
      }
    }),
    { numRuns: 300 },
  );
});
