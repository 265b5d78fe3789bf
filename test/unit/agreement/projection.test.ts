import { describe, expect, test } from 'vitest';
import { agreementProjection } from '../../../src/agreement/projection.js';
import { visibleAt } from '../../../src/agreement/visibility.js';
import { encode } from '../../../src/codec/cbor.js';
import {
  commitFact,
  finalize,
  finalizedRoom,
  gate,
  register,
  Room,
  softSafeRoom,
  submit,
  witness,
} from './fixtures.js';

describe('a snapshot', () => {
  test('gives the state back, and the same bytes again', () => {
    const room = finalizedRoom();
    room.do(gate('finalized'), register({ operationId: 'op#2' }));
    const copy = new Room();
    copy.state = room.reread();
    expect(copy.state).toEqual(room.state);
    expect(copy.bytes()).toBe(room.bytes());
  });

  test('is the same whatever the order in which operations came', () => {
    const [one, other] = [new Room(), new Room()];
    one.do(register({ operationId: 'a' }), register({ operationId: 'b' }));
    other.do(register({ operationId: 'b' }), register({ operationId: 'a' }));
    expect(one.bytes()).toBe(other.bytes());
  });

  test('keeps the rule: what was one participant short before it, is so after it', () => {
    const room = new Room();
    room.do(register({ rule: { kind: 'unanimous' } }), submit(witness('alice')), submit(commitFact()));
    room.state = room.reread();
    expect(room.refusal(finalize('finalized'))).toMatchObject({
      code: 'AGREEMENT_RULE_NOT_MET',
      progress: { required: 3, counted: 1 },
    });
  });

  test('D14: keeps outcomes: what was decided before it cannot be decided otherwise after it', () => {
    const room = softSafeRoom();
    room.do(finalize('rejected'));
    room.state = room.reread();
    expect(room.refusal(finalize('aborted'))).toMatchObject({ decided: { outcome: 'rejected' } });
    expect(room.do(finalize('rejected'))).toEqual([]);
  });

  test('D13: keeps bodies: changed evidence is still a conflict after it', () => {
    const room = softSafeRoom();
    room.state = room.reread();
    expect(room.do(submit(witness('alice')))).toEqual([]);
    expect(room.refusal(submit(witness('alice', { reference: 'other' })))).toMatchObject({
      code: 'AGREEMENT_EVIDENCE_CONFLICT',
    });
  });

  test('that holds what no log could is refused', () => {
    const { log } = softSafeRoom();
    const entries = log.map((entry) => agreementProjection.encodeEntry(entry));
    for (const history of [entries.slice(1), [...entries, ...entries.slice(1)], entries.toReversed()]) {
      const forged = { last_lsn: 9, operations: [encode(history)] };
      expect(() => agreementProjection.restore(forged)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^AGREEMENT_/) }),
      );
    }
    expect(() => agreementProjection.restore({ operations: 'none' })).toThrow(/agreement\.operations/);
  });
});

describe('replay', () => {
  test('of the log gives the live state', () => {
    const room = finalizedRoom();
    const replayed = new Room();
    replayed.take(room.log);
    expect(replayed.state).toEqual(room.state);
    expect(replayed.bytes()).toBe(room.bytes());
  });

  test('of entries that were never decided is refused', () => {
    const { log } = softSafeRoom();
    const state = agreementProjection.initial();
    const second = log[1];
    if (second === undefined) throw new Error('nothing was recorded');
    expect(() => agreementProjection.apply(state, second, 1)).toThrow(
      expect.objectContaining({ code: 'AGREEMENT_LOG_CORRUPT' }),
    );
  });
});

describe('what may be seen', () => {
  test('of an operation that nobody registered, nothing', () => {
    expect(visibleAt(new Room().state, 'op#1')).toEqual({ kind: 'unknown' });
    expect(new Room().stateOf()).toBe(undefined);
  });

  test('level and outcome, and whether the result may be used', () => {
    const soft = softSafeRoom({ visibility: 'blocked_until_finalized' });
    const seen = { kind: 'registered', level: 'soft_safe', outcome: null, usable: false };
    expect(visibleAt(soft.state, 'op#1')).toEqual(seen);
    expect(visibleAt(softSafeRoom().state, 'op#1')).toEqual({ ...seen, usable: true });
    soft.do(submit(commitFact()), finalize('finalized'));
    expect(visibleAt(soft.state, 'op#1')).toEqual({
      kind: 'registered',
      level: 'finalized',
      outcome: 'finalized',
      usable: true,
    });
  });

  test('of a discarded operation, its outcome and no result', () => {
    const room = softSafeRoom({ visibility: 'immediate', usableAt: 'none' });
    room.do(finalize('timed_out'));
    expect(visibleAt(room.state, 'op#1')).toEqual({
      kind: 'registered',
      level: 'soft_safe',
      outcome: 'timed_out',
      usable: false,
    });
  });
});
