import { describe, expect, test } from 'vitest';
import type { SessionsCommand } from '../../../src/sessions/command.js';
import { end, receive, send } from '../../../src/sessions/local-type.js';
import { OpenPlan } from '../../../src/sessions/open-plan.js';
import { memoryUsageOf } from '../../../src/sessions/view.js';
import { bind, fault, open, owner, reap, receiving, sends, Sessions, trace } from './fixtures.js';

/** Two questions on the way at once, answered one after the other. */
const pipelined = OpenPlan.of({
  a: send('b', { ask: send('b', { ask: receive('b', { yes: receive('b', { yes: end }) }) }) }),
  b: receive('a', { ask: send('a', { yes: receive('a', { ask: send('a', { yes: end }) }) }) }),
});

const ends: readonly (readonly [string, string, SessionsCommand])[] = [
  ['closed', 'closed', owner('close', 0)],
  ['cancelled', 'cancelled', owner('cancel', 0)],
  ['faulted', 'faulted: owner died', fault(0)],
];

describe.each(ends)('once a session is %s', (status, told, command) => {
  function ended(): Sessions {
    const room = new Sessions();
    room.open();
    room.do(command);
    return room;
  }

  test('O4: that is its end, in the archive too: no other, and nothing that counts as another', () => {
    const room = ended();
    for (const archive of [[], [reap()]]) {
      room.do(...archive);
      for (const other of [...ends.map(([, , last]) => last), owner('drain', 0)]) {
        expect(room.refusal(other)).toMatchObject({
          code: 'SESSION_TERMINAL',
          status: { kind: status },
          message: `session 0 has ended: ${told}`,
        });
      }
      expect(room.status(0)).toBe(status);
    }
    expect(room.state.archived.get(0)).toMatchObject({ epoch: 1, status: { kind: status } });
  });

  test('O5: nobody in it sends or receives, and nothing of it changes', () => {
    const room = ended();
    for (const late of [sends(0, 'ask'), receiving(0), bind(0, 'h'), trace(0, ['t'])]) {
      expect(room.ask(late)).toBe('SESSION_TERMINAL');
    }
  });
});

test('O5: what was on the way when a session was cancelled or has failed is received by nobody, and counted', () => {
  const room = new Sessions();
  for (const [sid, command] of [
    [0, owner('cancel', 0)],
    [1, fault(1)],
  ] as const) {
    room.open();
    room.do(sends(sid, 'ask'), sends(sid, 'ask'), trace(sid, ['t']), command);
    expect(room.ask(receiving(sid))).toBe('SESSION_TERMINAL');
    expect(room.session(sid)).toMatchObject({
      messagesDiscarded: 2,
      edges: [{ messages: [], trace: [] }, {}],
    });
  }
});

describe('a session that is to be closed', () => {
  test('O18: is not while messages are on the way: it says how many, and loses none', () => {
    const room = new Sessions();
    const sid = room.open();
    room.do(sends(sid, 'ask'));
    expect(room.refusal(owner('close', sid))).toMatchObject({ code: 'SESSION_NOT_DRAINED', messages: 1 });
    room.do(receiving(sid), owner('close', sid));
    expect(room.session(sid)).toMatchObject({ status: { kind: 'closed' }, messagesDiscarded: 0, epoch: 1 });
  });

  test('O18: drains: begins nothing, lets everything be received, and is closed with the last message', () => {
    const room = new Sessions();
    const sid = room.open();
    room.do(sends(sid, 'ask'), sends(sid, 'ask'), owner('drain', sid));
    expect(room.status(sid)).toBe('draining');
    expect(room.ask(sends(sid, 'ask'))).toBe('SESSION_DRAINING');
    expect(room.ask(owner('close', sid))).toBe('SESSION_NOT_DRAINED');
    expect(room.do(owner('drain', sid))).toEqual([]);
    expect(room.do(receiving(sid)).map(({ kind }) => kind)).toEqual(['received']);
    expect(room.do(receiving(sid)).map(({ kind }) => kind)).toEqual(['received', 'status_changed']);
    expect(room.session(sid)).toMatchObject({ status: { kind: 'closed' }, messagesDiscarded: 0, epoch: 2 });
  });

  test('O18: while it drains a role may send to get to a message that waits for it, and that is received too', () => {
    const room = new Sessions();
    const sid = room.open({ plan: pipelined });
    room.do(sends(sid, 'ask'), sends(sid, 'ask'), owner('drain', sid), receiving(sid));
    expect(room.ask(receiving(sid))).toBe('SESSION_OUT_OF_PROTOCOL');
    room.do(sends(sid, 'yes', 'b', 'a'), receiving(sid));
    expect(room.ask(sends(sid, 'yes', 'b', 'a'))).toBe('SESSION_DRAINING');
    expect(room.status(sid)).toBe('draining');
    room.do(receiving(sid, 'b', 'a'));
    expect(room.session(sid)).toMatchObject({ status: { kind: 'closed' }, messagesDiscarded: 0 });
  });

  test('is at once when nothing is on the way', () => {
    const room = new Sessions();
    const sid = room.open();
    expect(room.do(owner('drain', sid))).toHaveLength(2);
    expect(room.status(sid)).toBe('closed');
  });

  test('can still be cancelled, or fail, while it drains', () => {
    const room = new Sessions();
    for (const command of [owner('cancel', 0), fault(1)]) {
      const sid = room.open();
      room.do(sends(sid, 'ask'), owner('drain', sid), command);
      expect(room.session(sid)).toMatchObject({ messagesDiscarded: 1, epoch: 2 });
    }
  });
});

describe('a reap', () => {
  test('takes what has ended, and nothing else, and leaves a summary', () => {
    const room = new Sessions();
    const sids = [room.open(), room.open(), room.open()];
    room.do(bind(0, 'h'), owner('close', 0), sends(1, 'ask'), sends(2, 'ask'), owner('drain', 2), reap());
    expect([...room.state.sessions.keys()]).toEqual(sids.slice(1));
    expect([...room.state.archived.values()]).toMatchObject([
      {
        sid: 0,
        sessionId: 's',
        status: { kind: 'closed' },
        roleCount: 3,
        localTypeEntries: 3,
        edgeCount: 2,
        edgeHandlerCount: 1,
        messagesDiscarded: 0,
        epoch: 1,
      },
    ]);
    expect(room.do(reap())).toEqual([]);
    room.do(owner('cancel', 1), reap());
    expect(room.state.archived.get(1)).toMatchObject({ edgeHandlerCount: 0, messagesDiscarded: 1 });
  });

  test('of one owner takes what is its own', () => {
    const room = new Sessions();
    for (const sessionId of ['s', 't']) {
      const sid = room.open({ sessionId });
      room.do(owner('cancel', sid, sessionId));
    }
    expect(room.do(reap(0, 't'))).toMatchObject([{ kind: 'archived', sid: 1 }]);
    expect(room.do(reap(0, 'u'))).toEqual([]);
    expect(room.do(reap())).toMatchObject([{ kind: 'archived', sid: 0 }]);
  });

  test('forgets the oldest when the archive is full', () => {
    const room = new Sessions({ archivedMax: 2 });
    for (const sid of [0, 1, 2, 3]) {
      room.open();
      room.do(owner('cancel', sid), reap());
    }
    expect([...room.state.archived.keys()]).toEqual([2, 3]);
    expect(room.ask(owner('close', 1))).toBe('SESSION_NOT_FOUND');
  });

  test('is accounted for, as is everything else that is held, each for itself', () => {
    const room = new Sessions();
    const nothing = memoryUsageOf(room.state);
    expect(nothing).toMatchObject({ liveSessions: 0, retainedBytes: { total: 0 } });
    room.open();
    const opened = memoryUsageOf(room.state).retainedBytes;
    room.do(sends(0, 'ask'));
    const sent = memoryUsageOf(room.state).retainedBytes;
    room.do(bind(0, 'handler'));
    const bound = memoryUsageOf(room.state).retainedBytes;
    room.do(trace(0, ['one', 'two']));
    const traced = memoryUsageOf(room.state);
    expect(sent.buffers).toBeGreaterThan(opened.buffers);
    expect({ ...bound, handlers: 0, total: 0 }).toEqual({ ...sent, handlers: 0, total: 0 });
    expect(traced.retainedBytes.traces).toBeGreaterThan(bound.traces);
    expect(traced).toMatchObject({
      liveSessions: 1,
      endedSessions: 0,
      localTypeEntries: 3,
      buffers: 2,
      bufferedMessages: 1,
      edgeHandlers: 1,
    });
    const { total, ...parts } = traced.retainedBytes;
    expect(Object.values(parts).reduce((sum, each) => sum + each, 0)).toBe(total);
    room.do(owner('cancel', 0));
    expect(memoryUsageOf(room.state)).toMatchObject({
      liveSessions: 0,
      endedSessions: 1,
      bufferedMessages: 0,
    });
    room.do(reap());
    const { archived, total: left } = memoryUsageOf(room.state).retainedBytes;
    expect(archived).toBe(left);
    expect(archived).toBeGreaterThan(0);
  });
});

test('time does not go back: a command from before counts as given at the latest time', () => {
  const room = new Sessions();
  room.do(open({ atMs: 50 }), owner('cancel', 0, 's', 20));
  expect(room.log.map(({ atMs }) => atMs)).toEqual([50, 50]);
});
