import { describe, expect, test } from 'vitest';
import {
  type AgreementEntry,
  type AgreementWalEntry,
  identityOf,
  isWalEntry,
} from '../../../src/agreement/entry.js';
import type { AgreementLevel, FinalizationOutcome } from '../../../src/agreement/level.js';
import { readSince, readSinceTick, validateEntries } from '../../../src/agreement/wal.js';
import { finalizedRoom, sampleWal, softSafeRoom, witness } from './fixtures.js';

function escalation(
  previousLevel: AgreementLevel,
  newLevel: AgreementLevel,
  operationId = 'op#1',
  tick = 1,
): AgreementWalEntry {
  return { kind: 'escalation', operationId, previousLevel, newLevel, evidenceId: null, tick };
}

function finalization(outcome: FinalizationOutcome, operationId = 'op#1', tick = 1): AgreementWalEntry {
  const ids = { materializationProofId: null, canonicalHandleId: null };
  return { kind: 'finalization', operationId, outcome, ...ids, tick };
}

function gate(gateLevel: AgreementLevel, operationId = 'op#1', tick = 1): AgreementWalEntry {
  return { kind: 'visibility_gate_crossing', operationId, downstreamCoroutineId: 'coro#1', gateLevel, tick };
}

function evidence(changes: Parameters<typeof witness>[1] = {}, tick = 1): AgreementWalEntry {
  return { kind: 'evidence_produced', evidence: witness('alice', changes), tick };
}

describe('identities are those of the reference', () => {
  test('of the sample WAL', () => {
    expect(sampleWal.map(identityOf)).toEqual([
      'evidence:op#1:evidence#1:SoftSafe:4',
      'escalation:op#1:Provisional:SoftSafe:evidence#1:4',
      'finalization:op#1:Finalized:proof#1:handle#1:6',
      'gate:op#1:coro#9:Finalized:7',
    ]);
  });

  test('with a dash for what is absent', () => {
    expect(identityOf(escalation('none', 'provisional'))).toBe('escalation:op#1:None:Provisional:-:1');
    expect(identityOf(finalization('timed_out'))).toBe('finalization:op#1:TimedOut:-:-:1');
  });
});

describe('a valid WAL', () => {
  test('the sample of the reference, which begins in the middle of its operation', () => {
    const operation = validateEntries(sampleWal).get('op#1');
    expect(operation).toMatchObject({ level: 'finalized', finalization: { outcome: 'finalized' } });
  });

  test('what the engine itself has recorded, whole and exported', () => {
    const entries = finalizedRoom().log;
    expect(validateEntries(entries).get('op#1')?.level).toBe('finalized');
    expect(validateEntries(entries.filter(isWalEntry)).get('op#1')?.level).toBe('finalized');
  });

  test('a tail, upon what was known before it, which is left as it is', () => {
    const { log, state } = softSafeRoom();
    const tail = [finalization('rejected')];
    expect(validateEntries(tail, state.operations).get('op#1')?.finalization).toMatchObject({
      outcome: 'rejected',
    });
    expect(state.operations.get('op#1')?.finalization).toBe(undefined);
    expect(log).toHaveLength(4);
  });

  test('interleaved operations keep order, distinct identities and their own levels', () => {
    const entries = [
      escalation('none', 'provisional', 'a', 1),
      escalation('none', 'provisional', 'b', 2),
      escalation('provisional', 'soft_safe', 'a', 3),
      escalation('provisional', 'soft_safe', 'b', 4),
      finalization('aborted', 'a', 5),
      gate('soft_safe', 'b', 6),
    ];
    const operations = validateEntries(entries);
    expect([...operations.keys()]).toEqual(['a', 'b']);
    expect(operations.get('a')?.finalization).toMatchObject({ outcome: 'aborted' });
    expect(operations.get('b')).toMatchObject({ level: 'soft_safe', finalization: undefined });
    expect(new Set(entries.map(identityOf)).size).toBe(entries.length);
    expect(readSinceTick(entries, 3)).toEqual(entries.slice(3));
  });

  test('D13: evidence, outcome and gates that a log of the reference repeats at each tick count once', () => {
    const round = (tick: number) => [
      evidence({}, tick),
      finalization('finalized', 'op#1', tick),
      gate('soft_safe', 'op#1', tick),
    ];
    const operation = validateEntries([
      evidence(),
      escalation('provisional', 'soft_safe'),
      ...round(5),
      ...round(6),
      ...round(7),
    ]).get('op#1');
    expect(operation?.history).toHaveLength(4);
  });
});

test.each<[string, readonly AgreementEntry[], string, string]>([
  [
    'a regression',
    [escalation('soft_safe', 'provisional'), escalation('provisional', 'soft_safe')],
    'AGREEMENT_REGRESSION',
    'agreement WAL regression for `op#1`: soft_safe -> provisional',
  ],
  [
    'a step taken again after a later one',
    [
      escalation('provisional', 'soft_safe'),
      escalation('soft_safe', 'finalized'),
      escalation('provisional', 'soft_safe'),
    ],
    'AGREEMENT_REORDERED',
    'agreement WAL reordered or regressed for `op#1`: last=finalized, entry=provisional->soft_safe',
  ],
  [
    'a gap',
    [escalation('none', 'provisional'), escalation('soft_safe', 'finalized')],
    'AGREEMENT_REORDERED',
    'agreement WAL reordered or regressed for `op#1`: last=provisional, entry=soft_safe->finalized',
  ],
  [
    'a step that leads nowhere',
    [escalation('soft_safe', 'soft_safe')],
    'AGREEMENT_ILLEGAL_ESCALATION',
    'agreement WAL illegal escalation for `op#1`: soft_safe -> soft_safe',
  ],
  [
    'D14: a level that jumps',
    [escalation('none', 'finalized')],
    'AGREEMENT_ILLEGAL_ESCALATION',
    'agreement WAL illegal escalation for `op#1`: none -> finalized',
  ],
  [
    'D14: an outcome after another',
    [finalization('finalized', 'op#1', 5), finalization('aborted', 'op#1', 6)],
    'AGREEMENT_TERMINAL_CONFLICT',
    'agreement WAL terminal conflict for `op#1`: decided=finalized, entry=aborted',
  ],
  [
    'D14: an outcome that contradicts the level finalized',
    [escalation('soft_safe', 'finalized'), finalization('timed_out')],
    'AGREEMENT_TERMINAL_CONFLICT',
    'agreement WAL terminal conflict for `op#1`: decided=finalized, entry=timed_out',
  ],
  [
    'D14: an escalation after the outcome',
    [escalation('none', 'provisional'), finalization('aborted'), escalation('provisional', 'soft_safe')],
    'AGREEMENT_AFTER_TERMINAL',
    'agreement WAL entry after terminal for `op#1`: decided=aborted, entry=escalation',
  ],
  [
    'evidence after the outcome',
    [finalization('aborted'), evidence()],
    'AGREEMENT_AFTER_TERMINAL',
    'agreement WAL entry after terminal for `op#1`: decided=aborted, entry=evidence_produced',
  ],
  [
    'D13: evidence whose body has changed',
    [evidence(), evidence({ reference: 'elsewhere' })],
    'AGREEMENT_EVIDENCE_CONFLICT',
    'agreement WAL evidence conflict for `op#1`: `witness:alice` has another body',
  ],
  [
    'D6: a gate above the level',
    [escalation('none', 'provisional'), gate('soft_safe')],
    'AGREEMENT_GATE_CLOSED',
    'agreement WAL gate closed for `op#1`: gate=soft_safe, level=provisional',
  ],
  [
    'D6: a gate of an aborted operation',
    [escalation('provisional', 'soft_safe'), finalization('aborted'), gate('none')],
    'AGREEMENT_GATE_CLOSED',
    'agreement WAL gate closed for `op#1`: gate=none, outcome=aborted',
  ],
  [
    'R2: a gate of which the tail alone does not show that it may be open',
    [gate('soft_safe')],
    'AGREEMENT_GATE_CLOSED',
    'agreement WAL gate closed for `op#1`: gate=soft_safe, level=none',
  ],
])('%s makes a WAL invalid', (_name, entries, code, message) => {
  expect(() => validateEntries(entries)).toThrow(
    expect.objectContaining({ code, message, operationId: 'op#1' }),
  );
});

test.each<[string, readonly AgreementEntry[], string]>([
  ['forgotten before it was terminal', softSafeRoom().log, 'forgotten before it was terminal'],
  ['forgotten, and was never there', [], 'forgotten before it was terminal'],
])('a log in which an operation is %s is corrupt', (_name, entries, reason) => {
  const forgotten = { kind: 'operation_forgotten', operationId: 'op#1', tick: 9 } as const;
  expect(() => validateEntries([...entries, forgotten])).toThrow(
    expect.objectContaining({
      code: 'AGREEMENT_LOG_CORRUPT',
      message: `agreement log is corrupt at \`op#1\`: ${reason}`,
    }),
  );
});

test('a log in which an operation is registered twice is corrupt', () => {
  const [registration] = softSafeRoom().log;
  if (registration === undefined) throw new Error('nothing was recorded');
  expect(() => validateEntries([registration, registration])).toThrow(/registered twice/);
});

test('an operation that was registered starts at none, and nowhere else', () => {
  const [registration] = softSafeRoom().log;
  if (registration === undefined) throw new Error('nothing was recorded');
  expect(() => validateEntries([registration, escalation('provisional', 'soft_safe')])).toThrow(
    expect.objectContaining({ code: 'AGREEMENT_REORDERED' }),
  );
});

test('D30: what shares its tick with a checkpoint is read since the position of the checkpoint', () => {
  const log = [1, 2, 3].map((lsn) => ({ lsn, entry: gate('none', `op#${lsn}`, 4) }));
  expect(readSince(log, 1)).toEqual(log.slice(1));
  expect(readSince(log, 0)).toEqual(log);
  expect(readSince(log, 3)).toEqual([]);
});

test('D30: ticks that go backwards lose nothing', () => {
  const log = [9, 2, 5].map((tick, index) => ({ lsn: index + 1, entry: gate('none', 'op#1', tick) }));
  expect(readSince(log, 1).map((placed) => placed.entry.tick)).toEqual([2, 5]);
});

test('by tick, an artifact is read strictly behind the tick, in its order', () => {
  expect(readSinceTick(sampleWal, 4)).toEqual(sampleWal.slice(2));
  expect(readSinceTick(sampleWal, 0)).toEqual(sampleWal);
  expect(readSinceTick(sampleWal, 7)).toEqual([]);
});
