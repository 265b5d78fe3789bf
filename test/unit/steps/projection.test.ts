import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../../src/codec/cbor.js';
import { readRecord } from '../../../src/codec/shape.js';
import type { FinishCommand, SettleCommand, StepCommand } from '../../../src/steps/command.js';
import type { StepEntry } from '../../../src/steps/entry.js';
import { attemptsMax, stepsMax } from '../../../src/steps/limits.js';
import type { StepOutcome } from '../../../src/steps/outcome.js';
import { sealPayload } from '../../../src/steps/payload.js';
import { stepsProjection } from '../../../src/steps/projection.js';
import { ProjectionBench } from '../projection-bench.js';
import { executionId, key } from './harness.js';

const step = { executionId, attempt: 1, stepKey: key('pay#0') } as const;
const inputDigest = 'ab'.repeat(32);
const open = { kind: 'open', executionId, attempt: 1, workflow: 'voyage', inputDigest } as const;
const intend = {
  kind: 'intend',
  ...step,
  fingerprint: 'f1',
  subclass: 'money_moving',
  onAmbiguous: 'skip',
} as const;
const value = { kind: 'value', payload: sealPayload(7, 'value') } as const;
const other: StepOutcome = { kind: 'value', payload: sealPayload(8, 'value') };

function settle(outcome: StepOutcome, changes: Partial<SettleCommand> = {}): SettleCommand {
  const guarded = { fingerprint: 'f1', effectClass: 'exactly_once_guarded' } as const;
  return { kind: 'settle', ...step, ...guarded, outcome, ...changes };
}

function finish(outcome: StepOutcome = value): FinishCommand {
  const completed = { kind: 'completed', payload: sealPayload(outcome.kind, 'result') } as const;
  return { kind: 'finish', executionId, attempt: 1, outcome: completed };
}

const failed = { kind: 'failed', failure: { name: 'Error', message: 'given up' } } as const;
const diverge = { kind: 'diverge', ...step, reason: 'renamed' } as const;
const resolve = { kind: 'resolve_ambiguity', ...step, window: 1 } as const;

/** The room after some commands, all of which are accepted. Restarts from a snapshot before each, as the law wants it. */
function after(...commands: readonly StepCommand[]) {
  let state = stepsProjection.initial();
  const entries: StepEntry[] = [];
  for (const command of commands) {
    state = stepsProjection.restore(decode(encode(stepsProjection.capture(state))));
    const decision = stepsProjection.decide(state, command);
    if (decision.kind === 'refused') throw decision.refusal;
    for (const entry of decision.entries) {
      const read = stepsProjection.decodeEntry(decode(encode(stepsProjection.encodeEntry(entry))));
      expect(read).toEqual(entry);
      stepsProjection.apply(state, read, entries.push(entry));
    }
  }
  return { state, entries };
}

/** The code of the refusal that a command meets, or the kinds of what it records. */
function answer(commands: readonly StepCommand[], command: StepCommand): unknown {
  const { state } = after(...commands);
  const before = stepsProjection.capture(state);
  const decision = stepsProjection.decide(state, command);
  expect(stepsProjection.capture(state)).toEqual(before);
  return decision.kind === 'refused' ? decision.refusal.code : decision.entries.map(({ kind }) => kind);
}

const created = { kind: 'create_promise', ...step, fingerprint: 'f1' } as const;
const armed = { kind: 'arm_timer', ...step, fingerprint: 'f1', dueMs: 50 } as const;
const issued = { kind: 'issue_token', ...step, tokenDigest: 'd1' } as const;

test.each<[string, readonly StepCommand[], StepCommand, unknown]>([
  ['an execution begins with attempt 1', [], { ...open, attempt: 2 }, 'STEPS_WRONG_ATTEMPT'],
  ['Z15: opening again attaches', [open], open, []],
  ['another workflow', [open], { ...open, workflow: 'other' }, 'STEPS_EXECUTION_CONFLICT'],
  ['another input', [open], { ...open, inputDigest: 'cd'.repeat(32) }, 'STEPS_EXECUTION_CONFLICT'],
  ['no digest', [], { ...open, inputDigest: 'x' }, 'STEPS_INVALID_INPUT'],
  ['no id', [], { ...open, executionId: '' }, 'STEPS_INVALID_INPUT'],
  ['an id too long', [], { ...open, executionId: 'x'.repeat(257) }, 'STEPS_INVALID_INPUT'],
  ['a next attempt needs a divergence', [open], { ...open, attempt: 2 }, 'STEPS_WRONG_ATTEMPT'],
  ['a next attempt', [open, diverge], { ...open, attempt: 2 }, ['execution_opened']],
  ['an attempt is not skipped', [open, diverge], { ...open, attempt: 3 }, 'STEPS_WRONG_ATTEMPT'],
  ['a diverged attempt', [open, diverge], open, 'STEPS_EXECUTION_DIVERGED'],
  ['a finished execution is attached to', [open, finish()], open, []],
  ['nothing is opened', [], intend, 'STEPS_UNKNOWN_EXECUTION'],
  ['an intent', [open], intend, ['effect_intent']],
  ['an intent is never accepted twice', [open, intend], intend, 'STEPS_STEP_NOT_READY'],
  ['an intent of another step', [open, intend], { ...intend, fingerprint: 'f2' }, 'STEPS_STEP_CONFLICT'],
  ['a result without an intent', [open], settle(value), 'STEPS_STEP_NOT_READY'],
  ['a result', [open, intend], settle(value), ['step_result']],
  ['a failure', [open, intend], settle(failed), ['step_failed']],
  ['Z1: the same result again', [open, intend, settle(value)], settle(value), []],
  ['Z1: another result', [open, intend, settle(value)], settle(other), 'STEPS_STEP_NOT_READY'],
  ['a failure after a result', [open, intend, settle(value)], settle(failed), 'STEPS_STEP_NOT_READY'],
  ['the same failure again', [open, intend, settle(failed)], settle(failed), []],
  [
    'another failure',
    [open, intend, settle(failed)],
    settle({ ...failed, failure: { name: 'Error', message: 'other' } }),
    'STEPS_STEP_NOT_READY',
  ],
  ['a result of another step', [open, intend], settle(value, { fingerprint: 'f2' }), 'STEPS_STEP_CONFLICT'],
  [
    'a result of another class',
    [open, intend],
    settle(value, { effectClass: 'idempotent' }),
    'STEPS_STEP_CONFLICT',
  ],
  ['an unguarded result', [open], settle(value, { effectClass: 'idempotent' }), ['step_result']],
  [
    'unguarded steps are never in doubt',
    [open],
    settle({ kind: 'assumed_done' }, { effectClass: 'idempotent' }),
    'STEPS_STEP_NOT_READY',
  ],
  ['done is not assumed unaudited', [open, intend], settle({ kind: 'assumed_done' }), 'STEPS_STEP_NOT_READY'],
  ['nor is doubt told', [open, intend], settle({ kind: 'ambiguous' }), 'STEPS_STEP_NOT_READY'],
  ['a window is resolved', [open, intend], resolve, ['ambiguity_resolved']],
  ['A4: once', [open, intend, resolve], resolve, []],
  ['a window that is not open', [open, intend], { ...resolve, window: 2 }, 'STEPS_STEP_NOT_READY'],
  ['no window', [open], resolve, 'STEPS_STEP_NOT_READY'],
  ['skip assumes', [open, intend, resolve], settle({ kind: 'assumed_done' }), ['step_result']],
  ['skip takes an answer', [open, intend, resolve], settle(value), ['step_result']],
  ['skip is no failure', [open, intend, resolve], settle(failed), 'STEPS_STEP_NOT_READY'],
  ['skip is no doubt', [open, intend, resolve], settle({ kind: 'ambiguous' }), 'STEPS_STEP_NOT_READY'],
  [
    'fail tells',
    [open, { ...intend, onAmbiguous: 'fail' }, resolve],
    settle({ kind: 'ambiguous' }),
    ['step_failed'],
  ],
  [
    'fail has no value',
    [open, { ...intend, onAmbiguous: 'fail' }, resolve],
    settle(value),
    'STEPS_STEP_NOT_READY',
  ],
  [
    'a rerun opens another window',
    [open, { ...intend, onAmbiguous: 'rerun' }, resolve],
    { ...resolve, window: 2 },
    ['ambiguity_resolved'],
  ],
  ['an intent is taken back', [open, intend], { ...resolve, kind: 'withdraw_intent' }, ['intent_withdrawn']],
  [
    'but not when it may have acted',
    [open, { ...intend, onAmbiguous: 'rerun' }, resolve],
    { kind: 'withdraw_intent', ...step },
    'STEPS_STEP_NOT_READY',
  ],
  [
    'Z3: nor when it is of an earlier attempt',
    [open, intend, diverge, { ...open, attempt: 2 }],
    { kind: 'withdraw_intent', ...step, attempt: 2 },
    'STEPS_STEP_NOT_READY',
  ],
  [
    'nor when it was audited',
    [open, intend, resolve],
    { kind: 'withdraw_intent', ...step },
    'STEPS_STEP_NOT_READY',
  ],
  ['poison: nothing is begun', [open, diverge], intend, 'STEPS_EXECUTION_DIVERGED'],
  ['poison: what was begun is told', [open, intend, diverge], settle(value), ['step_result']],
  ['poison: it is resolved', [open, intend, diverge], resolve, ['ambiguity_resolved']],
  [
    'poison: it is taken back',
    [open, intend, diverge],
    { kind: 'withdraw_intent', ...step },
    ['intent_withdrawn'],
  ],
  [
    'poison: nothing else is journaled',
    [open, diverge],
    settle(value, { effectClass: 'idempotent' }),
    'STEPS_EXECUTION_DIVERGED',
  ],
  ['poison: no promise', [open, diverge], created, 'STEPS_EXECUTION_DIVERGED'],
  ['one divergence is enough', [open, diverge], { ...diverge, reason: 'other' }, []],
  ['poison: no good end', [open, diverge], finish(), 'STEPS_EXECUTION_DIVERGED'],
  [
    'poison: a bad end',
    [open, diverge],
    { kind: 'finish', executionId, attempt: 1, outcome: failed },
    ['execution_finished'],
  ],
  ['the end of another attempt', [open], { ...finish(), attempt: 2 }, 'STEPS_WRONG_ATTEMPT'],
  ['no end in doubt', [open, intend], finish(), 'STEPS_EFFECT_IN_DOUBT'],
  ['the end', [open, intend, settle(value)], finish(), ['execution_finished']],
  ['the same end again', [open, finish()], finish(), []],
  ['Z15: another end', [open, finish()], finish({ kind: 'ambiguous' }), 'STEPS_EXECUTION_FINISHED'],
  ['after the end', [open, finish()], intend, 'STEPS_EXECUTION_FINISHED'],
  ['nothing to forget', [], { kind: 'forget', executionId }, []],
  ['not forgotten before the end', [open], { kind: 'forget', executionId }, 'STEPS_EXECUTION_NOT_FINISHED'],
  ['forgotten', [open, finish()], { kind: 'forget', executionId }, ['execution_forgotten']],
  ['a promise', [open], created, ['promise_created']],
  ['the same promise', [open, created], created, []],
  ['another promise', [open, created], { ...created, fingerprint: 'f2' }, 'STEPS_STEP_CONFLICT'],
  ['a result for a promise', [open, created], settle(value), 'STEPS_STEP_CONFLICT'],
  ['a token', [open, created], issued, ['promise_token_issued']],
  ['the same token', [open, created, issued], issued, []],
  ['a token of no promise', [open], issued, 'STEPS_UNKNOWN_PROMISE'],
  ['a timer', [open], armed, ['timer_armed']],
  ['a timer twice', [open, armed], armed, 'STEPS_STEP_NOT_READY'],
  ['another timer', [open, armed], { ...armed, fingerprint: 'f2' }, 'STEPS_STEP_CONFLICT'],
  ['a timer before time began', [open], { ...armed, dueMs: -1 }, 'STEPS_INVALID_INPUT'],
  [
    'Z17: early, by the time that the command brings',
    [open, armed],
    { kind: 'fire_timer', ...step, nowMs: 49 },
    'STEPS_TIMER_NOT_DUE',
  ],
  ['due', [open, armed], { kind: 'fire_timer', ...step, nowMs: 50 }, ['timer_fired']],
  ['no timer', [open], { kind: 'fire_timer', ...step, nowMs: 50 }, 'STEPS_STEP_NOT_READY'],
  [
    'fired once',
    [open, armed, { kind: 'fire_timer', ...step, nowMs: 50 }],
    { kind: 'fire_timer', ...step, nowMs: 60 },
    [],
  ],
])('%s', (_, given, command, expected) => {
  expect(answer(given, command)).toEqual(expected);
});

test('Z1: another attempt keeps what the outside world knows of, and drops what can be done again', () => {
  const named = (name: string) => ({ ...step, stepKey: key(`${name}#0`) });
  const { state } = after(
    open,
    intend,
    { ...intend, ...named('paid') },
    settle(value, named('paid')),
    settle(value, { ...named('read'), effectClass: 'idempotent' }),
    settle(value, { ...named('mail'), effectClass: 'at_least_once' }),
    { ...created, ...named('asked') },
    { ...armed, ...named('slept') },
    diverge,
    { ...open, attempt: 2 },
  );
  expect([...(state.executions.get(executionId)?.records.keys() ?? [])]).toEqual([
    'pay#0',
    'paid#0',
    'asked#0',
  ]);
  expect(state.executions.get(executionId)?.payloadBytes).toBe(1);
});

test('Z14: whatever a workflow is called, an execution that was opened is read again', () => {
  for (const workflow of ['agent_turn', 'Custom("x")', 'näïve/😀 ', '0', 'x'.repeat(256)]) {
    const { state } = after({ ...open, workflow }, intend);
    const restored = stepsProjection.restore(decode(encode(stepsProjection.capture(state))));
    expect(restored.executions.get(executionId)).toMatchObject({ workflow, attempt: 1 });
  }
});

test('Z17: the number of attempts is limited', () => {
  const commands: StepCommand[] = [open];
  for (let attempt = 1; attempt < attemptsMax; attempt += 1) {
    commands.push({ ...diverge, attempt }, { ...open, attempt: attempt + 1 });
  }
  commands.push({ ...diverge, attempt: attemptsMax });
  expect(answer(commands, { ...open, attempt: attemptsMax + 1 })).toBe('STEPS_LIMIT_REACHED');
});

/** A room whose commands are neither encoded nor compared, for many or large ones. */
class FastRoom {
  readonly #bench = new ProjectionBench(stepsProjection);

  /** The code of the refusal, or how much was recorded. */
  put(command: StepCommand): string | number {
    const { refusal, entries } = this.#bench.give(command);
    return refusal?.code ?? entries.length;
  }
}

test('Z17: the number of steps is limited, of each attempt on its own', () => {
  const room = new FastRoom();
  room.put(open);
  for (let index = 0; index < stepsMax; index += 1) room.put({ ...intend, stepKey: key(`pay#${index}`) });
  const next = { ...intend, stepKey: key(`pay#${stepsMax}`) };
  expect(room.put(next)).toBe('STEPS_LIMIT_REACHED');
  expect(room.put({ ...created, stepKey: key('p#0') })).toBe('STEPS_LIMIT_REACHED');
  expect(room.put({ ...armed, stepKey: key('t#0') })).toBe('STEPS_LIMIT_REACHED');
  const unguarded = { stepKey: key('s#0'), effectClass: 'idempotent' } as const;
  expect(room.put(settle(value, unguarded))).toBe('STEPS_LIMIT_REACHED');
  expect(room.put(settle(value))).toBe(1);
  room.put(diverge);
  room.put({ ...open, attempt: 2 });
  expect(room.put({ ...next, attempt: 2 })).toBe(1);
});

test('Z17: the values of an execution are limited together, promised ones as well', () => {
  const large = { kind: 'value', payload: sealPayload(new Uint8Array(1_048_571), 'value') } as const;
  const room = new FastRoom();
  const promised = { ...created, stepKey: key('p#0') };
  const token = { ...issued, stepKey: key('p#0') };
  for (const command of [open, intend, promised, token]) room.put(command);
  for (let index = 0; index < 16; index += 1) {
    expect(room.put(settle(large, { stepKey: key(`s#${index}`), effectClass: 'idempotent' }))).toBe(1);
  }
  const { stepKey, tokenDigest } = token;
  const { payload } = value;
  expect(room.put({ kind: 'resolve_promise', executionId, stepKey, tokenDigest, payload })).toBe(
    'STEPS_LIMIT_REACHED',
  );
  expect(room.put(settle(value))).toBe('STEPS_LIMIT_REACHED');
  expect(room.put(settle(failed))).toBe(1);
});

describe('an entry that cannot have been decided is refused, not folded, and for its own reason:', () => {
  const at = { executionId, stepKey: key('pay#0') };
  const settled: StepEntry = {
    kind: 'step_result',
    ...at,
    fingerprint: 'f1',
    effectClass: 'exactly_once_guarded',
    outcome: { kind: 'assumed_done' },
  };
  const intent: StepEntry = {
    kind: 'effect_intent',
    ...at,
    fingerprint: 'f1',
    subclass: 'custom',
    onAmbiguous: 'fail',
  };
  const opening: StepEntry = { ...open, kind: 'execution_opened' };
  const withdrawn: StepEntry = { kind: 'intent_withdrawn', ...at };
  const wrong: readonly (readonly [string, readonly StepCommand[], StepEntry])[] = [
    ['step_result before it was opened', [], settled],
    ['begins with attempt 2', [], { ...opening, attempt: 2 }],
    ['attempt 1 after attempt 1', [open], opening],
    ['attempt 2 after attempt 1', [open], { ...opening, attempt: 2 }],
    ['attempt 3 after attempt 1', [open, diverge], { ...opening, attempt: 3 }],
    ['pay#0 cannot be settled', [open], settled],
    ['pay#0 cannot be settled', [open, armed], { ...settled, effectClass: 'idempotent' }],
    ['pay#0 is journaled twice', [open, intend], intent],
    ['pay#0 has no open intent', [open], withdrawn],
    ['pay#0 has no open intent', [open, intend, settle(value)], withdrawn],
    ['pay#0 is no promise', [open, armed], { kind: 'promise_token_issued', ...at, tokenDigest: 'd' }],
    ['pay#0 is no timer', [open, created], { kind: 'timer_fired', ...at, nowMs: 1 }],
    ['forgotten before it finished', [open], { kind: 'execution_forgotten', executionId }],
    ['effect_intent after it finished', [open, finish()], intent],
  ];
  test.each(wrong)('%s', (reason, given, entry) => {
    const { state } = after(...given);
    expect(() => stepsProjection.apply(state, entry, 9)).toThrow(
      expect.objectContaining({
        code: 'STEPS_LOG_CORRUPT',
        name: 'StepLogCorrupt',
        executionId,
        message: `steps log is corrupt at execution \`${executionId}\`: ${reason}`,
      }),
    );
  });
});

test.each(['x'.repeat(64), 'ab'.repeat(31), 'ab'.repeat(33), `ab${'ab'.repeat(32)}`])(
  'no execution is opened with an input digest that is none: %s',
  (digest) => {
    const decision = stepsProjection.decide(stepsProjection.initial(), { ...open, inputDigest: digest });
    expect(decision).toMatchObject({
      refusal: { code: 'STEPS_INVALID_INPUT', message: expect.stringContaining('the input digest is none') },
    });
  },
);

test('a value counts once, whatever is recorded of its promise behind it', () => {
  const { stepKey, tokenDigest } = issued;
  const { payload } = value;
  const resolved = { kind: 'resolve_promise', executionId, stepKey, tokenDigest, payload } as const;
  const { state } = after(open, created, issued, resolved, { ...issued, tokenDigest: 'd2' });
  expect(state.executions.get(executionId)).toMatchObject({ payloadBytes: payload.length });
  expect(state.executions.get(executionId)?.records.get(stepKey)).toMatchObject({
    tokenDigests: ['d1', 'd2'],
  });
});

test('bytes that are no entry of this version are refused', () => {
  const [opening] = after(open).entries;
  if (opening === undefined) throw new Error('nothing was recorded');
  const encoded = readRecord(stepsProjection.encodeEntry(opening), 'entry');
  for (const fields of [{ version: 2 }, { kind: 'checkpoint' }, { attempt: -1 }, { execution_id: 7 }]) {
    expect(() => stepsProjection.decodeEntry({ ...encoded, ...fields })).toThrow(
      expect.objectContaining({ code: 'CODEC_UNEXPECTED_SHAPE' }),
    );
  }
});

test('equal states give equal bytes, whichever execution came first', () => {
  const second = { ...open, executionId: 'voyage-0' };
  expect(encode(stepsProjection.capture(after(open, second).state))).toEqual(
    encode(stepsProjection.capture(after(second, open).state)),
  );
});
