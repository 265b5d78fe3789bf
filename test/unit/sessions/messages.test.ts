import { describe, expect, test } from 'vitest';
import { bufferMessagesDefault } from '../../../src/sessions/limits.js';
import { end, receive, send } from '../../../src/sessions/local-type.js';
import { OpenPlan } from '../../../src/sessions/open-plan.js';
import { nextMessage } from '../../../src/sessions/view.js';
import { receiving, sends, Sessions } from './fixtures.js';

describe('a message', () => {
  test('is seen on its own edge alone, with what it carries, until it is received', () => {
    const room = new Sessions();
    const sid = room.open();
    room.do(sends(sid, 'ask'));
    expect(nextMessage(room.session(sid), 'a', 'b')).toEqual({ label: 'ask', payload: Uint8Array.of(7) });
    expect(nextMessage(room.session(sid), 'b', 'a')).toBeUndefined();
    expect(room.refusal(receiving(sid, 'b', 'a'))).toMatchObject({
      code: 'SESSION_NOTHING_TO_RECEIVE',
      message: 'nothing waits on b -> a',
    });
    room.do(receiving(sid));
    expect(room.ask(receiving(sid))).toBe('SESSION_NOTHING_TO_RECEIVE');
  });

  test('goes where the protocol does, and nowhere else', () => {
    const room = new Sessions();
    const sid = room.open();
    for (const [from, to] of [
      ['a', 'c'],
      ['c', 'a'],
      ['a', 'a'],
      ['a', 'x'],
    ] as const) {
      for (const command of [sends(sid, 'ask', from, to), receiving(sid, from, to)]) {
        expect(room.refusal(command)).toMatchObject({
          code: 'SESSION_NO_BUFFER',
          message: `no buffer for edge ${from} -> ${to}`,
        });
      }
    }
  });

  test('is received in the order in which it was sent', () => {
    const room = new Sessions();
    const sid = room.open();
    room.do(sends(sid, 'ask'), sends(sid, 'ask'), sends(sid, 'stop'));
    expect([1, 2, 3].map(() => room.received(sid, 'a', 'b'))).toEqual(['ask', 'ask', 'stop']);
  });

  test('is in the turn of whoever sends it, or is refused, and the refusal says whose turn it is', () => {
    const room = new Sessions();
    const sid = room.open();
    expect(room.refusal(sends(sid, 'yes', 'b', 'a'))).toMatchObject({
      code: 'SESSION_OUT_OF_PROTOCOL',
      allowed: ['answer', 'ask', 'stop'].map((label) => ({ direction: 'receive', partner: 'a', label })),
    });
    room.do(sends(sid, 'answer'));
    expect(room.ask(sends(sid, 'ask'))).toBe('SESSION_OUT_OF_PROTOCOL');
    room.do(receiving(sid), sends(sid, 'yes', 'b', 'a'), receiving(sid, 'b', 'a'));
    expect(room.ask(sends(sid, 'stop'))).toBeUndefined();
    expect(room.ask(sends(sid, 'ask'))).toBe('SESSION_OUT_OF_PROTOCOL');
  });

  test('that its receiver cannot take stays where it is', () => {
    const room = new Sessions();
    const sid = room.open({
      plan: OpenPlan.of({ a: send('b', { go: end, stop: end }), b: receive('a', { go: end }) }),
    });
    room.do(sends(sid, 'stop'));
    expect(room.ask(receiving(sid))).toBe('SESSION_OUT_OF_PROTOCOL');
    expect(nextMessage(room.session(sid), 'a', 'b')?.label).toBe('stop');
  });
});

describe('a buffer', () => {
  test('takes so many messages, and then blocks; nothing is lost', () => {
    const room = new Sessions();
    const sid = room.open();
    for (let sent = 0; sent < bufferMessagesDefault; sent += 1) room.do(sends(sid, 'ask'));
    expect(room.refusal(sends(sid, 'ask'))).toMatchObject({
      code: 'SESSION_BUFFER_FULL',
      policy: 'block',
      message: `a -> b holds ${bufferMessagesDefault} messages`,
    });
    expect(room.ask(sends(sid, 'yes'))).toBe('SESSION_OUT_OF_PROTOCOL');
    room.do(receiving(sid));
    expect(room.ask(sends(sid, 'ask'))).toBeUndefined();
    expect(room.session(sid).edges[0]?.messages).toHaveLength(bufferMessagesDefault);
  });

  test('of fewer messages than a log holds is still the log', () => {
    const room = new Sessions();
    const sid = room.open();
    room.do(sends(sid, 'ask'), sends(sid, 'ask'));
    const smaller = room.restarted({ bufferMessagesMax: 1 });
    expect(smaller.state).toEqual(room.state);
    expect(smaller.ask(sends(sid, 'ask'))).toBe('SESSION_BUFFER_FULL');
  });
});
