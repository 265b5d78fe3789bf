import { describe, expect, test } from 'vitest';
import { type CborValue, decode, encode } from '../../../src/codec/cbor.js';
import { readArray, readRecord } from '../../../src/codec/shape.js';
import type { SagaEntry } from '../../../src/sagas/entry.js';
import { sagaResultBytesMax, sagaStepsMax } from '../../../src/sagas/limits.js';
import { sagasProjection } from '../../../src/sagas/projection.js';
import { nextAct } from '../../../src/sagas/next-act.js';
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
    expect(open(book).records[2]?.progress).toEqual({ kind: 'failed', failure: tempest });
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

  test('given again while a step is in doubt, or to a saga that goes back already, changes nothing either', () => {
    const doubtful = begun(1);
    doubtful.do(trying(1));
    expect(doubtful.do(cancelling)).toEqual(['cancel_requested']);
    expect(doubtful.do({ ...cancelling, reason: 'another' })).toEqual([]);
    expect(open(doubtful)).toMatchObject({ cancelReason: reason, cause: null });
    const returning = begun(1);
    returning.do(trying(1));
    returning.do(givingUp);
    expect(returning.do(cancelling)).toEqual([]);
    expect(open(returning)).toMatchObject({ cancelReason: null, cause: { kind: 'failed', step: 'sail' } });
  });

  test('is what a step in doubt that is given up is undone for', () => {
    const book = begun(1);
    book.do(trying(1));
    book.do(cancelling);
    expect(nextAct(open(book), 9)).toEqual({ kind: 'turn_back' });
    expect(book.do(givingUp)).toEqual(['turned_back']);
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

  test('is forgotten no sooner, the first that ended first', () => {
    const book = new SagaBook({ openMax: 4, endedMax: 2 });
    for (const id of ['a', 'b', 'c', 'd']) book.do(beginning(id));
    for (const [id, known] of [
      ['b', ['b']],
      ['a', ['b', 'a']],
      ['d', ['a', 'd']],
      ['c', ['d', 'c']],
    ] as const) {
      book.do({ ...cancelling, sagaId: id });
      expect([...book.state.ended.keys()]).toEqual(known);
    }
  });

  test('is refused when as many are open as may be', () => {
    const book = new SagaBook({ openMax: 1, endedMax: 1 });
    book.do(beginning('a'));
    expect(book.give(beginning('b')).refusal?.code).toBe('SAGA_FULL');
  });
});

describe('refused is', () => {
  const terms = beginning(sagaId);
  const ofText = 'an id or name has 1 to 200 bytes of text';
  const ofSteps = `a saga has 1 to ${sagaStepsMax} steps`;
  const names = (length: number): readonly string[] => Array.from({ length }, (_, at) => `s${at}`);
  const longer = (field: 'inputDigest' | 'runKey', where: 'before' | 'behind') => ({
    ...terms,
    [field]: where === 'before' ? `0${terms[field]}` : `${terms[field]}0`,
  });
  test.each([
    ['no id', ofText, { ...terms, sagaId: '' }],
    ['an id that is no text', ofText, { ...terms, sagaId: '\ud800' }],
    ['a name that is too long', ofText, { ...terms, name: 'n'.repeat(201) }],
    ['a saga without steps', ofSteps, { ...terms, steps: [] }],
    ['one with too many', ofSteps, { ...terms, steps: names(sagaStepsMax + 1) }],
    ['one that has a step twice', 'two steps have one name', { ...terms, steps: ['load', 'load'] }],
    ['a short digest', 'the input digest is none', { ...terms, inputDigest: 'abc' }],
    ['a digest with something before it', 'the input digest is none', longer('inputDigest', 'before')],
    ['a digest with something behind it', 'the input digest is none', longer('inputDigest', 'behind')],
    ['a short run key', 'the run key is none', { ...terms, runKey: 'abc' }],
    ['a run key with something before it', 'the run key is none', longer('runKey', 'before')],
    ['a run key with something behind it', 'the run key is none', longer('runKey', 'behind')],
  ])('%s', (_name, why, command) => {
    expect(new SagaBook().give(command).refusal).toMatchObject({
      code: 'SAGA_INVALID',
      message: expect.stringContaining(why),
    });
  });

  test('nothing of the most steps, the longest name, or the largest result', () => {
    const book = new SagaBook();
    expect(book.do({ ...terms, name: 'n'.repeat(200), steps: names(sagaStepsMax) })).toEqual(['saga_begun']);
    book.do(trying(0));
    const shorter = sealPayload('x'.repeat(sagaResultBytesMax - 3), 'result');
    expect(shorter.length).toBe(sagaResultBytesMax);
    expect(book.do(settling(0, { kind: 'done', result: shorter }))).toEqual(['step_done']);
  });

  test('a result that is too large', () => {
    const book = begun();
    book.do(trying(0));
    const result = sealPayload('x'.repeat(sagaResultBytesMax), 'result');
    expect(book.give(settling(0, { kind: 'done', result })).refusal?.code).toBe('SAGA_RESULT_TOO_LARGE');
  });

  test.each([
    ['to give up what is not in doubt', 'no step is in doubt', givingUp],
    ['to compensate what goes forward', 'it goes forward', undoing(0)],
    ['to say so', 'attempt 1 to compensate step 0 is not on', undone(0)],
    ['to skip a step', 'step 2 is not the next one', trying(2)],
    ['to settle what was not tried', 'attempt 1 of step 1 is not on', settling(1)],
    ['to settle what has settled', 'attempt 1 of step 0 is not on', settling(0)],
  ])('%s', (_name, why, command) => {
    expect(begun(1).give(command).refusal).toMatchObject({
      code: 'SAGA_OUT_OF_TURN',
      message: expect.stringContaining(why),
    });
  });

  test('to try a step of a saga that is to be cancelled', () => {
    const book = begun(1);
    book.do(trying(1));
    book.do(cancelling);
    expect(book.give(trying(1)).refusal?.message).toContain('it is to be cancelled');
  });

  test.each([
    ['before it was tried', 'attempt 0 to compensate step 1 is not on', undone(1, 0)],
    ['of another step', 'attempt 0 to compensate step 0 is not on', undone(0, 0)],
    ['of a step that there is none of', 'step 7 is not the next one to compensate', undoing(7)],
  ])('a compensation %s', (_name, why, command) => {
    const book = begun(2);
    book.do(cancelling);
    expect(book.give(command).refusal).toMatchObject({
      code: 'SAGA_OUT_OF_TURN',
      message: expect.stringContaining(why),
    });
  });

  test.each([
    ['to try', trying(1)],
    ['to settle', settling(1)],
  ])('%s a step of a saga that goes back', (_name, command) => {
    const book = begun(1);
    book.do(trying(1));
    book.do(givingUp);
    expect(book.give(command).refusal).toMatchObject({
      code: 'SAGA_OUT_OF_TURN',
      message: expect.stringContaining('it goes back'),
    });
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
    ['begun twice', { ...beginning(sagaId), kind: 'saga_begun' }],
    ['step 2 was never tried', { kind: 'step_done', sagaId, step: 2, result: sealPayload(1, 'it') }],
    ['is not open', { kind: 'step_tried', sagaId: 'x', step: 0, attempt: 1 }],
    ['cannot end as compensated', { kind: 'saga_ended', sagaId, outcome: 'compensated' }],
    ['forgotten before it ended', { kind: 'saga_forgotten', sagaId }],
  ])('that cannot have been decided is corrupt: %s', (why, entry) => {
    expect(() => begun(1).take(entry)).toThrow(
      expect.objectContaining({
        code: 'SAGA_LOG_CORRUPT',
        name: 'SagaLogCorrupt',
        message: `sagas log is corrupt at \`${entry.sagaId}\`: ${why}`,
      }),
    );
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
