import { expect, test } from 'vitest';
import type { AgreementEvidence, AgreementRule } from '../../../src/agreement/records.js';
import { isMet, ruleProgress } from '../../../src/agreement/rule.js';
import { witness } from './fixtures.js';

const participants = ['alice', 'bob', 'carol'];

function met(rule: AgreementRule, evidence: readonly AgreementEvidence[]): boolean {
  return isMet(ruleProgress(rule, participants, evidence, 'soft_safe'));
}

const words = participants.map((participant) => witness(participant));

test.each<[AgreementRule, readonly boolean[]]>([
  [{ kind: 'no_agreement' }, [true, true, true, true]],
  [{ kind: 'any_participant' }, [false, true, true, true]],
  [{ kind: 'threshold', requiredParticipants: 2 }, [false, false, true, true]],
  [{ kind: 'unanimous' }, [false, false, false, true]],
  [{ kind: 'named', ruleName: 'dependent_work' }, [false, false, false, true]],
])('$kind is met by enough participants', (rule, expected) => {
  expect([0, 1, 2, 3].map((count) => met(rule, words.slice(0, count)))).toEqual(expected);
});

test('a participant counts once, however many witnesses it gives', () => {
  const twice = [witness('alice'), witness('alice', { evidenceId: 'again' })];
  expect(ruleProgress({ kind: 'unanimous' }, participants, twice, 'soft_safe')).toEqual({
    required: 3,
    counted: 1,
  });
});

test.each<[string, AgreementEvidence]>([
  ['not authoritative', witness('alice', { authoritative: false })],
  ['nobody declared', witness('mallory')],
  ['nobody at all', witness('alice', { ownerId: null })],
  ['no witness', witness('alice', { kind: 'certificate' })],
  ['of too low a level', witness('alice', { level: 'provisional' })],
])('evidence does not count that is of %s', (_name, evidence) => {
  expect(met({ kind: 'any_participant' }, [evidence])).toBe(false);
});
