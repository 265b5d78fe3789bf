import { expect, test } from 'vitest';
import type { WalSyncCommand } from '../../../src/agreement/command.js';
import type { WalSyncRequest } from '../../../src/agreement/wal-sync.js';
import { commitFact, finalize, register, Room, softSafeRoom, submit, witness } from './fixtures.js';

function sync(changes: Partial<WalSyncRequest> = {}): WalSyncCommand {
  const request: WalSyncRequest = {
    operationId: 'op#1',
    downstreamCoroutineId: 'coro#9',
    gateLevel: 'provisional',
    agreementState: null,
    agreementEvidence: [],
    tick: 6,
    ...changes,
  };
  return { kind: 'wal_sync', request, materializationProofId: 'proof#1', canonicalHandleId: 'handle#1' };
}

const standing = {
  operationId: 'op#1',
  session: null,
  ownerId: 'authority',
  contractName: 'agreement:op#1',
  level: 'soft_safe',
  finalization: null,
  evidenceIds: ['witness:alice'],
  lastUpdatedTick: null,
  reason: null,
} as const;

const closing = {
  ...standing,
  level: 'finalized',
  finalization: 'finalized',
  evidenceIds: ['fact'],
} as const;

/** Everything from provisional to a crossed gate at once. */
const whole = sync({
  gateLevel: 'finalized',
  agreementState: closing,
  agreementEvidence: [witness('alice'), commitFact()],
});

function registered(): Room {
  const room = new Room();
  room.do(register({ visibility: 'blocked_until_finalized' }));
  return room;
}

test('D5: evidence, level, outcome and gate are one batch, in this order', () => {
  expect(registered().do(whole)).toMatchObject([
    { kind: 'evidence_produced', tick: 6 },
    { kind: 'evidence_produced', tick: 6 },
    { kind: 'escalation', previousLevel: 'provisional', newLevel: 'finalized', evidenceId: 'fact' },
    { kind: 'finalization', materializationProofId: 'proof#1', canonicalHandleId: 'handle#1' },
    { kind: 'visibility_gate_crossing', gateLevel: 'finalized', downstreamCoroutineId: 'coro#9' },
  ]);
});

test('D5: a sync that is refused at its last part records none of the others', () => {
  const room = new Room();
  room.do(register());
  const early = sync({
    gateLevel: 'finalized',
    agreementState: standing,
    agreementEvidence: [witness('alice')],
  });
  expect(room.refusal(early)).toMatchObject({ code: 'AGREEMENT_GATE_CLOSED' });
  expect(room.stateOf()).toMatchObject({ level: 'provisional', evidenceIds: [] });
});

test('D6: a sync with a gate above the level is refused, with a state, without one, and after an abort', () => {
  const room = new Room();
  room.do(register(), submit(witness('alice')));
  expect(room.refusal(sync({ gateLevel: 'finalized' })).message).toContain(
    'gate=finalized, level=provisional',
  );
  const soft = sync({ gateLevel: 'finalized', agreementState: standing });
  expect(room.refusal(soft).message).toContain('gate=finalized, level=soft_safe');
  room.do(finalize('aborted'));
  expect(room.refusal(sync()).message).toContain('outcome=aborted');
});

test('D13: the same sync at later ticks records nothing', () => {
  const room = registered();
  room.do(whole);
  expect(room.do(whole, { ...whole, request: { ...whole.request, tick: 7 } })).toEqual([]);
});

test('D12: later outputs of the same operation record their own gates, and nothing else of it', () => {
  const room = registered();
  room.do(whole);
  const next = { ...whole, request: { ...whole.request, downstreamCoroutineId: 'coro#10', tick: 7 } };
  expect(room.do(next).map((entry) => entry.kind)).toEqual(['visibility_gate_crossing']);
});

test('a sync can raise the level without deciding the outcome', () => {
  const room = new Room();
  room.do(register());
  const entries = room.do(
    sync({ gateLevel: 'soft_safe', agreementState: standing, agreementEvidence: [witness('alice')] }),
  );
  expect(entries.map((entry) => entry.kind)).toEqual([
    'evidence_produced',
    'escalation',
    'visibility_gate_crossing',
  ]);
});

test.each([
  ['operation_id', { operationId: 'op#2' }],
  ['session', { session: 1 }],
  ['owner_id', { ownerId: 'alice' }],
  ['contract_name', { contractName: 'other' }],
] as const)(
  'D9: a state with another %s is not recorded under the operation of the request',
  (field, change) => {
    expect(softSafeRoom().refusal(sync({ agreementState: { ...standing, ...change } }))).toMatchObject({
      code: 'AGREEMENT_FOREIGN_STATE',
      field,
    });
  },
);

test('D9: evidence of another operation refuses the whole sync', () => {
  const foreign = witness('bob', { operationId: 'op#2' });
  expect(softSafeRoom().refusal(sync({ agreementEvidence: [foreign] }))).toMatchObject({
    code: 'AGREEMENT_FOREIGN_EVIDENCE',
  });
});

test('D8: the operation of the request is synced, whichever was touched last', () => {
  const room = softSafeRoom();
  room.do(register({ operationId: 'op#9' }));
  expect(room.do(sync()).map((entry) => entry.kind)).toEqual(['visibility_gate_crossing']);
  expect(room.log.at(-1)).toMatchObject({ operationId: 'op#1' });
});

test('a state below the recorded level is a regression, in the words of the reference', () => {
  const behind = { ...standing, level: 'provisional', evidenceIds: [] } as const;
  expect(softSafeRoom().refusal(sync({ agreementState: behind }))).toMatchObject({
    code: 'AGREEMENT_REGRESSION',
    message: 'agreement WAL regression for `op#1`: soft_safe -> provisional',
  });
});

test('a state that leans on evidence that nobody recorded is refused', () => {
  expect(
    softSafeRoom().refusal(sync({ agreementState: { ...standing, evidenceIds: ['missing'] } })),
  ).toMatchObject({ code: 'AGREEMENT_UNUSABLE_EVIDENCE', evidenceId: 'missing' });
});

test('a state that is finalized below level finalized, or the other way round, is refused', () => {
  const room = softSafeRoom();
  room.do(submit(commitFact()));
  for (const change of [{ level: 'soft_safe' }, { finalization: null }] as const) {
    expect(room.refusal(sync({ agreementState: { ...closing, ...change } }))).toMatchObject({
      code: 'AGREEMENT_FINALIZATION_NOT_ADMISSIBLE',
    });
  }
});

test('what was certified elsewhere is adopted by a sync as by a finalization: the rule is not asked again', () => {
  const room = new Room();
  room.do(register({ rule: { kind: 'unanimous' } }));
  const closed = sync({ gateLevel: 'finalized', agreementState: closing, agreementEvidence: [commitFact()] });
  expect(room.refusal(closed)).toMatchObject({ code: 'AGREEMENT_RULE_NOT_MET' });
  room.do({ ...closed, isAdopted: true });
  expect(room.stateOf()).toMatchObject({ level: 'finalized', finalization: 'finalized' });
});

test('a state that is discarded never opens the gate', () => {
  const room = softSafeRoom();
  expect(room.refusal(sync({ agreementState: { ...standing, finalization: 'aborted' } }))).toMatchObject({
    code: 'AGREEMENT_GATE_CLOSED',
  });
  expect(room.stateOf()?.finalization).toBe(null);
});

test('a sync of an operation that is not registered is refused', () => {
  expect(new Room().refusal(sync())).toMatchObject({ code: 'AGREEMENT_UNKNOWN_OPERATION' });
});
