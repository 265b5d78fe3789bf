import { describe, expect, test } from 'vitest';
import { type CborValue, decode, encode } from '../../../src/codec/cbor.js';
import { readArray, readRecord } from '../../../src/codec/shape.js';
import type { SagaEntry } from '../../../src/sagas/entry.js';
import { sagaResultBytesMax, sagaStepsMax } from '../../../src/sagas/limits.js';
import { sagasProjection } from '../../../src/sagas/projection.js';
import { nextCompensation } from '../../../src/sagas/saga.js';
import { sealPayload } from '../../../src/steps/payload.js';
import { beginning, done, failed, manySagas, SagaBook, tempest } from './fixtures.js';

const sagaId = 'a';
const reason = 'no more';
const trying = (step: number) => ({ kind: 'try_step', sagaId, step }) as const;
const settling = (step: number, outcome = done(), attempt = 1) =>
  ({ kind: 'settle_step', sagaId, step, attempt, outcome }) as const;
const undoing = (step: number) => ({ kind: 'try_compensation', sagaId, step }) as const;
const undone = (step: number, attempt = 1) =>
  ({ kind: 'settle_compensation', sagaId, step, attempt }) as const;
const cancelling = { kind: 'cancel', sagaId, reason } as const;
const givingUp = { kind: 'turn_back', sagaId, failure: tempest } as const;

/** A saga of which so many steps are done. */
function begun(stepsDone = 0): SagaBook {
  const book = new SagaBook();
  book.do(beginning(sagaId));
  for (let step = 0; step < stepsDone; step += 1) {
    book.do(trying(step));
    book.do(settling(step));
  }
  return book;
}

const open = (book: SagaBook) => {
  const saga = book.state.open.get(sagaId);
  if (saga === undefined) throw new Error('it is not open');
  return saga;
};

describe('a saga', () => {
  test('is done when its last step is, in the same batch', () => {
    const book = begun(2);
    book.do(trying(2));
    expect(book.do(settling(2))).toEqual(['step_done', 'saga_ended']);
    expect(book.state.ended.get(sagaId)?.end).toEqual({ kind: 'done' });
  });

  test('goes back over all its steps, the last one first, when one fails for good', () => {
    const book = begun(2);
    book.do(trying(2));
    expect(book.do(settling(2, failed))).toEqual(['step_failed', 'turned_back']);
    const order: (number | undefined)[] = [];
    while (book.state.open.has(sagaId)) {
      const step = nextCompensation(open(book)) ?? -1;
      order.push(step);
      book.do(undoing(step));
      book.do(undone(step));
    }
    expect(order).toEqual([2, 1, 0]);
    const cause = { kind: 'failed', step: 'unload', failure: tempest };
    expect(book.state.ended.get(sagaId)?.end).toEqual({ kind: 'compensated', cause });
  });

  test('G1: compensates in no other order', () => {
    const book = begun(2);
    book.do(cancelling);
    expect(book.give(undoing(0)).refusal?.code).toBe('SAGA_OUT_OF_TURN');
    expect(book.give(undone(0, 0)).refusal?.code).toBe('SAGA_OUT_OF_TURN');
  });

  test('G3: takes a step in doubt as possibly done, and compensates it', () => {
    const book = begun(1);
    book.do(trying(1));
    expect(book.do(givingUp)).toEqual(['turned_back']);
    expect(nextCompensation(open(book))).toBe(1);
  });

  test('G4, G7: knows which compensations hold, whatever is restarted', () => {
    const book = begun(2);
    book.do(cancelling);
    book.do(undoing(1));
    const room = sagasProjection(manySagas);
    const restarted = () => room.restore(room.capture(book.state)).open.get(sagaId);
    expect(nextCompensation(restarted() ?? open(book))).toBe(1);
    book.do(undone(1));
    expect(nextCompensation(restarted() ?? open(book))).toBe(0);
  });

  test('F52: stays compensating for as long as a compensation does not hold', () => {
    const book = begun(1);
    book.do(cancelling);
    for (let attempt = 1; attempt <= 50; attempt += 1) {
      expect(book.do(undoing(0))).toEqual(['compensation_tried']);
    }
    expect(open(book).records[0]?.compensationAttempts).toBe(50);
    expect(book.give(undone(0, 49)).refusal?.code).toBe('SAGA_OUT_OF_TURN');
    expect(book.do(undone(0, 50))).toEqual(['compensation_done', 'saga_ended']);
  });

  test('counts its tries, and takes the outcome of the last one alone', () => {
    const book = begun();
    book.do(trying(0));
    book.do(trying(0));
    expect(open(book).records[0]?.attempts).toBe(2);
    expect(book.give(settling(0)).refusal?.code).toBe('SAGA_OUT_OF_TURN');
    expect(book.do(settling(0, done(), 2))).toEqual(['step_done']);
  });
});

describe('a wish to cancel', () => {
  test('that comes before anything was tried ends the saga', () => {
    expect(begun().do(cancelling)).toEqual(['cancel_requested', 'turned_back', 'saga_ended']);
  });

  test('that comes between two steps turns it back at once', () => {
    expect(begun(1).do(cancelling)).toEqual(['cancel_requested', 'turned_back']);
  });

  test.each([
    ['is done', settling(1)],
    ['has failed', settling(1, failed)],
    ['is given up', givingUp],
  ])('that comes while a step is in doubt waits until that %s', (_name, command) => {
    const book = begun(1);
    book.do(trying(1));
    expect(book.do(cancelling)).toEqual(['cancel_requested']);
    expect(book.give(trying(1)).refusal?.code).toBe('SAGA_OUT_OF_TURN');
    expect(book.do(command)).toContain('turned_back');
    expect(nextCompensation(open(book))).toBe(1);
  });

  test('that comes while the last step is in doubt undoes that one too', () => {
    const book = begun(2);
    book.do(trying(2));
    book.do(cancelling);
    expect(book.do(settling(2))).toEqual(['step_done', 'turned_back']);
  });

  test('given again changes nothing: the first reason stands', () => {
    const book = begun(1);
    book.do(cancelling);
    expect(book.do({ ...cancelling, reason: 'another' })).toEqual([]);
    expect(open(book).cause).toEqual({ kind: 'cancelled', reason });
  });

  test('F51: that comes when all is done is told so', () => {
    const book = begun(3);
    expect(book.give(cancelling).refusal).toMatchObject({ code: 'SAGA_ENDED', end: { kind: 'done' } });
  });
});

describe('the id of a saga', () => {
  test('given again attaches, also when the saga has ended', () => {
    const book = begun(1);
    expect(book.do({ ...beginning(sagaId), runKey: '0'.repeat(32) })).toEqual([]);
    book.do(trying(1));
    book.do(settling(1));
    book.do(trying(2));
    book.do(settling(2));
    expect(book.do(beginning(sagaId))).toEqual([]);
    expect(book.give(beginning(sagaId, { input: 'sugar' })).refusal?.code).toBe('SAGA_CONFLICT');
  });

  test.each([{ name: 'flight' }, { input: 'sugar' }, { sessionId: 's2' }])(
    'with other %s conflicts',
    (other) => {
      expect(begun().give(beginning(sagaId, other)).refusal?.code).toBe('SAGA_CONFLICT');
    },
  );

  test('is forgotten when more have ended since than are to be known', () => {
    const book = new SagaBook({ openMax: 2, endedMax: 1 });
    for (const id of ['a', 'b']) {
      book.do(beginning(id));
      book.do({ ...cancelling, sagaId: id });
    }
    expect([...book.state.ended.keys()]).toEqual(['b']);
    expect(book.log.at(-1)).toEqual({ kind: 'saga_forgotten', sagaId: 'a' });
    expect(book.give(cancelling).refusal?.code).toBe('SAGA_UNKNOWN');
  });

  test('is refused when as many are open as may be', () => {
    const book = new SagaBook({ openMax: 1, endedMax: 1 });
    book.do(beginning('a'));
    expect(book.give(beginning('b')).refusal?.code).toBe('SAGA_FULL');
  });
});

describe('refused is', () => {
  const terms = beginning(sagaId);
  test.each([
    ['no id', { ...terms, sagaId: '' }],
    ['an id that is no text', { ...terms, sagaId: '\ud800' }],
    ['a name that is too long', { ...terms, name: 'n'.repeat(201) }],
    ['a saga without steps', { ...terms, steps: [] }],
    ['one with too many', { ...terms, steps: Array.from({ length: sagaStepsMax + 1 }, (_, at) => `s${at}`) }],
    ['one that has a step twice', { ...terms, steps: ['load', 'load'] }],
    ['a digest that is none', { ...terms, inputDigest: 'abc' }],
    ['a run key that is none', { ...terms, runKey: 'abc' }],
  ])('%s', (_name, command) => {
    expect(new SagaBook().give(command).refusal?.code).toBe('SAGA_INVALID');
  });

  test('a result that is too large', () => {
    const book = begun();
    book.do(trying(0));
    const result = sealPayload('x'.repeat(sagaResultBytesMax), 'result');
    expect(book.give(settling(0, { kind: 'done', result })).refusal?.code).toBe('SAGA_RESULT_TOO_LARGE');
  });

  test.each([
    ['to give up what is not in doubt', givingUp],
    ['to compensate what goes forward', undoing(0)],
    ['to skip a step', trying(2)],
  ])('%s', (_name, command) => {
    expect(begun(1).give(command).refusal?.code).toBe('SAGA_OUT_OF_TURN');
  });

  test.each([
    ['to try', trying(1)],
    ['to settle', settling(0)],
  ])('%s a step of a saga that goes back', (_name, command) => {
    const book = begun(1);
    book.do(cancelling);
    expect(book.give(command).refusal?.code).toBe('SAGA_OUT_OF_TURN');
    expect(book.do(givingUp)).toEqual([]);
  });

  test.each(['openMax', 'endedMax'])('%s of 0', (limit) => {
    expect(() => sagasProjection({ ...manySagas, [limit]: 0 })).toThrow(
      expect.objectContaining({ code: 'SAGA_INVALID_LIMIT' }),
    );
  });
});

describe('a log', () => {
  test.each<readonly [string, SagaEntry]>([
    ['a saga that was begun', { ...beginning(sagaId), kind: 'saga_begun' }],
    ['a step that was never tried', { kind: 'step_done', sagaId, step: 2, result: sealPayload(1, 'it') }],
    ['a saga that nobody knows', { kind: 'step_tried', sagaId: 'x', step: 0, attempt: 1 }],
    ['an end that cannot be', { kind: 'saga_ended', sagaId, outcome: 'compensated' }],
    ['what has not ended', { kind: 'saga_forgotten', sagaId }],
  ])('that speaks of %s is corrupt', (_name, entry) => {
    expect(() => begun(1).take(entry)).toThrow(expect.objectContaining({ code: 'SAGA_LOG_CORRUPT' }));
  });

  test.each<readonly [string, CborValue]>([
    ['no known kind', { kind: 'forged', saga_id: 'a' }],
    ['no step', { kind: 'compensation_done', saga_id: 'a' }],
    ['no attempt', { kind: 'step_tried', saga_id: 'a', step: 0, attempt: 0 }],
    ['no cause', { kind: 'turned_back', saga_id: 'a', cause: { kind: 'weather' } }],
  ])('with an entry of %s is refused', (_name, value) => {
    expect(() => sagasProjection(manySagas).decodeEntry(decode(encode(value)))).toThrow(
      expect.objectContaining({ code: 'CODEC_UNEXPECTED_SHAPE' }),
    );
  });

  test('with a snapshot that holds a saga twice is refused', () => {
    const room = sagasProjection(manySagas);
    const captured = (book: SagaBook) => room.capture(book.state);
    const both = begun(1);
    both.do(cancelling);
    const twice = (part: 'open' | 'ended', value: CborValue): CborValue => {
      const held = readArray(readRecord(value, 'sagas')[part], part);
      return { open: [], ended: [], [part]: [...held, ...held] };
    };
    const ended = begun();
    ended.do(cancelling);
    for (const value of [twice('open', captured(both)), twice('ended', captured(ended))]) {
      expect(() => room.restore(value)).toThrow(expect.objectContaining({ code: 'SAGA_LOG_CORRUPT' }));
    }
  });
});
