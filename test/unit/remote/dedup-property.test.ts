import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClaimAnswer } from '../../../src/remote/dedup-claim.js';
import type { DedupCommand } from '../../../src/remote/dedup-command.js';
import type { DedupRecord } from '../../../src/remote/dedup-record.js';
import { dedupProjection } from '../../../src/remote/dedup-projection.js';
import type { IdempotencyKey } from '../../../src/remote/idempotency-key.js';
import { claim, Dedup, done, keyOfClaim, put } from './dedup-fixtures.js';
import { type DedupAsk, DedupModel, nameOf } from './dedup-model.js';

const letters = ['a', 'b'] as const;
const identityOf = (step: number | null) => (step === null ? undefined : { ...put, step: `step#${step}` });
const keyOfName = new Map<string, IdempotencyKey>();
for (const step of [null, 0]) {
  for (const letter of letters) {
    const identity = identityOf(step);
    const asked = identity === undefined ? { input: letter } : { input: letter, identity };
    keyOfName.set(nameOf({ step, letter }), keyOfClaim(asked));
  }
}

const limits = fc.record({
  recordsMax: fc.integer({ min: 1, max: 5 }),
  sessionsMax: fc.integer({ min: 1, max: 3 }),
  retentionMs: fc.integer({ min: 1, max: 60 }),
});
const name = fc.constantFrom(...keyOfName.keys());
const run = fc.constantFrom(1, 1, 1, 2);
const ask: fc.Arbitrary<DedupAsk> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      session: fc.constantFrom('s', 't', 'u'),
      generation: fc.constantFrom(1, 1, 1, 1, 2, 2, 3),
      step: fc.constantFrom(null, 0),
      letter: fc.constantFrom(...letters),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      name,
      run,
      outcome: fc.constantFrom('yes', 'no'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('abandon' as const), name, run }) },
  { weight: 1, arbitrary: fc.constant<DedupAsk>({ kind: 'sweep' }) },
);
/** Each some time after the one before. */
const asks = fc.array(fc.tuple(ask, fc.nat(4)), { maxLength: 60, size: 'max' });

function commandOf(given: DedupAsk, nowMs: number): DedupCommand {
  switch (given.kind) {
    case 'claim': {
      const { session: sessionId, generation, step, letter: input } = given;
      const identity = identityOf(step);
      return claim({ sessionId, generation, input, nowMs, ...(identity === undefined ? {} : { identity }) });
    }
    case 'sweep':
      return { kind: 'sweep', nowMs };
    case 'settle':
    case 'abandon': {
      const key = keyOfName.get(given.name);
      if (key === undefined) throw new Error(`no key of ${given.name}`);
      if (given.kind === 'abandon') return { kind: 'abandon', key, run: given.run, nowMs };
      return { kind: 'settle', key, run: given.run, outcome: done(given.outcome), nowMs };
    }
  }
}

function wordOf(answer: ClaimAnswer): string {
  if (answer.kind === 'refused') return answer.refusal.code;
  if (answer.kind !== 'answer') return `${answer.kind} ${answer.run}`;
  const { outcome } = answer;
  return `answer ${outcome.kind === 'success' ? Buffer.from(outcome.response).toString() : outcome.code}`;
}

const rowOf = ({ key, run: last, sessionId, progress }: DedupRecord): string =>
  `${key} run ${last} of ${sessionId}: ${progress.kind === 'in_flight' ? 'runs' : progress.atMs}`;

test('answers as the model does, and knows the same', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(limits, asks, (given, asked) => {
      const dedup = new Dedup(given);
      const room = dedupProjection(given);
      const model = new DedupModel(given);
      let nowMs = 0;
      for (const [each, passedMs] of asked) {
        nowMs += passedMs;
        const command = commandOf(each, nowMs);
        const answer = command.kind === 'claim' ? wordOf(room.answerTo(dedup.state, command)) : undefined;
        const { refusal } = dedup.give(command);
        const told = refusal?.code ?? answer ?? 'ok';
        assert.equal(told, model.ask(each, nowMs), JSON.stringify(each));
        seen.set(told, (seen.get(told) ?? 0) + 1);
        const { inFlight, settled, fences } = dedup.state;
        const rows = model.rows.map((row) => {
          return `${keyOfName.get(row.name)} run ${row.run} of ${row.session}: ${row.endedMs ?? 'runs'}`;
        });
        assert.deepEqual([...inFlight.values(), ...settled.values()].map(rowOf).sort(), rows.sort());
        assert.deepEqual(
          [...fences].map(([session, fence]) => ({ session, ...fence })),
          model.fences,
        );
        assert.ok(rows.length <= given.recordsMax && fences.size <= given.sessionsMax);
      }
    }),
    { numRuns: 2000 },
  );
  const wanted = ['begin 1', 'begin 2', 'attach 1', 'answer yes', 'answer no', 'ok'];
  const refusals = ['FENCED', 'CONFLICT', 'DEDUP_FULL', 'UNKNOWN_KEY', 'STALE_RUN'].map(
    (code) => `REMOTE_${code}`,
  );
  expect([...wanted, ...refusals].filter((each) => (seen.get(each) ?? 0) < 300)).toEqual([]);
});

test('within its retention, no key begins a run while another one is on or after it was recorded', () => {
  fc.assert(
    fc.property(limits, asks, (given, asked) => {
      const dedup = new Dedup(given);
      const open = new Set<string>();
      let nowMs = 0;
      for (const [each, passedMs] of asked) {
        nowMs += passedMs;
        for (const entry of dedup.give(commandOf(each, nowMs)).entries) {
          if (entry.kind === 'claimed' || entry.kind === 'run_begun') {
            assert.ok(!open.has(entry.key));
            open.add(entry.key);
          } else if (entry.kind === 'abandoned' || entry.kind === 'forgotten') open.delete(entry.key);
          else if (entry.kind === 'recorded') open.add(entry.key);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('a room that restarts anywhere, from a snapshot or from its log, ends as one that never does', () => {
  fc.assert(
    fc.property(
      limits,
      asks,
      fc.array(fc.boolean(), { maxLength: 60, size: 'max' }),
      (given, asked, restarts) => {
        const [steady, restarted, replayed] = [new Dedup(given), new Dedup(given), new Dedup(given)];
        let nowMs = 0;
        for (const [index, [each, passedMs]] of asked.entries()) {
          nowMs += passedMs;
          const command = commandOf(each, nowMs);
          const [one, other] = [steady.give(command), restarted.give(command)];
          assert.equal(one.refusal?.message, other.refusal?.message);
          assert.deepEqual(one.entries, other.entries);
          if (restarts[index] === true) restarted.state = restarted.reread();
          assert.equal(restarted.bytes(), steady.bytes());
        }
        replayed.take(steady.rereadLog());
        assert.equal(replayed.bytes(), steady.bytes());
      },
    ),
    { numRuns: 500 },
  );
});
