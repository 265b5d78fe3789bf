import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SessionsCommand } from '../src/sessions/command.js';
import type { SessionsEntry } from '../src/sessions/entry.js';
import type { SessionsLimits } from '../src/sessions/limits.js';
import type { SessionsState } from '../src/sessions/state.js';
import { describeStatus } from '../src/sessions/status.js';
import { handlerOf } from '../src/sessions/view.js';
import { Sessions } from '../test/unit/sessions/fixtures.js';
import { arbitraryIntent, commandOf, type Intent, protocols } from '../test/unit/sessions/intent.js';
import { SessionsModel } from '../test/unit/sessions/model.js';

const limits: fc.Arbitrary<SessionsLimits> = fc.record({
  sessionsMax: fc.integer({ min: 1, max: 4 }),
  archivedMax: fc.constantFrom(1, 1, 2),
  bufferMessagesMax: fc.constantFrom(1, 2, 64),
});

/** Nothing can be done before something is open. */
const intents = fc
  .tuple(arbitraryIntent, fc.array(arbitraryIntent, { minLength: 20, maxLength: 80, size: 'max' }))
  .map(([first, rest]): readonly Intent[] => [{ ...first, kind: 'open' }, ...rest]);

function view({ sessions, archived }: SessionsState): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {};
  for (const { sid, status, messagesDiscarded } of archived.values()) {
    shown[sid] = `archived ${describeStatus(status)} ${messagesDiscarded}`;
  }
  for (const session of sessions.values()) {
    const { plan, points } = session;
    const edges = plan.edges.map(({ from, to }, place) => {
      const edge = session.edges[place];
      const labels = edge?.messages.map(({ label }) => label);
      return `${from} ${to}: ${labels?.join()} ${edge?.trace.join()} ${handlerOf(session, from, to)}`;
    });
    const may = plan.roles.map(({ role, type }, place) => {
      const allowed = type.allowed(points[place] ?? -1);
      return `${role} ${allowed.map(({ direction, partner, label }) => `${direction} ${partner} ${label}`).join()}`;
    });
    shown[session.sid] = [describeStatus(session.status), ...edges, ...may].join('; ');
  }
  return shown;
}

type Told = (
  command: SessionsCommand,
  code: string,
  entries: readonly SessionsEntry[],
  intent: Intent,
) => void;

/** Gives the commands of some intents one after the other, and tells what came of each. */
function drive(room: Sessions, sequence: readonly Intent[], told: Told = () => {}): void {
  for (const intent of sequence) {
    const command = commandOf(intent, room.state.nextSid, room.state.latestMs);
    const { refusal, entries } = room.give(command);
    told(command, refusal?.code ?? 'ok', entries, intent);
  }
}

test('answers as the model does, and shows the same messages, handlers, turns and ends', () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(limits, intents, (given, sequence) => {
      const room = new Sessions(given);
      const model = new SessionsModel(given);
      drive(room, sequence, (command, code, entries, { protocol }) => {
        const expected = model.answer(command, protocols[protocol] ?? {});
        assert.equal(code.replace('SESSION_', ''), expected, JSON.stringify(command));
        assert.deepEqual(view(room.state), model.view(), JSON.stringify(command));
        count(code);
        for (const { kind } of entries) count(kind);
      });
    }),
    { numRuns: 3000 },
  );
  // All 9 kinds of entries, and every refusal but that of what cannot be meant.
  expect([...seen.keys()].filter((what) => what !== 'ok')).toHaveLength(9 + 12);
  expect(Math.min(...seen.values())).toBeGreaterThan(10);
});

test('O4, O5: after the end of a session nothing of it is recorded but its archival, and its end stays', () => {
  fc.assert(
    fc.property(limits, intents, (given, sequence) => {
      const room = new Sessions(given);
      drive(room, sequence);
      const ended = new Set<number>();
      for (const entry of room.log) {
        if (entry.kind === 'archived' || entry.kind === 'forgotten') assert(ended.has(entry.sid));
        else assert(!ended.has(entry.sid));
        if (entry.kind === 'status_changed' && entry.status.kind !== 'draining') ended.add(entry.sid);
      }
    }),
    { numRuns: 1000 },
  );
});

test('O18: what is closed has received everything that was sent, in order, and is never closed but so', () => {
  let drained = 0;
  fc.assert(
    fc.property(limits, intents, (given, sequence) => {
      const room = new Sessions(given);
      drive(room, sequence);
      const sent = new Map<string, string[]>();
      const draining = new Set<number>();
      for (const entry of room.log) {
        if (entry.kind === 'sent' || entry.kind === 'received') {
          const edge = `${entry.sid} ${entry.from} ${entry.to}`;
          const labels = sent.get(edge) ?? [];
          sent.set(edge, labels);
          if (entry.kind === 'sent') labels.push(entry.label);
          else assert.equal(labels.shift(), entry.label);
        }
        if (entry.kind !== 'status_changed') continue;
        if (entry.status.kind === 'draining') draining.add(entry.sid);
        if (entry.status.kind !== 'closed') continue;
        if (draining.has(entry.sid)) drained += 1;
        const own = [...sent].filter(([edge]) => edge.startsWith(`${entry.sid} `));
        assert.deepEqual(
          own.flatMap(([, labels]) => labels),
          [],
        );
      }
    }),
    { numRuns: 1000 },
  );
  expect(drained).toBeGreaterThan(100);
});

test('nothing grows beyond its limit, and no sid is given twice: O16', () => {
  fc.assert(
    fc.property(limits, intents, (given, sequence) => {
      const room = new Sessions(given);
      drive(room, sequence, () => {
        const { sessions, archived } = room.state;
        assert(sessions.size <= given.sessionsMax && archived.size <= given.archivedMax);
        for (const { edges } of sessions.values()) {
          for (const { messages } of edges) assert(messages.length <= given.bufferMessagesMax);
        }
      });
      const opened = room.log.filter(({ kind }) => kind === 'opened').map(({ sid }) => sid);
      assert.deepEqual(
        opened,
        opened.map((_, index) => index),
      );
    }),
    { numRuns: 1000 },
  );
});

test('O15: a room that restarts anywhere, from a snapshot or from its log, ends as one that never does', () => {
  fc.assert(
    fc.property(limits, intents, fc.array(fc.nat(79), { maxLength: 4 }), (given, sequence, restarts) => {
      const steady = new Sessions(given);
      let restarted = new Sessions(given);
      let told = 0;
      drive(steady, sequence, (_, _code, entries) => {
        restarted.take(entries);
        if (restarts.includes(told)) restarted = restarted.restarted(given);
        told += 1;
        assert.equal(restarted.bytes(), steady.bytes());
      });
      const replayed = steady.replayed();
      assert.deepEqual(replayed.log, steady.log);
      assert.deepEqual(replayed.state, steady.state);
    }),
    { numRuns: 500 },
  );
});
