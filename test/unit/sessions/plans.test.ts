import { describe, expect, test } from 'vitest';
import { end, type LocalType, receive, send } from '../../../src/sessions/local-type.js';
import { OpenPlan } from '../../../src/sessions/open-plan.js';
import { asking, open, owner, receiving, reap, sends, Sessions } from './fixtures.js';

const direction = ({ from, to }: { readonly from: string; readonly to: string }): string => `${from}${to}`;

describe('a plan', () => {
  test('has an edge wherever the protocol sends or receives, in the order of the roles, and no other', () => {
    const plan = OpenPlan.of({
      c: send('a', { go: receive('b', { on: end }) }),
      b: send('c', { on: end }),
      a: receive('c', { go: end }),
    });
    expect(plan.edges.map(direction)).toEqual(['ca', 'bc']);
    expect(asking.edges.map(direction)).toEqual(['ab', 'ba']);
  });

  test('is the same however often it is made, and has a digest that no other has', () => {
    const types: Record<string, LocalType> = { a: send('b', { go: end }), b: receive('a', { go: end }) };
    expect(OpenPlan.of(types)).toEqual(OpenPlan.of(types));
    const digests = [types, { ...types, c: end }, { ...types, b: end }].map(
      (each) => OpenPlan.of(each).digest,
    );
    expect(new Set(digests).size).toBe(3);
    expect(OpenPlan.of(types).digest).toBe(digests[0]);
  });

  test('opens as many sessions as one likes, each with its own messages: names of roles do not meet', () => {
    const room = new Sessions();
    const [one, other] = [room.open(), room.open()];
    room.do(sends(one, 'ask'));
    expect(room.ask(receiving(other))).toBe('SESSION_NOTHING_TO_RECEIVE');
    room.do(sends(other, 'stop'));
    expect([room.received(one, 'a', 'b'), room.received(other, 'a', 'b')]).toEqual(['ask', 'stop']);
  });

  test.each<[string, Record<string, LocalType>]>([
    ['0 roles', {}],
    ['17 roles', Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`r${at}`, end]))],
    ['role of 0 code units', { '': end }],
    ['`a` -> `x` is not between roles', { a: send('x', { go: end }) }],
    ['`x` -> `a` is not between roles', { a: receive('x', { go: end }) }],
    ['`a` speaks to itself', { a: send('a', { go: end }) }],
  ])('%s: refused', (reason, types) => {
    expect(() => OpenPlan.of(types)).toThrowError(reason);
  });

  test('a role given twice: refused', () => {
    expect(() => new OpenPlan([...asking.roles, ...asking.roles])).toThrowError('a role is given twice');
  });
});

describe('a session is opened', () => {
  test('once by one request, however often it is given, also after its end and in the archive', () => {
    const room = new Sessions();
    expect(room.do(open())).toHaveLength(1);
    expect(room.do(open())).toEqual([]);
    expect(room.ask(open({ sessionId: 'other' }))).toBe('SESSION_REQUEST_CONFLICT');
    room.do(owner('close', 0), reap());
    expect(room.do(open())).toEqual([]);
    expect(room.ask(open({ plan: OpenPlan.of({ a: end }) }))).toBe('SESSION_REQUEST_CONFLICT');
  });

  test('O16: under an id that no session ever had: not while it lives, is archived or was forgotten', () => {
    const room = new Sessions({ archivedMax: 1 });
    for (const sid of [room.open(), room.open()].toReversed()) room.do(owner('close', sid), reap());
    expect([...room.state.archived.keys()]).toEqual([0]);
    expect(room.ask(sends(1, 'ask'))).toBe('SESSION_NOT_FOUND');
    expect([room.restarted(), room.replayed(), room].map((each) => each.open())).toEqual([2, 2, 2]);
  });

  test('while there is room', () => {
    const room = new Sessions({ sessionsMax: 1 });
    room.open();
    expect(room.ask(open())).toBe('SESSION_LIMIT_REACHED');
    room.do(owner('cancel', 0), reap());
    expect(room.ask(open())).toBeUndefined();
  });
});
