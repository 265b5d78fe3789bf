import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../src/codec/cbor.js';
import { openPayload, payloadOf, sealInput } from '../src/steps/payload.js';
import type { Settlement } from '../src/node/authority/authority.js';
import type { LedgerCommand } from '../src/node/authority/ledger-command.js';
import type { LedgerLimits } from '../src/node/authority/ledger-limits.js';
import { ledgerProjection } from '../src/node/authority/ledger-projection.js';
import { type LedgerState, standingOf } from '../src/node/authority/ledger-state.js';
import { LedgerModel } from '../test/unit/node/ledger-model.js';

const ids = ['a', 'b', 'c', 'd'] as const;
const sessions = ['s', 't'] as const;
const workflows = ['v', 'w'] as const;

const limits: fc.Arbitrary<LedgerLimits> = fc
  .record({
    openMax: fc.integer({ min: 1, max: 4 }),
    settledMax: fc.integer({ min: 1, max: 4 }),
    factsMax: fc.integer({ min: 1, max: 4 }),
  })
  .filter(({ settledMax, factsMax }) => factsMax <= settledMax);

const settlement: fc.Arbitrary<Settlement> = fc.oneof(
  fc.record({
    outcome: fc.constant('finalized' as const),
    payload: fc.constantFrom(Uint8Array.of(1), encode(2)),
  }),
  fc.record({
    outcome: fc.constantFrom('rejected' as const, 'aborted' as const, 'timed_out' as const),
    reason: fc.constantFrom('no', 'nobody'),
  }),
);

type Intent =
  | { kind: 'admit'; id: string; session: string; workflow: string; input: number }
  | { kind: 'settle'; id: string; session: string; generation: number; settlement: Settlement }
  | { kind: 'abort_open'; session: string; generation: number };

const id = fc.constantFrom(...ids);
const session = fc.constantFrom(...sessions, 's', 's');
const generation = fc.nat(2);
const intent: fc.Arbitrary<Intent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('admit' as const),
      id,
      session,
      workflow: fc.constantFrom(...workflows, 'v', 'v'),
      input: fc.constantFrom(1, 1, 1, 2),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), id, session, generation, settlement }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort_open' as const), session, generation }) },
);

function commandOf(given: Intent): LedgerCommand {
  if (given.kind === 'admit') {
    const operation = {
      operationId: given.id,
      sessionId: given.session,
      workflow: given.workflow,
      ...sealInput(given.input, given.id),
    };
    return { kind: 'admit', sessionId: given.session, operation };
  }
  if (given.kind === 'abort_open') {
    return { kind: 'abort_open', sessionId: given.session, generation: given.generation, reason: 'gone' };
  }
  const { id: operationId, session: sessionId } = given;
  return {
    kind: 'settle',
    operationId,
    sessionId,
    generation: given.generation,
    settlement: given.settlement,
  };
}

const endText = (end: Settlement, at: number): string =>
  `${end.outcome} ${end.outcome === 'finalized' ? String(end.payload) : end.reason} ${at}`;

function expected(model: LedgerModel, given: Intent): string {
  switch (given.kind) {
    case 'admit':
      return model.admit(given.id, { session: given.session, text: `${given.workflow}${given.input}` });
    case 'settle':
      return model.settle(given.id, given.session, endText(given.settlement, given.generation));
    case 'abort_open':
      return model.abortOpen(
        given.session,
        endText({ outcome: 'aborted', reason: 'gone' }, given.generation),
      );
  }
}

const inputOfDigest = new Map([1, 2].map((input) => [sealInput(input, '').inputDigest, input]));

function standing(state: LedgerState, operationId: string): string {
  const found = standingOf(state, operationId);
  switch (found.kind) {
    case 'unknown':
      return 'unknown';
    case 'open': {
      const { sessionId, workflow, input } = found.operation;
      return `open ${sessionId} ${workflow}${Number(openPayload(payloadOf(input, 'input')))}`;
    }
    case 'settled':
      return `settled ${found.fact.sessionId} ${endText(found.fact.settlement, found.fact.generation)}`;
    case 'entombed': {
      const { sessionId, workflow, inputDigest, outcome } = found.tombstone;
      return `entombed ${sessionId} ${workflow}${inputOfDigest.get(inputDigest)} ${outcome}`;
    }
  }
}

test('answers as the model does, is bounded, and equals itself after a snapshot and after a replay of its log', () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(
      limits,
      fc.array(intent, { minLength: 10, maxLength: 60, size: 'max' }),
      (given, sequence) => {
        const room = ledgerProjection(given);
        const model = new LedgerModel(given);
        let state = room.initial();
        const replayed = room.initial();
        for (const each of sequence) {
          const before = encode(room.capture(state));
          const decision = room.decide(state, commandOf(each));
          assert.deepEqual(encode(room.capture(state)), before, 'a decision changes nothing');
          const code = decision.kind === 'refused' ? decision.refusal.code : 'ok';
          assert.equal(code.replace('LEDGER_', ''), expected(model, each), JSON.stringify(each));
          count(code);
          for (const entry of decision.kind === 'accepted' ? decision.entries : []) {
            count(entry.kind);
            room.apply(state, entry, 1);
            room.apply(replayed, room.decodeEntry(decode(encode(room.encodeEntry(entry)))), 1);
          }
          for (const operationId of ids) {
            assert.equal(standing(state, operationId), model.standing(operationId));
            count(standing(state, operationId).split(' ')[0] ?? '');
          }
          assert(state.open.size <= given.openMax && state.settled.size <= given.factsMax);
          assert(state.settled.size + state.tombstones.size <= given.settledMax);
          const captured = encode(room.capture(state));
          assert.deepEqual(encode(room.capture(replayed)), captured);
          state = room.restore(decode(captured));
          assert.deepEqual(encode(room.capture(state)), captured);
        }
      },
    ),
    { numRuns: 600 },
  );
  // 4 kinds of entries, of which two are also standings, 2 more standings, 5 refusals, and what is accepted.
  expect(seen.size).toBe(4 + 2 + 5 + 1);
  expect(Math.min(...seen.values())).toBeGreaterThan(20);
});
