import { describe, expect, test } from 'vitest';
import type { AgreementWalEntry } from '../../../src/agreement/entry.js';
import type { AgreementLevel, FinalizationOutcome } from '../../../src/agreement/level.js';
import { agreementProjection } from '../../../src/agreement/projection.js';
import { readSince, validateEntries } from '../../../src/agreement/wal.js';
import {
  type Checkpoint,
  type DurableRecoveryPlan,
  planFrom,
  planRecovery,
} from '../../../src/recovery/plan.js';
import { assertAccounted } from '../../../src/recovery/soundness.js';
import { emptySpan, extendSpan } from '../../../src/recovery/tail-span.js';
import {
  commitFact,
  finalize,
  finalizedRoom,
  gate as crossGate,
  register,
  Room,
  sampleWal,
  softSafeRoom,
  submit,
  toSoftSafe,
  witness,
} from '../agreement/fixtures.js';

function evidence(
  operationId: string,
  evidenceId: string,
  level: AgreementLevel,
  tick: number,
): AgreementWalEntry {
  return { kind: 'evidence_produced', evidence: witness('alice', { operationId, evidenceId, level }), tick };
}

function escalation(
  operationId: string,
  newLevel: 'provisional' | 'soft_safe',
  evidenceId: string | null,
  tick: number,
): AgreementWalEntry {
  const previousLevel = newLevel === 'soft_safe' ? 'provisional' : 'none';
  return { kind: 'escalation', operationId, previousLevel, newLevel, evidenceId, tick };
}

function finalization(operationId: string, outcome: FinalizationOutcome, tick: number): AgreementWalEntry {
  const ids = { materializationProofId: null, canonicalHandleId: null };
  return { kind: 'finalization', operationId, outcome, ...ids, tick };
}

function gate(operationId: string, gateLevel: AgreementLevel, tick: number): AgreementWalEntry {
  return { kind: 'visibility_gate_crossing', operationId, downstreamCoroutineId: 'coro#1', gateLevel, tick };
}

/** Recovers from a checkpoint in the middle of a log whose LSNs are those of the entries' order. */
function recover(
  entries: readonly AgreementWalEntry[],
  checkpointLsn: number,
  cached: readonly string[] = [],
): DurableRecoveryPlan {
  const log = entries.map((entry, index) => ({ lsn: index + 1, entry }));
  const checkpoint: Checkpoint = {
    lsn: checkpointLsn,
    tick: entries[checkpointLsn - 1]?.tick ?? 0,
    operations: validateEntries(entries.slice(0, checkpointLsn)),
  };
  return planRecovery(checkpoint, readSince(log, checkpointLsn), new Set(cached));
}

function actions(plan: DurableRecoveryPlan): Readonly<Record<string, string>> {
  return Object.fromEntries(plan.decisions.map((decision) => [decision.operationId, decision.action]));
}

const lives = [
  escalation('provisional', 'provisional', 'prov#1', 2),
  evidence('provisional', 'prov#1', 'provisional', 2),
  evidence('soft', 'soft#1', 'soft_safe', 3),
  escalation('soft', 'soft_safe', 'soft#1', 3),
  evidence('done', 'done#1', 'finalized', 4),
  finalization('done', 'finalized', 4),
  gate('done', 'finalized', 4),
  finalization('late', 'timed_out', 5),
];

test('each operation is classified by its level, its outcome and its cached evidence', () => {
  const plan = recover(lives, 0, ['prov#1', 'soft#1']);
  expect(actions(plan)).toEqual({
    provisional: 'reexecute_from_scratch',
    soft: 'resume_from_evidence_boundary',
    done: 'reuse_finalized',
    late: 'preserve_terminal',
  });
  expect(plan.decisions.map((decision) => decision.operationId)).toEqual([
    'done',
    'late',
    'provisional',
    'soft',
  ]);
  expect(plan.decisions.find((decision) => decision.operationId === 'soft')?.cachedEvidenceIds).toEqual([
    'soft#1',
  ]);
  expect(plan.decisions.find((decision) => decision.operationId === 'done')).toEqual({
    operationId: 'done',
    level: 'finalized',
    finalization: 'finalized',
    action: 'reuse_finalized',
    cachedEvidenceIds: [],
    gateCrossed: true,
    checkpointLevel: 'none',
    gateLevel: 'finalized',
  });
});

describe('wherever the crash falls', () => {
  test('an empty log gives an empty plan', () => {
    const plan = recover([], 0);
    expect(plan).toMatchObject({ checkpointLsn: 0, recoveredLsn: 0, decisions: [] });
  });

  test('before its gate, a soft_safe operation is resumed and its gate not taken for crossed', () => {
    const plan = recover(lives.slice(0, 4), 2, ['soft#1']);
    expect(plan.decisions.at(-1)).toMatchObject({
      action: 'resume_from_evidence_boundary',
      gateCrossed: false,
      gateLevel: null,
    });
  });

  test('after its outcome, a finalized operation is reused, wherever the checkpoint is', () => {
    for (let lsn = 0; lsn <= sampleWal.length; lsn += 1) {
      expect(actions(recover(sampleWal, lsn))).toEqual({ 'op#1': 'reuse_finalized' });
    }
  });

  test('the same checkpoint and log give the same plan', () => {
    expect(recover(lives, 3, ['soft#1'])).toEqual(recover(lives, 3, ['soft#1']));
  });

  test('the decisions do not depend on where the checkpoint was, but for its own level', () => {
    const plans = lives.map((_entry, index) => recover(lives, index + 1, ['soft#1']).decisions);
    const bare = plans.map((decisions) =>
      decisions.map((decision) => ({ ...decision, checkpointLevel: undefined })),
    );
    expect(new Set(bare.map((decisions) => JSON.stringify(decisions))).size).toBe(1);
  });
});

test('R2: what the checkpoint already holds counts, even when the tail holds only a gate', () => {
  const entries = [...lives.slice(2, 4), gate('soft', 'soft_safe', 5)];
  expect(recover(entries, 2).decisions).toMatchObject([
    { level: 'soft_safe', checkpointLevel: 'soft_safe', gateCrossed: true, gateLevel: 'soft_safe' },
  ]);
});

test('R3: an operation that lies wholly before the checkpoint gets a decision', () => {
  const entries = [finalization('done', 'finalized', 1), escalation('next', 'provisional', null, 2)];
  expect(actions(recover(entries, 1))).toEqual({
    done: 'reuse_finalized',
    next: 'reexecute_from_scratch',
  });
});

test('R4: evidence that is not authoritative raises no level', () => {
  const weak: AgreementWalEntry = {
    kind: 'evidence_produced',
    evidence: witness('alice', { authoritative: false }),
    tick: 1,
  };
  expect(recover([weak], 0, ['witness:alice']).decisions).toMatchObject([
    { level: 'none', action: 'reexecute_from_scratch', cachedEvidenceIds: [] },
  ]);
});

describe('R5: an operation is resumed only upon evidence that can be used', () => {
  test('without any, it is executed again', () => {
    expect(actions(recover(lives, 0))['soft']).toBe('reexecute_from_scratch');
    expect(actions(recover(lives, 0, ['prov#1', 'done#1']))['soft']).toBe('reexecute_from_scratch');
  });

  test('the evidence that an escalation leans on counts, though the entry of the evidence is not there', () => {
    const plan = recover([escalation('soft', 'soft_safe', 'soft#1', 3)], 0, ['soft#1']);
    expect(plan.decisions).toMatchObject([
      { action: 'resume_from_evidence_boundary', cachedEvidenceIds: ['soft#1'] },
    ]);
  });
});

describe('R6: a tail belongs behind its checkpoint', () => {
  const checkpoint: Checkpoint = { lsn: 4, tick: 4, operations: new Map() };
  const entry = escalation('a', 'provisional', null, 5);

  test('an entry that the checkpoint covers is refused', () => {
    expect(() => planRecovery(checkpoint, [{ lsn: 4, entry }], new Set())).toThrow(
      expect.objectContaining({ code: 'RECOVERY_MISPLACED_TAIL', lsn: 4, afterLsn: 4 }),
    );
  });

  test('entries out of order are refused', () => {
    const tail = [6, 5].map((lsn) => ({ lsn, entry }));
    expect(() => planRecovery(checkpoint, tail, new Set())).toThrow(
      "the log's tail has LSN 5 where only one greater than 6 may stand",
    );
  });

  test('an entry that the checkpoint covers is refused, also when the tail was folded before the checkpoint was known', () => {
    const tail = extendSpan(extendSpan(emptySpan(0), { lsn: 4, entry }), { lsn: 5, entry });
    expect(() => planFrom(checkpoint, tail, new Map(), new Set())).toThrow(
      expect.objectContaining({ code: 'RECOVERY_MISPLACED_TAIL', lsn: 4, afterLsn: 4 }),
    );
  });

  test('a tail without entries ends with the checkpoint', () => {
    expect(planFrom(checkpoint, emptySpan(0), new Map(), new Set()).recoveredLsn).toBe(4);
  });

  test('LSNs of other rooms in between are no gap', () => {
    expect(planRecovery(checkpoint, [{ lsn: 9, entry }], new Set()).recoveredLsn).toBe(9);
  });
});

test('R7: the metadata tells the lowest and highest tick of the tail, and the evidence that is really reused', () => {
  const entries = [
    escalation('b', 'provisional', null, 9),
    evidence('soft', 'soft#1', 'soft_safe', 30),
    escalation('soft', 'soft_safe', 'soft#1', 12),
    finalization('done', 'finalized', 11),
    evidence('b', 'b#1', 'provisional', 20),
  ];
  const plan = recover(entries, 1, ['soft#1', 'b#1', 'unrelated#1']);
  expect(plan.metadata).toEqual({
    checkpointTick: 9,
    walTailStartTick: 11,
    highestRecoveredTick: 30,
    resumedOperationIds: ['b', 'soft'],
    terminalOperationIds: ['done'],
    cachedEvidenceIds: ['soft#1'],
  });
});

test('D30: an entry that shares its tick with the checkpoint is taken into account', () => {
  const entries = [escalation('a', 'provisional', null, 4), finalization('a', 'aborted', 4)];
  expect(actions(recover(entries, 1))).toEqual({ a: 'preserve_terminal' });
});

test('a plan that would be unsound is not handed out', () => {
  const operations = validateEntries([escalation('a', 'soft_safe', null, 1), gate('a', 'soft_safe', 2)]);
  const damaged = operations.get('a');
  if (damaged !== undefined) damaged.level = 'provisional';
  expect(() => planRecovery({ lsn: 2, tick: 2, operations }, [], new Set())).toThrow(
    expect.objectContaining({ code: 'RECOVERY_UNSOUND', operationId: 'a', clause: 'gate-level' }),
  );
});

test('D14: a log with two outcomes for one operation is not recovered from', () => {
  const entries = [finalization('a', 'finalized', 5), finalization('a', 'aborted', 6)];
  expect(() => recover([...entries], 0)).toThrow(
    expect.objectContaining({ code: 'AGREEMENT_TERMINAL_CONFLICT' }),
  );
});

describe('of what the engine itself recorded', () => {
  function planOf(room: Room, cached: readonly string[] = []): DurableRecoveryPlan {
    return planRecovery({ lsn: 0, tick: 0, operations: new Map() }, room.placed, new Set(cached));
  }

  test('the decisions cover every operation that was registered', () => {
    const room = finalizedRoom();
    room.do(register({ operationId: 'op#2' }), register({ operationId: 'op#3' }));
    const plan = planOf(room);
    expect(actions(plan)).toEqual({
      'op#1': 'reuse_finalized',
      'op#2': 'reexecute_from_scratch',
      'op#3': 'reexecute_from_scratch',
    });
    expect(() => assertAccounted(plan, room.state.operations.keys())).not.toThrow();
  });

  test('from a snapshot and from the whole log, the decisions are the same', () => {
    const room = softSafeRoom();
    const snapshot = agreementProjection.restore(agreementProjection.capture(room.state));
    room.do(crossGate('soft_safe'), submit(commitFact()), finalize('finalized'));
    const checkpoint = { lsn: snapshot.lastLsn, tick: 3, operations: snapshot.operations };
    const short = planRecovery(checkpoint, readSince(room.placed, snapshot.lastLsn), new Set());
    expect(short.decisions).toMatchObject([{ checkpointLevel: 'soft_safe', level: 'finalized' }]);
    expect(short.decisions.map((decision) => ({ ...decision, checkpointLevel: 'none' }))).toEqual(
      planOf(room).decisions,
    );
  });

  test('one witness of three is no agreement, whatever level it speaks for', () => {
    const room = new Room();
    room.do(register({ rule: { kind: 'unanimous' } }), submit(witness('alice', { level: 'finalized' })));
    expect(planOf(room, ['witness:alice']).decisions).toMatchObject([
      { level: 'provisional', action: 'reexecute_from_scratch' },
    ]);
  });

  test('a rule that was met just before the crash counts, though nobody escalated yet', () => {
    const room = new Room();
    room.do(register(), submit(witness('alice')));
    expect(planOf(room, ['witness:alice']).decisions).toMatchObject([
      { level: 'soft_safe', action: 'resume_from_evidence_boundary', cachedEvidenceIds: ['witness:alice'] },
    ]);
  });

  test('where no agreement is needed, none is assumed', () => {
    const room = new Room();
    room.do(register({ rule: { kind: 'no_agreement' } }, []));
    expect(planOf(room).decisions).toMatchObject([{ level: 'provisional' }]);
    room.do(toSoftSafe());
    expect(planOf(room).decisions).toMatchObject([{ level: 'soft_safe' }]);
  });

  test('an id that was forgotten and registered again owes nothing to its former life', () => {
    const room = finalizedRoom();
    const checkpoint = { lsn: room.log.length, tick: 4, operations: new Map(room.state.operations) };
    room.do({ kind: 'forget', operationId: 'op#1', tick: 9 }, register());
    const tail = readSince(room.placed, checkpoint.lsn);
    expect(planRecovery(checkpoint, tail, new Set()).decisions).toMatchObject([
      { checkpointLevel: 'none', level: 'provisional', action: 'reexecute_from_scratch' },
    ]);
  });

  test('what was forgotten is not decided about', () => {
    const room = finalizedRoom();
    room.do({ kind: 'forget', operationId: 'op#1', tick: 9 });
    expect(planOf(room).decisions).toEqual([]);
  });
});
