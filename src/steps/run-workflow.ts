import type { CborValue } from '../codec/cbor.js';
import { DurableContext } from './context.js';
import { ExecutionRun, omitted } from './execution-run.js';
import {
  ExecutionInterrupted,
  type Halt,
  JournalRefused,
  JournalUnavailable,
  ReplayDivergence,
  StepCapExceeded,
} from './halt.js';
import type { ExecutionView, StepJournal } from './journal.js';
import { type ExecutionOutcome, type Failure, failureOf } from './outcome.js';
import { patienceMs } from './limits.js';
import { openPayload, sealInput, sealPayload } from './payload.js';
import { StepLimitReached } from './refusal.js';
import { ReplayCursor } from './replay-cursor.js';
import { settleDoubt } from './settle-doubt.js';

/** An ordinary async function. All that it knows of the world, it knows from its input and its context. */
export interface Workflow {
  /** 1 to 256 characters. */
  readonly name: string;
  readonly program: (context: DurableContext, input: CborValue) => Promise<CborValue>;
}

/** How a workflow ended. */
export type WorkflowOutcome =
  | { readonly kind: 'completed'; readonly value: CborValue }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Runs an execution to its end, from wherever its journal says that it is. Whether it is new is for the journal to say, and not for
 * the caller: reference Z23. After a divergence somebody has to open the next attempt first.
 *
 * @param signal - Stops it here, to be run again later, maybe by another node. Effects that have begun are still journaled.
 * @returns The outcome, which is durable.
 * @throws PayloadRejected when the input cannot be journaled, or the halt that ended this run before there was an outcome.
 */
export async function runWorkflow(
  journal: StepJournal,
  executionId: string,
  workflow: Workflow,
  input: CborValue,
  signal: AbortSignal,
): Promise<WorkflowOutcome> {
  const { input: given, inputDigest } = sealInput(input, executionId);
  const known = await viewOf(journal, executionId);
  const attempt = known?.attempt ?? 1;
  const cursor = new ReplayCursor(known?.stepKeys ?? []);
  const run = new ExecutionRun(journal, executionId, attempt, cursor);
  if (known !== undefined && known.outcome === null && known.divergedAt !== null) {
    throw new ReplayDivergence(known.divergedAt, 'an earlier run was told so, and this attempt is over');
  }
  await run.record({ kind: 'open', executionId, attempt, workflow: workflow.name, inputDigest });
  if (known !== undefined && known.outcome !== null) return opened(known.outcome);
  const over = new AbortController();
  const interrupt = (): void => {
    run.stop(new ExecutionInterrupted(executionId));
    if (run.isBusy) void losePatience(run, over.signal);
  };
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    return opened(await sail(run, workflow, openPayload(given)));
  } finally {
    signal.removeEventListener('abort', interrupt);
    run.close();
    over.abort();
  }
}

/** What an interrupted run has begun is waited for, but not for ever: reference Z22. */
async function losePatience(run: ExecutionRun, over: AbortSignal): Promise<void> {
  const { journal } = run;
  try {
    await journal.sleepUntil(journal.wallMs() + patienceMs, over);
  } catch {
    // The run is over first.
    return;
  }
  run.losePatience();
}

async function viewOf(journal: StepJournal, executionId: string): Promise<ExecutionView | undefined> {
  try {
    return await journal.execution(executionId);
  } catch (cause) {
    throw new JournalUnavailable({ cause });
  }
}

/** From the first line of the program to the durable end. */
async function sail(run: ExecutionRun, workflow: Workflow, input: CborValue): Promise<ExecutionOutcome> {
  run.mustGoOn();
  const ending = endOf(workflow, run, input);
  await Promise.race([ending, run.halted]);
  // What has begun ends first: nothing of this run is under way when somebody else takes over.
  await run.settled();
  if (isLimit(run.halt)) {
    await settleDoubt(run.journal, run.executionId);
    return finish(run, { kind: 'failed', failure: failureOf(run.halt) });
  }
  run.mustGoOn();
  const { unmet } = run.cursor;
  if (unmet !== undefined) {
    return run.poison(omitted(unmet));
  }
  const outcome = await ending;
  run.end();
  return finish(run, outcome);
}

/** A limit that was reached is reached again by every run: it ends the execution. */
function isLimit(halt: Halt | undefined): halt is StepCapExceeded | JournalRefused {
  return (
    halt instanceof StepCapExceeded ||
    (halt instanceof JournalRefused && halt.refusal instanceof StepLimitReached)
  );
}

/** How the program ends, if it does. Never rejects. */
async function endOf(workflow: Workflow, run: ExecutionRun, input: CborValue): Promise<ExecutionOutcome> {
  try {
    const value = await DurableContext.within(run, '', (context) => workflow.program(context, input));
    return { kind: 'completed', payload: sealPayload(value, `result of ${workflow.name}`) };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

async function finish(run: ExecutionRun, outcome: ExecutionOutcome): Promise<ExecutionOutcome> {
  const { executionId, attempt } = run;
  await run.record({ kind: 'finish', executionId, attempt, outcome });
  return outcome;
}

function opened(outcome: ExecutionOutcome): WorkflowOutcome {
  return outcome.kind === 'completed' ? { kind: 'completed', value: openPayload(outcome.payload) } : outcome;
}
