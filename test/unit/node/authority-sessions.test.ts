import { describe, expect, test } from 'vitest';
import type { OwnershipCapability } from '../../../src/ownership/capability.js';
import { ledgerProjection } from '../../../src/node/authority/ledger-projection.js';
import { SessionsClient } from '../../../src/node/authority/sessions-client.js';
import { captureRooms, restoreRooms } from '../../../src/node/log-content.js';
import { Room } from '../../../src/node/room.js';
import { ownershipProjection } from '../../../src/ownership/projection.js';
import { sessionsProjection } from '../../../src/sessions/projection.js';
import { end, receive, send as sending } from '../../../src/sessions/local-type.js';
import { OpenPlan } from '../../../src/sessions/open-plan.js';
import type { Message } from '../../../src/sessions/state.js';
import { cruelLoss } from '../log/sea.js';
import { auditOf } from './authority-log.js';
import {
  AuthorityBench,
  authorityOptions,
  type Caller,
  claimOf,
  granted,
  told,
  ttlMs,
} from './authority-bench.js';

/** `a` tells `b` one thing or another, and `b` answers. */
const asking = OpenPlan.of({
  a: sending('b', { ask: receive('b', { yes: end, no: end }), stop: end }),
  b: receive('a', { ask: sending('a', { yes: end, no: end }), stop: end }),
});

const say = (label: string, byte = 7): Message => ({ label, payload: Uint8Array.of(byte) });
const ab = (sid: number, position = 0) => ({ sid, from: 'a', to: 'b', position });
const ba = (sid: number, position = 0) => ({ sid, from: 'b', to: 'a', position });

interface Asking extends Caller {
  readonly sessions: SessionsClient;
  readonly capability: OwnershipCapability;
}

/** Runs a program that owns `s`, and has opened nothing. */
function run<T>(
  program: (asking: Asking) => Promise<T>,
  bench = new AuthorityBench(),
  policy: 'claimable' | 'fail_closed' = 'claimable',
): Promise<T> {
  return bench.run(async (caller) => {
    const sessions = new SessionsClient(caller.requests, 'authority', { deadlineMs: 20_000 });
    const { capability } = granted(await caller.authority.claim({ ...claimOf('one'), policy }));
    return program({ ...caller, sessions, capability });
  });
}

describe('a protocol session at the authority', () => {
  test('is opened once for each request, talked in by its roles, and looked at by everybody', async () => {
    await run(async ({ sessions, capability }) => {
      const sid = granted(await sessions.open(capability, 'r', asking));
      expect(granted(await sessions.open(capability, 'r', asking))).toBe(sid);
      expect(told(await sessions.send(ab(sid), say('ask')))).toBe('granted');
      expect(await sessions.view(sid)).toMatchObject({
        sessionId: 's',
        status: { kind: 'active' },
        roles: [
          { role: 'a', allowed: [{ direction: 'receive', label: 'no' }, { label: 'yes' }] },
          { role: 'b', allowed: [{ direction: 'receive', label: 'ask' }, { label: 'stop' }] },
        ],
        edges: [
          { from: 'a', to: 'b', sent: 1, received: 0, handler: null },
          { from: 'b', to: 'a', sent: 0, received: 0 },
        ],
      });
      expect(granted(await sessions.receive(ab(sid)))).toEqual(say('ask'));
      expect(told(await sessions.send(ba(sid), say('perhaps')))).toBe('SESSION_OUT_OF_PROTOCOL');
      expect(await sessions.memoryUsage()).toMatchObject({ liveSessions: 1, bufferedMessages: 0 });
      expect(await sessions.view(9)).toBeNull();
    });
  });

  test('takes the same step once, however often it is asked for, and no other in its place', async () => {
    await run(async ({ sessions, capability }) => {
      const sid = granted(await sessions.open(capability, 'r', asking));
      expect(told(await sessions.send(ab(sid, 1), say('ask')))).toBe('SESSION_OUT_OF_ORDER');
      for (const _ of [1, 2]) expect(told(await sessions.send(ab(sid), say('ask')))).toBe('granted');
      expect(told(await sessions.send(ab(sid), say('stop')))).toBe('SESSION_OUT_OF_ORDER');
      expect(told(await sessions.send(ab(sid), say('ask', 8)))).toBe('SESSION_OUT_OF_ORDER');
      for (const _ of [1, 2]) expect(granted(await sessions.receive(ab(sid)))).toEqual(say('ask'));
      expect(told(await sessions.send(ab(sid), say('ask')))).toBe('granted');
      expect(told(await sessions.receive(ab(sid, 1)))).toBe('SESSION_NOTHING_TO_RECEIVE');
      expect(told(await sessions.receive(ab(sid, 2)))).toBe('SESSION_OUT_OF_ORDER');
      expect(await sessions.view(sid)).toMatchObject({ edges: [{ sent: 1, received: 1 }, { sent: 0 }] });
    });
  });

  test('tells the last message of a drain again, until it is reaped', async () => {
    await run(async ({ sessions, capability }) => {
      const sid = granted(await sessions.open(capability, 'r', asking));
      granted(await sessions.send(ab(sid), say('stop')));
      expect(granted(await sessions.change(capability, sid, { kind: 'drain' }))).toEqual({
        kind: 'draining',
      });
      for (const _ of [1, 2]) expect(granted(await sessions.receive(ab(sid)))).toEqual(say('stop'));
      for (const kind of ['drain', 'close'] as const) {
        expect(granted(await sessions.change(capability, sid, { kind }))).toEqual({ kind: 'closed' });
      }
      expect(told(await sessions.change(capability, sid, { kind: 'cancel' }))).toBe('SESSION_TERMINAL');
      granted(await sessions.reap(capability));
      expect(told(await sessions.receive(ab(sid)))).toBe('SESSION_TERMINAL');
      expect(await sessions.view(sid)).toMatchObject({ status: { kind: 'closed' }, roles: [], edges: [] });
    });
  });

  test('is changed by its owner alone, and a refusal of authority is on record', async () => {
    const bench = new AuthorityBench();
    await run(async ({ sessions, authority, capability }) => {
      const sid = granted(await sessions.open(capability, 'r', asking));
      granted(await authority.release(capability));
      const next = granted(await authority.claim(claimOf('two', 's', 1))).capability;
      const bound = { kind: 'bind_default_handler', handler: 'h' } as const;
      expect(told(await sessions.change(capability, sid, bound))).toBe('OWNERSHIP_FENCED');
      expect(told(await sessions.open(capability, 'q', asking))).toBe('OWNERSHIP_FENCED');
      expect(told(await sessions.reap(capability))).toBe('OWNERSHIP_FENCED');
      granted(await sessions.change(next, sid, bound));
      const edge = { sid, from: 'a', to: 'b' };
      granted(await sessions.change(next, sid, { kind: 'bind_edge_handler', edge, handler: 'e' }));
      granted(await sessions.change(next, sid, { kind: 'record_trace', edge, trace: ['x', 'y'] }));
      expect(await sessions.view(sid)).toMatchObject({ edges: [{ handler: 'e' }, { handler: 'h' }] });
      const other = granted(await authority.claim(claimOf('two', 't'))).capability;
      expect(told(await sessions.change(other, sid, { kind: 'cancel' }))).toBe('SESSION_NOT_OF_OWNER');
      const foreign = { kind: 'record_trace', edge: { ...edge, sid: sid + 1 }, trace: [] } as const;
      expect(told(await sessions.change(next, sid, foreign))).toBe('SESSION_FOREIGN_EDGE');
      const fault = { kind: 'fault', reason: 'it burns' } as const;
      for (const _ of [1, 2]) {
        expect(granted(await sessions.change(next, sid, fault))).toEqual({
          kind: 'faulted',
          reason: 'it burns',
        });
      }
    }, bench);
    const audit = await auditOf(bench);
    expect(audit.filter((record) => record.startsWith('rejected'))).toEqual(
      Array(3).fill('rejected capability (use)'),
    );
    expect(audit.filter((record) => record.startsWith('used'))).toEqual([
      'used capability (open r)',
      'used capability (bind_default_handler 0)',
      'used capability (bind_edge_handler 0)',
      'used capability (record_trace 0)',
      'used capability (fault 0)',
      'used capability (fault 0)',
    ]);
  });

  test.each([
    ['closed: cancelled', 'claimable', { kind: 'cancelled' }],
    ['lost: faulted', 'fail_closed', { kind: 'faulted', reason: 'ownership owner `one` died' }],
  ] as const)('ends with what guards it, and is archived: that is %s', async (_, policy, status) => {
    await run(
      async ({ sessions, authority, capability, clock }) => {
        const sid = granted(await sessions.open(capability, 'r', asking));
        granted(await sessions.send(ab(sid), say('ask')));
        if (policy === 'claimable') granted(await authority.close(capability));
        else await clock.sleep(2 * ttlMs);
        await clock.sleep(200);
        expect(await sessions.view(sid)).toMatchObject({ status, roles: [], edges: [] });
        expect(told(await sessions.receive(ab(sid)))).toBe('SESSION_TERMINAL');
        expect(told(await sessions.open(capability, 'q', asking))).toBe('OWNERSHIP_TERMINAL');
      },
      new AuthorityBench(),
      policy,
    );
  });

  test('is not to be opened by a plan that is none', async () => {
    await run(async ({ requests, capability }) => {
      const shown = { session_id: 's', owner_id: 'one', generation: 0, scope: null };
      const bodies = [
        [{ call: 'session_open', capability: shown, request_id: 'r', plan: [] }, 'SESSION_INVALID_PLAN'],
        [{ call: 'session_open', capability: shown, request_id: 'r' }, 'AUTHORITY_MALFORMED_REQUEST'],
        [{ call: 'session_nothing' }, 'AUTHORITY_MALFORMED_REQUEST'],
      ] as const;
      expect(capability.sessionId).toBe('s');
      for (const [body, code] of bodies) {
        const answer = await requests.ask('authority', body, { deadlineMs: 1000 });
        expect(answer).toMatchObject({ kind: 'refused', refusal: { code } });
      }
    });
  });
});

test('everything that the room knows is there after a restart, whether or not there is a snapshot', async () => {
  for (const snapshotEveryRecords of [1000, 3]) {
    const bench = new AuthorityBench({ authority: { snapshotEveryRecords } });
    await run(async ({ sessions, capability }) => {
      const sid = granted(await sessions.open(capability, 'r', asking));
      granted(await sessions.send(ab(sid), say('ask')));
      granted(await sessions.receive(ab(sid)));
      const before = await sessions.view(sid);
      bench.restart();
      expect(await sessions.view(sid)).toEqual(before);
      expect(granted(await sessions.open(capability, 'r', asking))).toBe(sid);
      expect(granted(await sessions.receive(ab(sid)))).toEqual(say('ask'));
    }, bench);
  }
});

/** What a client sees of sessions that end with what guards them. */
async function story(bench: AuthorityBench): Promise<readonly unknown[]> {
  return run(async ({ sessions, authority, capability, clock }) => {
    const seen: unknown[] = [];
    for (const request of ['p', 'q', 'r'])
      seen.push(granted(await sessions.open(capability, request, asking)));
    seen.push(told(await sessions.send(ab(0), say('ask'))), await sessions.receive(ab(0)));
    seen.push(told(await sessions.change(capability, 0, { kind: 'close' })));
    seen.push(told(await sessions.change(capability, 1, { kind: 'fault', reason: 'it burns' })));
    await authority.close(capability);
    await clock.sleep(500);
    for (const sid of [0, 1, 2]) seen.push((await sessions.view(sid))?.status);
    seen.push(await sessions.memoryUsage());
    return seen;
  }, bench);
}

test('a crash at any call of a port changes nothing of what is told, and of what ends', async () => {
  const expected = await story(new AuthorityBench());
  expect(expected).toMatchObject([
    0,
    1,
    2,
    'granted',
    { kind: 'granted', granted: { label: 'ask' } },
    'granted',
    'granted',
    { kind: 'closed' },
    { kind: 'faulted' },
    { kind: 'cancelled' },
    { liveSessions: 0, archivedSessions: 3 },
  ]);
  let crashes = 0;
  for (let call = 1; ; call += 1) {
    const bench = new AuthorityBench({
      crashPoint: { call, when: 'after' },
      diskFaults: cruelLoss,
      seed: call,
    });
    expect(await story(bench), `after call ${call}`).toEqual(expected);
    if (bench.lives === 1) break;
    crashes += 1;
  }
  expect(crashes).toBeGreaterThan(30);
});

test('a snapshot from before there was such a room is opened with nothing in it', () => {
  const { ownership, ledger, sessions: limits } = authorityOptions;
  const older = [new Room(ownershipProjection(ownership)), new Room(ledgerProjection(ledger))];
  const sessions = new Room(sessionsProjection(limits));
  const empty = sessions.capture();
  restoreRooms([...older, sessions], captureRooms(older), { path: 'snapshot', lsn: 1 });
  expect(sessions.capture()).toEqual(empty);
});
