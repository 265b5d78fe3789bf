import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { agreementLevels, finalizationOutcomes } from '../../../src/agreement/level.js';
import { readRecord } from '../../../src/codec/shape.js';
import {
  decodeDecision,
  type DurableRecoveryDecision,
  encodeDecision,
  recoveryActions,
} from '../../../src/recovery/decision.js';
import {
  assertAccounted,
  assertSound,
  brokenClause,
  UnsoundRecovery,
} from '../../../src/recovery/soundness.js';

function decision(changes: Partial<DurableRecoveryDecision> = {}): DurableRecoveryDecision {
  return {
    operationId: 'op#1',
    level: 'provisional',
    finalization: null,
    action: 'reexecute_from_scratch',
    cachedEvidenceIds: [],
    gateCrossed: false,
    checkpointLevel: 'none',
    gateLevel: null,
    ...changes,
  };
}

const resumed = decision({
  action: 'resume_from_evidence_boundary',
  level: 'soft_safe',
  cachedEvidenceIds: ['evidence#1'],
});
const reused = decision({ action: 'reuse_finalized', level: 'finalized', finalization: 'finalized' });
const preserved = decision({ action: 'preserve_terminal', finalization: 'aborted' });

test('sound decisions pass', () => {
  const gated = {
    ...reused,
    gateCrossed: true,
    gateLevel: 'finalized',
    checkpointLevel: 'soft_safe',
  } as const;
  const sound = [decision(), resumed, reused, preserved, gated];
  expect(() => assertSound({ decisions: sound })).not.toThrow();
});

test.each<[string, DurableRecoveryDecision]>([
  ['checkpoint-level', decision({ checkpointLevel: 'soft_safe' })],
  ['gate-level', decision({ gateCrossed: true, gateLevel: 'soft_safe' })],
  ['gate-level', decision({ gateCrossed: true })],
  ['gate-level', decision({ gateCrossed: false, gateLevel: 'finalized' })],
  ['reuse-finalized', { ...reused, level: 'soft_safe' }],
  ['reuse-finalized', { ...reused, finalization: null }],
  ['reuse-finalized', { ...reused, finalization: 'aborted' }],
  ['preserve-terminal', { ...preserved, finalization: null }],
  ['preserve-terminal', { ...preserved, finalization: 'finalized' }],
  ['terminal-stays', decision({ finalization: 'finalized' })],
  ['terminal-stays', decision({ finalization: 'timed_out' })],
  ['terminal-stays', { ...resumed, finalization: 'rejected' }],
  ['evidence-boundary', { ...resumed, level: 'provisional' }],
  ['evidence-boundary', { ...resumed, cachedEvidenceIds: [] }],
])('a decision that breaks %s is named with its operation', (clause, unsound) => {
  expect(brokenClause(unsound)).toBe(clause);
  const plan = { decisions: [resumed, { ...unsound, operationId: 'op#7' }] };
  expect(() => assertSound(plan)).toThrow(UnsoundRecovery);
  const { action, level, finalization } = unsound;
  const found = `action=${action}, level=${level}, outcome=${finalization ?? '-'}`;
  expect(() => assertSound(plan)).toThrow(
    expect.objectContaining({
      code: 'RECOVERY_UNSOUND',
      operationId: 'op#7',
      clause,
      message: `recovery of \`op#7\` breaks ${clause}: ${found}`,
    }),
  );
});

test('an operation without a decision is named', () => {
  const plan = { decisions: [resumed] };
  expect(() => assertAccounted(plan, ['op#1'])).not.toThrow();
  expect(() => assertAccounted(plan, ['op#1', 'op#2'])).toThrow(
    expect.objectContaining({
      code: 'RECOVERY_UNACCOUNTED',
      operationId: 'op#2',
      message: 'recovery says nothing about `op#2`, which was registered before the crash',
    }),
  );
});

test('a decision is written with the keys of the reference first, and read again', () => {
  const value = encodeDecision(resumed);
  expect(Object.keys(value ?? {})).toEqual([
    'operation_id',
    'level',
    'finalization',
    'action',
    'cached_evidence_ids',
    'gate_crossed',
    'checkpoint_level',
    'gate_level',
  ]);
  expect(decodeDecision(value)).toEqual(resumed);
});

test('a decision of the reference is read', () => {
  const value = {
    operation_id: 'op#1',
    level: 'finalized',
    finalization: 'finalized',
    action: 'reuse_finalized',
  };
  expect(decodeDecision(value)).toEqual(reused);
  expect(() => decodeDecision({ ...value, action: 'hope' })).toThrow(/decision\.action/);
});

const orNone = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

test('any decision is read as it was written', () => {
  const anyDecision = fc.record({
    operationId: fc.string(),
    level: fc.constantFrom(...agreementLevels),
    finalization: orNone(fc.constantFrom(...finalizationOutcomes)),
    action: fc.constantFrom(...recoveryActions),
    cachedEvidenceIds: fc.array(fc.string()),
    gateCrossed: fc.boolean(),
    checkpointLevel: fc.constantFrom(...agreementLevels),
    gateLevel: orNone(fc.constantFrom(...agreementLevels)),
  });
  fc.assert(
    fc.property(anyDecision, (written) => {
      expect(decodeDecision(encodeDecision(written))).toEqual(written);
    }),
  );
});

test('a damaged field is named', () => {
  const value = readRecord(encodeDecision(resumed), 'test');
  for (const field of Object.keys(value)) {
    expect(() => decodeDecision({ ...value, [field]: 7 }, 'plan[3]')).toThrow(`plan[3].${field}`);
  }
});

test('R8: a decision that was read is checked like one that was made', () => {
  const value = { operation_id: 'op#1', level: 'soft_safe', action: 'reuse_finalized', gate_crossed: true };
  expect(() => assertSound({ decisions: [decodeDecision(value)] })).toThrow(
    expect.objectContaining({ clause: 'gate-level' }),
  );
});
