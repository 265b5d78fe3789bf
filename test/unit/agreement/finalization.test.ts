import { describe, expect, test } from 'vitest';
import type { AgreementEvidence } from '../../../src/agreement/records.js';
import {
  commitFact,
  finalize,
  finalizedRoom,
  register,
  Room,
  softSafeRoom,
  submit,
  witness,
} from './fixtures.js';

const discarding = ['aborted', 'rejected', 'timed_out'] as const;

test('finalizing records the last step of the level and the outcome in one batch', () => {
  const room = softSafeRoom();
  room.do(submit(commitFact()));
  expect(room.do(finalize('finalized', { materializationProofId: 'p', canonicalHandleId: 'h' }))).toEqual([
    {
      kind: 'escalation',
      operationId: 'op#1',
      previousLevel: 'soft_safe',
      newLevel: 'finalized',
      evidenceId: 'fact',
      tick: 4,
    },
    {
      kind: 'finalization',
      operationId: 'op#1',
      outcome: 'finalized',
      materializationProofId: 'p',
      canonicalHandleId: 'h',
      tick: 4,
    },
  ]);
  expect(room.stateOf()).toMatchObject({ level: 'finalized', finalization: 'finalized' });
});

test('D15: proof and handle are what the command says, never guessed from the names of evidence', () => {
  const room = softSafeRoom();
  room.do(submit(witness('bob', { evidenceId: 'looks like a proof' })), submit(commitFact()));
  expect(room.do(finalize('finalized')).at(-1)).toMatchObject({
    materializationProofId: null,
    canonicalHandleId: null,
  });
});

test('D11: an operation of the engine itself reaches finalized, through commands alone', () => {
  expect(finalizedRoom().stateOf()).toMatchObject({ level: 'finalized', finalization: 'finalized' });
});

test('an operation can be finalized straight from provisional when the rule is met', () => {
  const room = new Room();
  room.do(register(), submit(witness('alice')), submit(commitFact()));
  expect(room.do(finalize('finalized'))[0]).toMatchObject({
    previousLevel: 'provisional',
    newLevel: 'finalized',
  });
});

test('a commit fact does not stand in for the participants that the rule needs', () => {
  const room = new Room();
  room.do(register({ rule: { kind: 'unanimous' } }), submit(witness('alice')), submit(commitFact()));
  expect(room.refusal(finalize('finalized'))).toMatchObject({
    code: 'AGREEMENT_RULE_NOT_MET',
    progress: { required: 3, counted: 1 },
  });
});

test('what was certified elsewhere is adopted: the rule is not asked again, everything else is', () => {
  const room = new Room();
  room.do(register({ rule: { kind: 'unanimous' } }));
  expect(room.refusal(finalize('finalized', { isAdopted: true })).code).toBe('AGREEMENT_UNUSABLE_EVIDENCE');
  room.do(submit(commitFact()));
  expect(room.refusal(finalize('finalized')).code).toBe('AGREEMENT_RULE_NOT_MET');
  expect(room.do(finalize('finalized', { isAdopted: true }))).toHaveLength(2);
  expect(room.stateOf()).toMatchObject({ level: 'finalized', finalization: 'finalized' });
});

test('finalizing leans on recorded evidence', () => {
  const room = softSafeRoom();
  for (const evidenceId of ['fact', '', null]) {
    expect(room.refusal(finalize('finalized', { evidenceId }))).toMatchObject({
      code: 'AGREEMENT_UNUSABLE_EVIDENCE',
      evidenceId,
    });
  }
});

test.each<[string, Partial<AgreementEvidence>, string]>([
  [
    'not authoritative',
    { authoritative: false },
    "needs authoritative commit_fact evidence of the contract's owner",
  ],
  [
    'of another kind',
    { kind: 'publication' },
    "needs authoritative commit_fact evidence of the contract's owner",
  ],
  [
    'of another owner',
    { ownerId: 'alice' },
    "needs authoritative commit_fact evidence of the contract's owner",
  ],
  ['of a lower level', { level: 'soft_safe' }, 'the evidence supports soft_safe, not finalized'],
])('evidence that is %s does not finalize', (_name, change, clause) => {
  const room = softSafeRoom();
  room.do(submit(commitFact(change)));
  expect(room.refusal(finalize('finalized'))).toMatchObject({
    code: 'AGREEMENT_FINALIZATION_NOT_ADMISSIBLE',
    clause,
  });
  expect(room.level()).toBe('soft_safe');
});

describe.each(discarding)('%s', (outcome) => {
  test('is decided at provisional and at soft_safe, and leaves the level where it is', () => {
    const provisional = new Room();
    provisional.do(register(), finalize(outcome));
    expect(provisional.stateOf()).toMatchObject({ level: 'provisional', finalization: outcome });
    const soft = softSafeRoom();
    soft.do(finalize(outcome));
    expect(soft.stateOf()).toMatchObject({ level: 'soft_safe', finalization: outcome });
  });

  test('D14: is not decided any more once the operation is finalized', () => {
    expect(finalizedRoom().refusal(finalize(outcome))).toMatchObject({
      code: 'AGREEMENT_TERMINAL_CONFLICT',
      decided: { outcome: 'finalized' },
      message: `agreement WAL terminal conflict for \`op#1\`: decided=finalized, entry=${outcome}`,
    });
  });

  test('D14: is never followed by another outcome', () => {
    const room = softSafeRoom();
    room.do(submit(commitFact()), finalize(outcome));
    for (const other of ['finalized', ...discarding] as const) {
      if (other === outcome) continue;
      expect(room.refusal(finalize(other))).toMatchObject({
        code: 'AGREEMENT_TERMINAL_CONFLICT',
        decided: { outcome },
      });
    }
  });
});

test.each(['finalized', ...discarding] as const)(
  'the same %s again records nothing, at any tick',
  (outcome) => {
    const room = softSafeRoom();
    room.do(submit(commitFact()), finalize(outcome));
    expect(room.do(finalize(outcome), finalize(outcome, { tick: 99 }))).toEqual([]);
  },
);

test('the same outcome with another proof or handle is another outcome', () => {
  const room = finalizedRoom();
  for (const ids of [{ materializationProofId: 'other' }, { canonicalHandleId: 'other' }]) {
    expect(room.refusal(finalize('finalized', ids))).toMatchObject({
      code: 'AGREEMENT_TERMINAL_CONFLICT',
      decided: { outcome: 'finalized', materializationProofId: null, canonicalHandleId: null },
    });
  }
});

test('D10: the tick of the last update is the tick of the last entry, not a budget', () => {
  const room = softSafeRoom();
  room.do(finalize('timed_out', { tick: 41 }));
  expect(room.stateOf()?.lastUpdatedTick).toBe(41);
});
