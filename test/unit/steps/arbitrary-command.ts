import * as fc from 'fast-check';
import type { StepCommand } from '../../../src/steps/command.js';
import type { EffectClass } from '../../../src/steps/effect.js';
import type { StepOutcome } from '../../../src/steps/outcome.js';
import { sealPayload } from '../../../src/steps/payload.js';
import { stepKeyOf } from '../../../src/steps/step-key.js';

/** Mostly the first, so that commands meet what they are about. */
const mostly = <Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
const executionId = mostly('voyage-1', 'voyage-2');
/** Relative to the attempt that the execution is in: see {@link commandIn}. */
const attempt = mostly(0, -1, 1);
const fingerprint = mostly('f1', 'f2');
const [seven, eight] = [sealPayload(7, 'value'), sealPayload(8, 'value')];
const failure = { name: 'Error', message: 'given up' };

/** What the steps of a program are; another kind at the same key comes now and then. */
const guarded = ['skip', 'fail', 'rerun'] as const;
const keyOf = (usual: string, ...others: readonly string[]) =>
  mostly(usual, ...others).map((name) => stepKeyOf(`${name}#0`));
const guardedKey = (policy: (typeof guarded)[number]) => keyOf(policy, 'read', 'ask', 'nap');

const outcome = fc.constantFrom<StepOutcome>(
  { kind: 'value', payload: seven },
  { kind: 'value', payload: seven },
  { kind: 'value', payload: eight },
  { kind: 'value_unavailable', fault: 'too_large' },
  { kind: 'assumed_done' },
  { kind: 'failed', failure },
  { kind: 'ambiguous' },
);

const onGuarded = fc.constantFrom(...guarded).chain((onAmbiguous) => {
  const stepKey = guardedKey(onAmbiguous);
  const step = { executionId, attempt, stepKey };
  return fc.oneof(
    fc.record({
      kind: fc.constant('intend'),
      ...step,
      fingerprint,
      subclass: fc.constant('custom'),
      onAmbiguous: fc.constant(onAmbiguous),
    }),
    fc.record({
      kind: fc.constant('settle'),
      ...step,
      fingerprint,
      effectClass: mostly<EffectClass>('exactly_once_guarded', 'idempotent'),
      outcome,
    }),
    fc.record({
      kind: fc.constantFrom('resolve_ambiguity', 'resolve_without_running'),
      ...step,
      window: fc.constantFrom(1, 1, 1, 2, 3),
    }),
    fc.record({ kind: fc.constant('withdraw_intent'), ...step }),
  );
});

const onUnguarded = fc.record({
  kind: fc.constant('settle'),
  executionId,
  attempt,
  stepKey: keyOf('read', 'mail', 'skip'),
  fingerprint,
  effectClass: fc.constantFrom('idempotent', 'at_least_once'),
  outcome,
});

const asking = { executionId, stepKey: keyOf('ask', 'read', 'skip') };
const tokenDigest = fc.constantFrom('d1', 'd1', 'd2');
const onPromise = fc.oneof(
  fc.record({ kind: fc.constant('create_promise'), ...asking, attempt, fingerprint }),
  fc.record({ kind: fc.constant('issue_token'), ...asking, attempt, tokenDigest }),
  fc.record({
    kind: fc.constant('resolve_promise'),
    ...asking,
    tokenDigest,
    payload: fc.constantFrom(seven, seven, eight),
  }),
);

const napping = { executionId, attempt, stepKey: keyOf('nap', 'read', 'skip') };
const onTimer = fc.oneof(
  fc.record({
    kind: fc.constant('arm_timer'),
    ...napping,
    fingerprint,
    dueMs: mostly(50, 30, -1),
  }),
  fc.record({ kind: fc.constant('fire_timer'), ...napping, nowMs: fc.constantFrom(40, 50, 60) }),
);

const opening = fc.record({
  kind: fc.constant('open'),
  executionId,
  attempt: fc.constantFrom(0, 1, 1, 2),
  workflow: mostly('voyage', 'other'),
  inputDigest: mostly('ab'.repeat(32), 'cd'.repeat(32)),
});

const diverging = fc.record({
  kind: fc.constant('diverge'),
  executionId,
  attempt,
  stepKey: keyOf('read', 'skip'),
  reason: fc.constant('renamed'),
});

const finishing = fc.record({
  kind: fc.constant('finish'),
  executionId,
  attempt,
  outcome: fc.constantFrom(
    { kind: 'completed', payload: seven } as const,
    { kind: 'completed', payload: seven } as const,
    { kind: 'failed', failure } as const,
  ),
});

const forgetting = fc.record({ kind: fc.constant('forget'), executionId });

/** Anything that may be asked of the journal, in proportions that open it, fill it, end it and open it again. */
const arbitraryCommand: fc.Arbitrary<StepCommand> = fc.oneof(
  { weight: 6, arbitrary: opening },
  { weight: 16, arbitrary: onGuarded },
  { weight: 4, arbitrary: onUnguarded },
  { weight: 9, arbitrary: onPromise },
  { weight: 4, arbitrary: onTimer },
  { weight: 1, arbitrary: diverging },
  { weight: 1, arbitrary: finishing },
  { weight: 1, arbitrary: forgetting },
);

const first: StepCommand = {
  kind: 'open',
  executionId: 'voyage-1',
  attempt: 1,
  workflow: 'voyage',
  inputDigest: 'ab'.repeat(32),
};

/** Commands after a first one that opens an execution. */
export const arbitraryCommands: fc.Arbitrary<readonly StepCommand[]> = fc
  .array(arbitraryCommand, { maxLength: 80, size: 'max' })
  .map((commands) => [first, ...commands]);

/** The command with its attempt told from that of its execution, which begins with 0. */
export function commandIn(command: StepCommand, current: number): StepCommand {
  return 'attempt' in command ? { ...command, attempt: current + command.attempt } : command;
}
