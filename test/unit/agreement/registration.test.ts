import { describe, expect, test } from 'vitest';
import type { AgreementRule } from '../../../src/agreement/records.js';
import { participantsMax } from '../../../src/agreement/registration.js';
import {
  contract,
  finalize,
  finalizedRoom,
  gate,
  prestate,
  register,
  Room,
  submit,
  toSoftSafe,
  witness,
} from './fixtures.js';

test('registering records the contract and the step to provisional in one batch', () => {
  const room = new Room();
  expect(room.do(register()).map((entry) => entry.kind)).toEqual(['contract_registered', 'escalation']);
  expect(room.stateOf()).toEqual({
    operationId: 'op#1',
    session: null,
    ownerId: 'authority',
    contractName: 'agreement:op#1',
    level: 'provisional',
    finalization: null,
    evidenceIds: [],
    lastUpdatedTick: 1,
    reason: null,
  });
});

test('registering again on the same terms records nothing, at any tick and after any outcome', () => {
  const room = new Room();
  room.do(register());
  expect(room.do(register({}, undefined, 9))).toEqual([]);
  room.do(finalize('aborted'));
  expect(room.do(register())).toEqual([]);
});

test('registering on other terms is refused', () => {
  const room = new Room();
  room.do(register());
  for (const other of [
    register({ visibility: 'immediate' }),
    register({ rule: { kind: 'unanimous' } }),
    register({}, ['alice']),
  ]) {
    expect(room.refusal(other)).toMatchObject({ code: 'AGREEMENT_CONTRACT_CONFLICT', operationId: 'op#1' });
  }
});

describe('terms that nothing could ever meet are refused', () => {
  const refusal = (changes: Parameters<typeof register>[0], participants?: readonly string[]) =>
    new Room().refusal(register(changes, participants));

  test.each<[AgreementRule, readonly string[]]>([
    [{ kind: 'any_participant' }, []],
    [{ kind: 'unanimous' }, []],
    [{ kind: 'named', ruleName: 'quorum' }, []],
    [{ kind: 'threshold', requiredParticipants: 0 }, ['alice']],
    [{ kind: 'threshold', requiredParticipants: 2 }, ['alice']],
    [{ kind: 'threshold', requiredParticipants: 1.5 }, ['alice', 'bob']],
  ])('$kind without enough participants', (rule, participants) => {
    expect(refusal({ rule }, participants)).toMatchObject({ code: 'AGREEMENT_INVALID_INPUT' });
  });

  test('a participant declared twice, or too many of them', () => {
    expect(refusal({}, ['alice', 'alice'])).toMatchObject({ reason: 'a participant is declared twice' });
    const many = Array.from({ length: participantsMax + 1 }, (_each, index) => `participant ${index}`);
    expect(refusal({}, many)).toMatchObject({ code: 'AGREEMENT_INVALID_INPUT' });
  });

  test('an outcome that would be final below level finalized', () => {
    expect(refusal({ finalizedAt: 'soft_safe' })).toMatchObject({
      reason: 'finalized_at is soft_safe, not finalized',
    });
  });

  test('a prestate of another operation or session', () => {
    const command = { kind: 'register', contract: contract(), participants: ['alice'], tick: 1 } as const;
    for (const binding of [prestate('op#2'), prestate('op#1', 4)]) {
      expect(new Room().refusal({ ...command, prestate: binding })).toMatchObject({
        reason: 'the prestate is bound to another operation or session',
      });
    }
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('session or tick %s', (number) => {
    expect(refusal({ session: number })).toMatchObject({ code: 'AGREEMENT_INVALID_INPUT' });
    expect(new Room().refusal(gate('none', 'coro#9', number))).toMatchObject({
      code: 'AGREEMENT_INVALID_INPUT',
    });
  });
});

test('nothing may be asked of an operation that was never registered', () => {
  const room = new Room();
  for (const command of [submit(witness('alice')), toSoftSafe(), finalize('aborted'), gate('none')]) {
    expect(room.refusal(command)).toMatchObject({ code: 'AGREEMENT_UNKNOWN_OPERATION', operationId: 'op#1' });
  }
});

describe('forgetting', () => {
  const forget = { kind: 'forget', operationId: 'op#1', tick: 8 } as const;

  test('drops a terminal operation, and again nothing', () => {
    const room = finalizedRoom();
    room.do(forget);
    expect(room.state.operations.size).toBe(0);
    expect(room.do(forget)).toEqual([]);
  });

  test('is refused while the operation is not terminal', () => {
    const room = new Room();
    room.do(register());
    expect(room.refusal(forget)).toMatchObject({ code: 'AGREEMENT_NOT_TERMINAL' });
  });
});
