import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../src/codec/cbor.js';
import type { SagaCommand } from '../src/sagas/command.js';
import { sagasProjection } from '../src/sagas/projection.js';
import { nextCompensation, phaseOf } from '../src/sagas/saga.js';
import { beginning, done, failed, SagaBook, tempest } from '../test/unit/sagas/fixtures.js';
import { type SagaAsk, SagaModel } from '../test/unit/sagas/model.js';

const steps = ['load', 'sail', 'unload'];
const saga = fc.constantFrom('a', 'b', 'c');
const step = fc.nat(steps.length - 1);
const limits = fc.record({
  openMax: fc.integer({ min: 1, max: 3 }),
  endedMax: fc.integer({ min: 1, max: 2 }),
});

/** Mostly what comes next, so that sagas get somewhere; sometimes anything. */
type Wish =
  SagaAsk | { readonly kind: 'next'; readonly saga: string; readonly how: 'done' | 'failed' | 'again' };

const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      kind: fc.constant('next' as const),
      saga,
      how: fc.constantFrom('done' as const, 'done', 'done', 'done', 'again', 'failed'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('begin' as const),
      saga,
      input: fc.constantFrom('x', 'x', 'y'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'give_up'), saga }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('try' as const, 'compensate'), saga, step }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('done' as const, 'failed', 'compensated'),
      saga,
      step,
      attempt: fc.nat(2),
    }),
  },
);

/** What a runner would do next with a saga, told by the room's own state. */
function askOf(book: SagaBook, given: Wish): SagaAsk {
  if (given.kind !== 'next') return given;
  const { how, saga: id } = given;
  const open = book.state.open.get(id);
  if (open === undefined) return { kind: 'begin', saga: id, input: 'x' };
  if (phaseOf(open) === 'compensating') {
    const at = nextCompensation(open) ?? 0;
    const attempt = open.records[at]?.compensationAttempts ?? 0;
    if (attempt === 0 || how === 'again') return { kind: 'compensate', saga: id, step: at };
    return { kind: 'compensated', saga: id, step: at, attempt };
  }
  const doubtful = open.records.findIndex(({ progress }) => progress.kind === 'in_doubt');
  if (doubtful < 0) return { kind: 'try', saga: id, step: open.records.length };
  const attempt = open.records[doubtful]?.attempts ?? 0;
  return how === 'again'
    ? { kind: 'try', saga: id, step: doubtful }
    : { kind: how, saga: id, step: doubtful, attempt };
}

function commandOf(ask: SagaAsk): SagaCommand {
  const { saga: sagaId } = ask;
  switch (ask.kind) {
    case 'begin':
      return beginning(sagaId, { steps, input: ask.input });
    case 'try':
      return { kind: 'try_step', sagaId, step: ask.step };
    case 'done':
    case 'failed': {
      const outcome = ask.kind === 'done' ? done() : failed;
      return { kind: 'settle_step', sagaId, step: ask.step, attempt: ask.attempt, outcome };
    }
    case 'cancel':
      return { kind: 'cancel', sagaId, reason: 'no more' };
    case 'give_up':
      return { kind: 'turn_back', sagaId, failure: tempest };
    case 'compensate':
      return { kind: 'try_compensation', sagaId, step: ask.step };
    case 'compensated':
      return { kind: 'settle_compensation', sagaId, step: ask.step, attempt: ask.attempt };
  }
}

/** Every saga that is known: how it stands, and what it would undo next. */
function rowsOf({ state }: SagaBook): readonly string[] {
  const open = [...state.open.values()].map((each) => {
    const back = phaseOf(each) === 'compensating';
    const standing = back ? 'back' : each.cancelReason === null ? 'forward' : 'wished';
    return `${each.sagaId} ${standing} ${nextCompensation(each) ?? '-'}`;
  });
  return [...open, ...[...state.ended.values()].map(({ sagaId, end }) => `${sagaId} ${end.kind} -`)].sort();
}

test('decides as the model does, and knows the same', () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(limits, fc.array(wish, { maxLength: 60, size: 'max' }), (given, wishes) => {
      const book = new SagaBook(given);
      const model = new SagaModel(steps.length, given);
      for (const each of wishes) {
        const ask = askOf(book, each);
        const { entries, refusal } = book.give(commandOf(ask));
        assert.equal(refusal?.code ?? 'ok', model.ask(ask), JSON.stringify(ask));
        count(refusal?.code ?? 'ok');
        for (const entry of entries) count(entry.kind === 'saga_ended' ? entry.outcome : entry.kind);
        const rows = [...model.sagas].map(([id, { standing, stack }]) => {
          return `${id} ${standing} ${standing === 'done' ? '-' : (stack.at(-1) ?? '-')}`;
        });
        assert.deepEqual(rowsOf(book), rows.sort());
        assert.ok(book.state.open.size <= given.openMax && book.state.ended.size <= given.endedMax);
      }
    }),
    { numRuns: 3000 },
  );
  const codes = ['ENDED', 'CONFLICT', 'FULL', 'UNKNOWN', 'OUT_OF_TURN'].map((code) => `SAGA_${code}`);
  const kinds = ['ok', 'done', 'compensated', 'step_failed', 'cancel_requested', 'saga_forgotten'];
  expect([...codes, ...kinds].filter((each) => (seen.get(each) ?? 0) < 300)).toEqual([]);
});

test('is the same from its log, from a snapshot, and from a snapshot and the rest of the log', () => {
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 60, size: 'max' }), fc.nat(200), (wishes, cut) => {
      const room = sagasProjection({ openMax: 3, endedMax: 2 });
      const book = new SagaBook({ openMax: 3, endedMax: 2 });
      for (const each of wishes) book.give(commandOf(askOf(book, each)));
      const lived = encode(room.capture(book.state));
      const replayed = room.initial();
      const from = Math.min(cut, book.log.length);
      for (const entry of book.log.slice(0, from)) room.apply(replayed, entry, 0);
      const resumed = room.restore(decode(encode(room.capture(replayed))));
      for (const entry of book.log.slice(from)) room.apply(resumed, entry, 0);
      assert.deepEqual(encode(room.capture(resumed)), lived);
      assert.deepEqual(encode(room.capture(room.restore(decode(lived)))), lived);
    }),
    { numRuns: 500 },
  );
});
