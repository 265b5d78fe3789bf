import { describe, expect, test } from 'vitest';
import type { CborRecord, CborValue } from '../../../src/codec/cbor.js';
import { decode, encode } from '../../../src/codec/cbor.js';
import { readArray, readBytes, readRecord } from '../../../src/codec/shape.js';
import type { SessionsEntry } from '../../../src/sessions/entry.js';
import { InvalidLimit } from '../../../src/sessions/limits.js';
import { sessionsProjection } from '../../../src/sessions/projection.js';
import { asking, bind, fault, owner, reap, receiving, sends, Sessions, trace } from './fixtures.js';

/** A room that has something of everything. */
function busy(): Sessions {
  const room = new Sessions({ archivedMax: 1 });
  for (const sid of [0, 1, 2, 3, 4]) {
    room.open();
    room.do(sends(sid, 'ask'), sends(sid, 'answer'), bind(sid, `h${sid}`), trace(sid, ['x', 'y']));
  }
  room.do({ kind: 'bind_default_handler', sid: 0, sessionId: 's', handler: 'every', atMs: 4 });
  room.do(
    receiving(0),
    owner('cancel', 1),
    owner('cancel', 2),
    reap(9),
    owner('drain', 3),
    receiving(3),
    fault(4),
  );
  return room;
}

test('equals itself after a snapshot, and after a replay of its log', () => {
  const room = busy();
  expect(new Set(room.log.map(({ kind }) => kind)).size).toBe(9);
  expect(room.restarted().state).toEqual(room.state);
  expect(room.replayed().state).toEqual(room.state);
  expect(room.replayed().log).toEqual(room.log);
});

const each = (value: CborValue | undefined): readonly CborValue[] => readArray(value, 'test');

/** A snapshot with another first session. */
function withFirst(captured: CborRecord, part: string, change: CborRecord): CborRecord {
  const [first, ...rest] = each(captured['sessions']);
  const session = readRecord(decode(readBytes(first, 'test')), 'test');
  const before = session[part];
  const after = part === 'head' ? { ...readRecord(before, 'test'), ...change } : change['instead'];
  return { ...captured, sessions: [encode({ ...session, [part]: after ?? null }), ...rest] };
}

describe('a snapshot that no log can lead to is refused:', () => {
  const wrong: readonly (readonly [string, string, (captured: CborRecord) => CborRecord])[] = [
    [
      'a session twice',
      'a session is held twice',
      (captured) => ({
        ...captured,
        sessions: [...each(captured['sessions']), ...each(captured['sessions'])],
      }),
    ],
    [
      'a sid that was never given',
      'a sid that was never given',
      (captured) => ({ ...captured, next_sid: 4 }),
    ],
    ['no time', 'sessions.latest_ms', (captured) => ({ ...captured, latest_ms: -1 })],
    [
      'a role outside its type',
      'a role stands where',
      (captured) => withFirst(captured, 'head', { points: [0, 99, 0] }),
    ],
    ['a role too few', 'a role stands where', (captured) => withFirst(captured, 'head', { points: [0, 0] })],
    [
      'messages after the end',
      'on the way of what is closed',
      (captured) => withFirst(captured, 'head', { status: { kind: 'closed' } }),
    ],
    [
      'a status that there is none of',
      'head.status.kind',
      (captured) => withFirst(captured, 'head', { status: { kind: 'lost' } }),
    ],
    ['no edges', 'other edges than planned', (captured) => withFirst(captured, 'buffers', { instead: [] })],
    [
      'more owed than there is',
      'on the way of what is active',
      (captured) =>
        withFirst(captured, 'buffers', {
          instead: [
            { messages: [], owed: 1, received: 0, last_received: null },
            { messages: [], owed: 0, received: 0, last_received: null },
          ],
        }),
    ],
    ['a plan of nobody', '0 roles', (captured) => withFirst(captured, 'plan', { instead: [] })],
  ];
  test.each(wrong)('%s', (_, reason, change) => {
    const { projection, state } = busy();
    const captured = readRecord(projection.capture(state), 'test');
    expect(() => projection.restore(captured)).not.toThrow();
    expect(() => projection.restore(change(captured))).toThrowError(reason);
  });
});

describe('an entry that cannot have been decided is refused, and for its own reason:', () => {
  const at = { sid: 0, atMs: 9 };
  const wrong: readonly (readonly [string, string, SessionsEntry])[] = [
    ['from before', 'time goes back', { kind: 'archived', sid: 0, atMs: 8 }],
    [
      'a sid out of turn',
      'opened instead of 5',
      { kind: 'opened', ...at, sid: 9, sessionId: 's', requestId: 'r', plan: asking },
    ],
    [
      'of nobody',
      'default_handler_bound: it is not open',
      { kind: 'default_handler_bound', ...at, sid: 9, handler: 'h' },
    ],
    [
      'after its end',
      'default_handler_bound after its end',
      { kind: 'default_handler_bound', ...at, sid: 4, handler: 'h' },
    ],
    [
      'out of protocol',
      'send `ask` to `a` is out of protocol; allowed: receive `answer` from `a`, receive `ask` from `a`, receive `stop` from `a`',
      { kind: 'sent', ...at, from: 'b', to: 'a', label: 'ask', payload: new Uint8Array() },
    ],
    [
      'by nobody',
      'send `ask` to `a` is out of protocol; allowed: nothing, it has ended',
      { kind: 'sent', ...at, from: 'x', to: 'a', label: 'ask', payload: new Uint8Array() },
    ],
    ['not next', '`stop` is not next', { kind: 'received', ...at, from: 'a', to: 'b', label: 'stop' }],
    ['of no message', '`yes` is not next', { kind: 'received', ...at, from: 'b', to: 'a', label: 'yes' }],
    ['on no edge', 'no edge a -> c', { kind: 'edge_handler_bound', ...at, from: 'a', to: 'c', handler: 'h' }],
    ['active again', 'active again', { kind: 'status_changed', ...at, status: { kind: 'active' } }],
    [
      'draining again',
      'draining again',
      { kind: 'status_changed', ...at, sid: 3, status: { kind: 'draining' } },
    ],
    [
      'active, having drained',
      'active again',
      { kind: 'status_changed', ...at, sid: 3, status: { kind: 'active' } },
    ],
    [
      'closed over messages',
      'closed with 1 messages on the way',
      { kind: 'status_changed', ...at, status: { kind: 'closed' } },
    ],
    ['archived alive', 'archived before it ended', { kind: 'archived', ...at }],
    ['archived twice', 'archived, and not there', { kind: 'archived', ...at, sid: 2 }],
    ['forgotten alive', 'forgotten before it was archived', { kind: 'forgotten', ...at }],
  ];
  test.each(wrong)('%s', (_, reason, entry) => {
    const { sid } = entry;
    const message = `sessions log is corrupt at ${sid}: ${reason}`;
    expect(() => busy().take([entry])).toThrow(
      expect.objectContaining({ code: 'SESSION_LOG_CORRUPT', name: 'SessionsLogCorrupt', sid, message }),
    );
  });
});

test.each(['sessionsMax', 'archivedMax', 'bufferMessagesMax'])('a limit of nothing is none: %s', (limit) => {
  const limits = { sessionsMax: 1, archivedMax: 1, bufferMessagesMax: 1 };
  expect(() => sessionsProjection(limits)).not.toThrow();
  expect(() => sessionsProjection({ ...limits, [limit]: 0 })).toThrow(InvalidLimit);
});
