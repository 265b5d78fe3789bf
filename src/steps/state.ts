import type {
  AmbiguityResolvedEntry,
  EffectIntentEntry,
  ExecutionOpenedEntry,
  StepEntry,
  StepFailedEntry,
  StepResultEntry,
} from './entry.js';
import type { ExecutionOutcome } from './outcome.js';
import {
  type IntentRecord,
  outlivesAttempt,
  payloadBytesOf,
  type PromiseRecord,
  type StepRecord,
  type TimerRecord,
} from './record.js';
import type { StepKey } from './step-key.js';

/** What is known of one execution: the fold of its entries. */
export interface Execution {
  readonly executionId: string;
  readonly workflow: string;
  readonly inputDigest: string;
  attempt: number;
  /** Where the current attempt left its journal, if it did. */
  divergedAt: StepKey | null;
  outcome: ExecutionOutcome | null;
  /** Of all values in `records` together. */
  payloadBytes: number;
  /** By key, in the order in which they were first recorded. Empty from the end of the execution on. */
  readonly records: Map<StepKey, StepRecord>;
}

/** What the steps room knows: every execution that was not forgotten, by id. */
export interface StepsState {
  readonly executions: Map<string, Execution>;
}

/** The log holds an entry that cannot follow what comes before it. */
export class StepLogCorrupt extends Error {
  readonly code = 'STEPS_LOG_CORRUPT';
  override readonly name = 'StepLogCorrupt';
  readonly executionId: string;
  constructor(executionId: string, reason: string) {
    super(`steps log is corrupt at execution \`${executionId}\`: ${reason}`);
    this.executionId = executionId;
  }
}

/** Takes one entry in. @throws {@link StepLogCorrupt} on one that cannot have been decided. */
export function applyEntry(state: StepsState, entry: StepEntry): void {
  const known = state.executions.get(entry.executionId);
  if (entry.kind === 'execution_opened') {
    if (known === undefined) state.executions.set(entry.executionId, opened(entry));
    else beginAnew(known, entry);
    return;
  }
  if (known === undefined) throw new StepLogCorrupt(entry.executionId, `${entry.kind} before it was opened`);
  if (entry.kind === 'execution_forgotten') {
    if (known.outcome === null) throw new StepLogCorrupt(entry.executionId, 'forgotten before it finished');
    state.executions.delete(entry.executionId);
    return;
  }
  if (known.outcome !== null) throw new StepLogCorrupt(entry.executionId, `${entry.kind} after it finished`);
  advance(known, entry);
}

function opened(entry: ExecutionOpenedEntry): Execution {
  const { executionId, workflow, inputDigest, attempt } = entry;
  if (attempt !== 1) throw new StepLogCorrupt(executionId, `begins with attempt ${attempt}`);
  return {
    executionId,
    workflow,
    inputDigest,
    attempt,
    divergedAt: null,
    outcome: null,
    payloadBytes: 0,
    records: new Map(),
  };
}

/** What can be done again is superseded with the old attempt; what the outside world knows of stays. References Z1 to Z3. */
function beginAnew(execution: Execution, { attempt }: ExecutionOpenedEntry): void {
  if (execution.divergedAt === null || attempt !== execution.attempt + 1) {
    throw new StepLogCorrupt(execution.executionId, `attempt ${attempt} after attempt ${execution.attempt}`);
  }
  execution.attempt = attempt;
  execution.divergedAt = null;
  for (const [key, record] of execution.records) {
    if (!outlivesAttempt(record)) drop(execution, key);
  }
}

type AdvancingEntry = Exclude<StepEntry, { kind: 'execution_opened' | 'execution_forgotten' }>;

function advance(execution: Execution, entry: AdvancingEntry): void {
  switch (entry.kind) {
    case 'effect_intent':
      return add(execution, intentRecord(execution, entry));
    case 'intent_withdrawn':
      intentOf(execution, entry.stepKey);
      return drop(execution, entry.stepKey);
    case 'ambiguity_resolved':
      return put(execution, resolvedRecord(intentOf(execution, entry.stepKey), entry));
    case 'step_result':
    case 'step_failed':
      return settle(execution, entry);
    case 'promise_created': {
      const { stepKey, fingerprint } = entry;
      const { attempt } = execution;
      return add(execution, {
        kind: 'promise',
        stepKey,
        attempt,
        fingerprint,
        tokenDigests: [],
        payload: null,
      });
    }
    case 'promise_token_issued': {
      const promise = promiseOf(execution, entry.stepKey);
      return put(execution, { ...promise, tokenDigests: [...promise.tokenDigests, entry.tokenDigest] });
    }
    case 'promise_resolved':
      return put(execution, { ...promiseOf(execution, entry.stepKey), payload: entry.payload });
    case 'timer_armed': {
      const { stepKey, fingerprint, dueMs } = entry;
      const { attempt } = execution;
      return add(execution, { kind: 'timer', stepKey, attempt, fingerprint, dueMs, isFired: false });
    }
    case 'timer_fired':
      return put(execution, { ...timerOf(execution, entry.stepKey), isFired: true });
    case 'execution_diverged':
      execution.divergedAt = entry.stepKey;
      return;
    case 'execution_finished':
      execution.outcome = entry.outcome;
      execution.records.clear();
      execution.payloadBytes = 0;
  }
}

function settle(execution: Execution, entry: StepResultEntry | StepFailedEntry): void {
  const { stepKey, fingerprint, effectClass, outcome } = entry;
  const known = execution.records.get(stepKey);
  if (known === undefined ? effectClass === 'exactly_once_guarded' : known.kind !== 'intent') {
    throw new StepLogCorrupt(execution.executionId, `${stepKey} cannot be settled`);
  }
  const attempt = known?.attempt ?? execution.attempt;
  put(execution, { kind: 'settled', stepKey, attempt, fingerprint, effectClass, outcome });
}

function intentRecord(execution: Execution, entry: EffectIntentEntry): IntentRecord {
  const { stepKey, fingerprint, subclass, onAmbiguous } = entry;
  const { attempt } = execution;
  return {
    kind: 'intent',
    stepKey,
    attempt,
    fingerprint,
    subclass,
    onAmbiguous,
    window: 1,
    resolvedBy: null,
  };
}

function resolvedRecord(intent: IntentRecord, { policy }: AmbiguityResolvedEntry): IntentRecord {
  return policy === 'rerun' ? { ...intent, window: intent.window + 1 } : { ...intent, resolvedBy: policy };
}

function add(execution: Execution, record: StepRecord): void {
  if (execution.records.has(record.stepKey)) {
    throw new StepLogCorrupt(execution.executionId, `${record.stepKey} is journaled twice`);
  }
  put(execution, record);
}

function put(execution: Execution, record: StepRecord): void {
  execution.payloadBytes += payloadBytesOf(record) - payloadBytesOf(execution.records.get(record.stepKey));
  execution.records.set(record.stepKey, record);
}

function drop(execution: Execution, key: StepKey): void {
  execution.payloadBytes -= payloadBytesOf(execution.records.get(key));
  execution.records.delete(key);
}

function intentOf(execution: Execution, key: StepKey): IntentRecord {
  const record = execution.records.get(key);
  if (record?.kind === 'intent') return record;
  throw new StepLogCorrupt(execution.executionId, `${key} has no open intent`);
}

function promiseOf(execution: Execution, key: StepKey): PromiseRecord {
  const record = execution.records.get(key);
  if (record?.kind === 'promise') return record;
  throw new StepLogCorrupt(execution.executionId, `${key} is no promise`);
}

function timerOf(execution: Execution, key: StepKey): TimerRecord {
  const record = execution.records.get(key);
  if (record?.kind === 'timer') return record;
  throw new StepLogCorrupt(execution.executionId, `${key} is no timer`);
}
