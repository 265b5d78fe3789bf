import type { CborValue } from '../codec/cbor.js';
import type { StepCommand } from './command.js';
import type { ExecutionOutcome } from './outcome.js';
import type { IntentRecord, StepRecord } from './record.js';
import type { StepRefusal } from './refusal.js';
import type { Execution, StepsState } from './state.js';
import type { StepKey } from './step-key.js';

/**
 * What a context needs of the node: the durable journal of the steps room, a clock, and chance.
 *
 * Contract: what is answered is durable. A rejection means that the journal is unavailable, and nothing is known of the command. One
 * execution is run by one context at a time; that is for whoever owns it to see to.
 */
export interface StepJournal {
  execution(executionId: string): Promise<ExecutionView | undefined>;
  lookup(executionId: string, key: StepKey): Promise<StepRecord | undefined>;
  record(command: StepCommand): Promise<RecordOutcome>;
  /** Whether an effect of the execution may begin now. Asked immediately before each one. */
  mayAct(executionId: string): boolean;
  /** Resolves once the promise may have been resolved. Rejects and holds nothing any more when the signal aborts first. */
  whenResolved(executionId: string, key: StepKey, signal: AbortSignal): Promise<void>;
  /**
   * Runs another workflow for a step, as an operation of its own, once: asked again, it answers what came of it. Rejects and waits no more
   * when the signal aborts first.
   */
  child(executionId: string, key: StepKey, call: ChildCall, signal: AbortSignal): Promise<ChildEnd>;
  /** Milliseconds since the Unix epoch, as this node believes. */
  wallMs(): number;
  /** Resolves at about that time of {@link wallMs}. Rejects and holds no timer any more when the signal aborts first. */
  sleepUntil(dueMs: number, signal: AbortSignal): Promise<void>;
  /** Bytes that nobody can guess. */
  randomBytes(length: number): Uint8Array;
}

export type RecordOutcome =
  { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly refusal: StepRefusal };

/** A workflow by its name, and what it is given. */
export interface ChildCall {
  readonly workflow: string;
  readonly input: CborValue;
}

/** What came of a workflow that was run for a step. */
export type ChildEnd =
  | { readonly kind: 'value'; readonly value: CborValue }
  | { readonly kind: 'failed'; readonly message: string };

/** What a context has to know of its execution before it begins. */
export interface ExecutionView {
  readonly attempt: number;
  readonly divergedAt: StepKey | null;
  readonly outcome: ExecutionOutcome | null;
  /** What the current attempt has journaled, in order. At most as many as one attempt may have. */
  readonly stepKeys: readonly StepKey[];
  /** Guarded effects of any attempt that may or may not have happened. */
  readonly inDoubt: readonly IntentRecord[];
}

/** For a journal that is made of the steps room. */
export function viewExecution(state: StepsState, executionId: string): ExecutionView | undefined {
  const execution = state.executions.get(executionId);
  if (execution === undefined) return undefined;
  const { attempt, divergedAt, outcome, records } = execution;
  const inDoubt = [...records.values()].filter((record) => record.kind === 'intent');
  return { attempt, divergedAt, outcome, stepKeys: stepKeysOf(execution), inDoubt };
}

/** As {@link viewExecution}. */
export function findStep(state: StepsState, executionId: string, key: StepKey): StepRecord | undefined {
  return state.executions.get(executionId)?.records.get(key);
}

function stepKeysOf({ records, attempt }: Execution): StepKey[] {
  return [...records.values()].filter((record) => record.attempt === attempt).map(({ stepKey }) => stepKey);
}
