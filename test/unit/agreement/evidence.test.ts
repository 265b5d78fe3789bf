import { expect, test } from 'vitest';
import { operationEntriesMax } from '../../../src/agreement/draft.js';
import { finalize, gate, register, Room, submit, toSoftSafe, witness } from './fixtures.js';

function room(): Room {
  const made = new Room();
  made.do(register());
  return made;
}

test('evidence is recorded with its tick', () => {
  const evidence = witness('alice');
  expect(room().do(submit(evidence, 7))).toEqual([{ kind: 'evidence_produced', evidence, tick: 7 }]);
});

test('D13: the same evidence is recorded once, whatever the tick at which it comes again', () => {
  const made = room();
  made.do(submit(witness('alice'), 5));
  expect(made.do(submit(witness('alice'), 6), submit(witness('alice'), 7))).toEqual([]);
  expect(made.stateOf()?.evidenceIds).toEqual(['witness:alice']);
});

test.each([
  ['reference', { reference: 'elsewhere' }],
  ['kind', { kind: 'certificate' }],
  ['authority', { authoritative: false }],
  ['level', { level: 'finalized' }],
  ['owner', { ownerId: 'bob' }],
] as const)('D13: the same evidence id with another %s is a conflict, not a duplicate', (_field, change) => {
  const made = room();
  made.do(submit(witness('alice')));
  expect(made.refusal(submit(witness('alice', change)))).toMatchObject({
    code: 'AGREEMENT_EVIDENCE_CONFLICT',
    message: 'agreement WAL evidence conflict for `op#1`: `witness:alice` has another body',
  });
});

test('D9: evidence of another operation is refused', () => {
  const made = room();
  made.do(register({ operationId: 'op#2' }));
  const foreign = { ...submit(witness('alice', { operationId: 'op#2' })), operationId: 'op#1' } as const;
  expect(made.refusal(foreign)).toMatchObject({ code: 'AGREEMENT_FOREIGN_EVIDENCE', field: 'operation_id' });
});

test('D9: evidence of another session is refused', () => {
  const made = new Room();
  made.do(register({ session: 1 }));
  for (const session of [null, 2]) {
    expect(made.refusal(submit(witness('alice', { session })))).toMatchObject({
      code: 'AGREEMENT_FOREIGN_EVIDENCE',
      field: 'session',
    });
  }
  expect(made.do(submit(witness('alice', { session: 1 })))).toHaveLength(1);
});

test('D17: one evidence id in two operations stands for two pieces of evidence', () => {
  const made = room();
  made.do(register({ operationId: 'op#2' }), submit(witness('alice', { reference: 'one' })));
  made.do(submit(witness('alice', { operationId: 'op#2', reference: 'other' })));
  expect(made.stateOf('op#1')?.evidenceIds).toEqual(made.stateOf('op#2')?.evidenceIds);
});

test('new evidence after a terminal outcome is refused, what is known is still accepted', () => {
  const made = room();
  made.do(submit(witness('alice')), finalize('aborted'));
  expect(made.do(submit(witness('alice')))).toEqual([]);
  expect(made.refusal(submit(witness('bob')))).toMatchObject({
    code: 'AGREEMENT_AFTER_TERMINAL',
    decided: { outcome: 'aborted' },
  });
});

test('R4: evidence that is not authoritative is recorded and changes nothing', () => {
  const made = room();
  made.do(submit(witness('alice', { authoritative: false })));
  expect(made.level()).toBe('provisional');
  expect(made.refusal(toSoftSafe())).toMatchObject({
    code: 'AGREEMENT_RULE_NOT_MET',
    progress: { required: 1, counted: 0 },
  });
});

test('an operation takes no more evidence and gates than it may hold, and can still be closed', () => {
  const made = room();
  for (let index = 2; index < operationEntriesMax; index += 1) {
    made.do(submit(witness('alice', { evidenceId: `evidence ${index}` })));
  }
  const full = { code: 'AGREEMENT_LIMIT_REACHED', max: operationEntriesMax };
  expect(made.refusal(submit(witness('bob')))).toMatchObject(full);
  expect(made.refusal(gate('provisional'))).toMatchObject(full);
  made.do(toSoftSafe(), finalize('timed_out'));
  expect(made.stateOf()?.finalization).toBe('timed_out');
});
