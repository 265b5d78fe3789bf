import { expect, test } from 'vitest';
import {
  finalizationAdmissible,
  inadmissibleClause,
  isAborted,
  isTerminal,
  provisionalUsable,
  satisfies,
  tracks,
} from '../../../src/agreement/predicates.js';
import type { AgreementEvidence, AgreementState, PrestateBinding } from '../../../src/agreement/records.js';
import { commitFact, contract, prestate } from './fixtures.js';

const terms = contract({ session: 3 });
const fact = commitFact({ session: 3 });
const binding = prestate('op#1', 3);

function state(changes: Partial<AgreementState> = {}): AgreementState {
  return {
    operationId: 'op#1',
    session: 3,
    ownerId: 'authority',
    contractName: 'agreement:op#1',
    level: 'finalized',
    finalization: 'finalized',
    evidenceIds: ['fact'],
    lastUpdatedTick: 4,
    reason: null,
    ...changes,
  };
}

test('a state tracks a contract when operation, session, owner and contract name are equal', () => {
  expect(tracks(terms, state())).toBe(true);
  expect(tracks(terms, state({ operationId: 'op#2' }))).toBe(false);
  expect(tracks(terms, state({ session: null }))).toBe(false);
  expect(tracks(terms, state({ ownerId: 'alice' }))).toBe(false);
  expect(tracks(terms, state({ contractName: 'other' }))).toBe(false);
});

test('evidence satisfies a contract when operation, session, owner and kind are equal and it is authoritative', () => {
  expect(satisfies(fact, terms)).toBe(true);
  expect(satisfies({ ...fact, operationId: 'op#2' }, terms)).toBe(false);
  expect(satisfies({ ...fact, session: 4 }, terms)).toBe(false);
  expect(satisfies({ ...fact, ownerId: 'alice' }, terms)).toBe(false);
  expect(satisfies({ ...fact, kind: 'witness' }, terms)).toBe(false);
  expect(satisfies({ ...fact, authoritative: false }, terms)).toBe(false);
});

test('a result is usable at the level and visibility that the contract asks for, unless it was discarded', () => {
  const soft = state({ level: 'soft_safe', finalization: null });
  expect(provisionalUsable({ ...terms, usableAt: 'soft_safe' }, soft)).toBe(true);
  expect(provisionalUsable({ ...terms, usableAt: 'finalized' }, soft)).toBe(false);
  expect(provisionalUsable({ ...terms, visibility: 'blocked_until_finalized' }, soft)).toBe(false);
  expect(provisionalUsable(terms, { ...soft, operationId: 'op#2' })).toBe(false);
  for (const outcome of ['aborted', 'rejected', 'timed_out'] as const) {
    expect(provisionalUsable(terms, { ...soft, finalization: outcome })).toBe(false);
  }
  expect(provisionalUsable(terms, state())).toBe(true);
});

test('a finalization is admissible only when every clause holds', () => {
  expect(finalizationAdmissible(terms, binding, fact, state())).toBe(true);
  expect(inadmissibleClause(terms, binding, fact, state())).toBeUndefined();
});

const foreign = 'the prestate is bound to another operation or session';
const unfit = "needs authoritative commit_fact evidence of the contract's owner";

interface Case {
  readonly bound?: PrestateBinding;
  readonly by?: AgreementEvidence;
  readonly at?: AgreementState;
}

test.each<[string, Case]>([
  ['the state has another contract_name than the contract', { at: state({ contractName: 'other' }) }],
  [foreign, { bound: { ...binding, operationId: 'op#2' } }],
  [foreign, { bound: { ...binding, session: 4 } }],
  [unfit, { by: { ...fact, authoritative: false } }],
  ['the evidence supports soft_safe, not finalized', { by: { ...fact, level: 'soft_safe' } }],
  ['the level is soft_safe, not finalized', { at: state({ level: 'soft_safe' }) }],
  ['the outcome is not finalized', { at: state({ finalization: null }) }],
  ['the outcome is not finalized', { at: state({ finalization: 'aborted' }) }],
])('a finalization is not admissible: %s', (clause, { bound = binding, by = fact, at = state() }) => {
  expect(finalizationAdmissible(terms, bound, by, at)).toBe(false);
  expect(inadmissibleClause(terms, bound, by, at)).toBe(clause);
});

test('a state is terminal with any outcome, and aborted with that one only', () => {
  expect(isTerminal(state({ finalization: null }))).toBe(false);
  expect(isTerminal(state({ finalization: 'timed_out' }))).toBe(true);
  expect(isAborted(terms, state({ finalization: 'aborted' }))).toBe(true);
  expect(isAborted(terms, state({ finalization: 'rejected' }))).toBe(false);
  expect(isAborted(terms, state({ finalization: 'aborted', session: 4 }))).toBe(false);
});
