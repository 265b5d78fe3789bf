import { expect, test } from 'vitest';
import type { AgreementCommand } from '../../../src/agreement/command.js';
import type { AgreementLevel } from '../../../src/agreement/level.js';
import {
  commitFact,
  finalize,
  finalizedRoom,
  register,
  Room,
  softSafeRoom,
  submit,
  toSoftSafe,
  witness,
} from './fixtures.js';

function step(previousLevel: AgreementLevel, newLevel: AgreementLevel): AgreementCommand {
  return { kind: 'escalate', operationId: 'op#1', previousLevel, newLevel, evidenceId: null, tick: 9 };
}

test('the level becomes soft_safe once the rule is met, leaning on the evidence that is named', () => {
  const room = new Room();
  room.do(register({ rule: { kind: 'threshold', requiredParticipants: 2 } }), submit(witness('alice')));
  expect(room.refusal(toSoftSafe())).toMatchObject({
    code: 'AGREEMENT_RULE_NOT_MET',
    message: 'agreement operation `op#1` has 1 of 2 participants that it needs',
  });
  room.do(submit(witness('bob')));
  expect(room.do(toSoftSafe('op#1', 'witness:bob'))).toEqual([
    {
      kind: 'escalation',
      operationId: 'op#1',
      previousLevel: 'provisional',
      newLevel: 'soft_safe',
      evidenceId: 'witness:bob',
      tick: 3,
    },
  ]);
  expect(room.level()).toBe('soft_safe');
});

test('the same escalation again records nothing', () => {
  const room = softSafeRoom();
  expect(room.do(toSoftSafe('op#1', null, 12))).toEqual([]);
});

test('a retried escalation is accepted even when the operation has gone on', () => {
  expect(finalizedRoom().do(toSoftSafe())).toEqual([]);
});

test('a regression is refused in the words of the reference', () => {
  expect(softSafeRoom().refusal(step('soft_safe', 'provisional'))).toMatchObject({
    code: 'AGREEMENT_REGRESSION',
    message: 'agreement WAL regression for `op#1`: soft_safe -> provisional',
  });
});

test('D23: a refused entry leaves no trace: what is valid is accepted after it', () => {
  const room = softSafeRoom();
  const before = room.bytes();
  room.refusal(step('soft_safe', 'provisional'));
  expect(room.bytes()).toBe(before);
  expect(room.do(submit(witness('bob')), finalize('aborted'))).toHaveLength(2);
});

test('an escalation that does not start where the last one ended is refused in the words of the reference', () => {
  const room = new Room();
  room.do(register(), submit(witness('alice')));
  expect(room.refusal(step('none', 'soft_safe'))).toMatchObject({
    code: 'AGREEMENT_REORDERED',
    message: 'agreement WAL reordered or regressed for `op#1`: last=provisional, entry=none->soft_safe',
  });
  expect(room.refusal(step('soft_safe', 'soft_safe'))).toMatchObject({ code: 'AGREEMENT_REORDERED' });
});

test('a step that leads nowhere is refused', () => {
  expect(softSafeRoom().refusal(step('soft_safe', 'soft_safe'))).toMatchObject({
    code: 'AGREEMENT_ILLEGAL_ESCALATION',
  });
});

test('the level finalized comes only with its outcome', () => {
  const room = softSafeRoom();
  room.do(submit(commitFact()));
  expect(room.refusal(step('soft_safe', 'finalized'))).toMatchObject({
    code: 'AGREEMENT_FINALIZATION_NOT_ADMISSIBLE',
  });
});

test.each(['finalized', 'aborted', 'rejected', 'timed_out'] as const)(
  'D14: nothing escalates after %s, and the refusal tells the outcome',
  (outcome) => {
    const room = new Room();
    room.do(register(), submit(witness('alice')), submit(commitFact()), finalize(outcome));
    expect(room.refusal(toSoftSafe())).toMatchObject({
      code: 'AGREEMENT_AFTER_TERMINAL',
      decided: { outcome },
    });
  },
);

test('an escalation leans only on evidence that is recorded, authoritative and of its level', () => {
  const room = new Room();
  room.do(
    register(),
    submit(witness('alice')),
    submit(witness('bob', { authoritative: false })),
    submit(witness('carol', { level: 'provisional' })),
  );
  for (const [evidenceId, reason] of [
    ['missing', 'it was never recorded'],
    ['witness:bob', 'it is not authoritative'],
    ['witness:carol', 'it supports provisional, not soft_safe'],
  ] as const) {
    expect(room.refusal(toSoftSafe('op#1', evidenceId))).toMatchObject({
      code: 'AGREEMENT_UNUSABLE_EVIDENCE',
      message: `agreement operation \`op#1\` cannot lean on evidence \`${evidenceId}\`: ${reason}`,
    });
  }
  expect(room.do(toSoftSafe('op#1', 'witness:alice'))).toHaveLength(1);
});

test('without agreement needed, no evidence is needed', () => {
  const room = new Room();
  room.do(register({ rule: { kind: 'no_agreement' } }, []), toSoftSafe());
  expect(room.level()).toBe('soft_safe');
});

test('a certificate comes with the level that it stands for, or neither does', () => {
  const room = new Room();
  const certificate = commitFact({ evidenceId: 'certificate', kind: 'certificate', level: 'soft_safe' });
  const certify = { kind: 'certify', operationId: 'op#1', evidence: certificate, tick: 3 } as const;
  room.do(register());
  const before = room.bytes();
  expect(room.refusal(certify)).toMatchObject({ code: 'AGREEMENT_RULE_NOT_MET' });
  expect(room.bytes()).toEqual(before);
  room.do(submit(witness('alice')));
  expect(room.do(certify).map(({ kind }) => kind)).toEqual(['evidence_produced', 'escalation']);
  expect(room.level()).toBe('soft_safe');
  expect(room.do(certify)).toEqual([]);
});
