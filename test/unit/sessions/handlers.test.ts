import { describe, expect, test } from 'vitest';
import type { OwnerCommand } from '../../../src/sessions/command.js';
import { payloadBytesMax, timeMaxMs, traceMax } from '../../../src/sessions/limits.js';
import { handlerOf } from '../../../src/sessions/view.js';
import { bind, fault, open, owner, receiving, reap, sends, Sessions, trace } from './fixtures.js';

const byDefault = (sid: number, handler: string): OwnerCommand => ({
  kind: 'bind_default_handler',
  sid,
  sessionId: 's',
  handler,
  atMs: 0,
});

test('an edge has its own handler, or that of the session, or none; and a trace', () => {
  const room = new Sessions();
  const sid = room.open();
  expect(handlerOf(room.session(sid), 'a', 'b')).toBeNull();
  room.do(byDefault(sid, 'every'), bind(sid, 'own'), trace(sid, ['x']), trace(sid, ['y', 'z']));
  expect(handlerOf(room.session(sid), 'a', 'b')).toBe('own');
  expect(handlerOf(room.session(sid), 'b', 'a')).toBe('every');
  expect(room.session(sid).edges.map((edge) => edge.trace)).toEqual([['y', 'z'], []]);
});

describe('O15: an edge that is bound', () => {
  test('is of the session that is meant', () => {
    const room = new Sessions();
    const [one, other] = [room.open(), room.open()];
    expect(room.ask(bind(one, 'h', { sid: other }))).toBe('SESSION_FOREIGN_EDGE');
    expect(room.ask(trace(one, ['t'], other))).toBe('SESSION_FOREIGN_EDGE');
    expect(handlerOf(room.session(other), 'a', 'b')).toBeNull();
  });

  test.each([{ from: 'x' }, { to: 'x' }, { to: 'c' }])('is one of its protocol: %o', (edge) => {
    const room = new Sessions();
    expect(room.ask(bind(room.open(), 'h', edge))).toBe('SESSION_NO_BUFFER');
  });

  test('is dispatched to the same handler after a snapshot and after a replay, whatever other sessions have', () => {
    const room = new Sessions();
    const sids = [room.open(), room.open()];
    room.do(bind(1, 'of one'), bind(0, 'of zero'), bind(1, 'of one, again'));
    for (const each of [room, room.restarted(), room.replayed()]) {
      const handlers = sids.map((sid) => handlerOf(each.session(sid), 'a', 'b'));
      expect(handlers).toEqual(['of zero', 'of one, again']);
    }
  });
});

test('an owner changes what its own ownership guards, and nothing else', () => {
  const room = new Sessions();
  const sid = room.open({ sessionId: 'other' });
  for (const command of [
    bind(sid, 'h'),
    trace(sid, []),
    byDefault(sid, 'h'),
    owner('drain', sid),
    owner('close', sid),
    owner('cancel', sid),
    fault(sid),
  ]) {
    expect(room.ask(command)).toBe('SESSION_NOT_OF_OWNER');
  }
  room.do(owner('close', sid, 'other'), reap());
  expect(room.ask(owner('close', sid))).toBe('SESSION_NOT_OF_OWNER');
});

test('what cannot be meant is refused as such', () => {
  const room = new Sessions();
  room.open();
  const half = '\ud800';
  for (const command of [
    open({ requestId: '' }),
    open({ sessionId: half }),
    open({ atMs: -1 }),
    open({ atMs: timeMaxMs + 1 }),
    reap(0.5),
    sends(-1, 'ask'),
    sends(0, ''),
    sends(0, 'ask', half),
    receiving(0, 'a', ''),
    {
      kind: 'send',
      sid: 0,
      from: 'a',
      to: 'b',
      label: 'ask',
      payload: new Uint8Array(payloadBytesMax + 1),
      atMs: 0,
    },
    owner('close', 0, ''),
    bind(0, ''),
    bind(0, 'h', { from: '' }),
    byDefault(0, half),
    trace(0, ['']),
    trace(
      0,
      Array.from({ length: traceMax + 1 }, () => 't'),
    ),
    fault(0, half),
  ] as const) {
    expect(room.ask(command)).toBe('SESSION_INVALID_COMMAND');
  }
});
