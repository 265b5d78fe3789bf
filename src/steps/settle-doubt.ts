import type { StepCommand } from './command.js';
import { JournalRefused, JournalUnavailable } from './halt.js';
import type { StepJournal } from './journal.js';
import { withoutRunning } from './effect.js';

/**
 * Settles what is in doubt of an execution whose program will not run again: it is to be cancelled, does not match its journal, or has
 * come to a limit. Each window is resolved by the policy that was recorded with the intent, audited first, and nothing is run: `skip`
 * takes the effect as done, without asking for its result; `fail` leaves it ambiguous; `rerun` cannot be followed, and is audited and
 * settled as `fail`. Only then may the execution end. References Z3, Z22.
 *
 * To be called when no run of the execution is under way. Cut off by a crash, it can be called again.
 *
 * @throws {@link JournalUnavailable} or {@link JournalRefused}
 */
export async function settleDoubt(journal: StepJournal, executionId: string): Promise<void> {
  const known = await answered(() => journal.execution(executionId));
  if (known === undefined) return;
  for (const { stepKey, fingerprint, window, onAmbiguous, resolvedBy } of known.inDoubt) {
    const step = { executionId, attempt: known.attempt, stepKey };
    if (resolvedBy === null) await record(journal, { kind: 'resolve_without_running', ...step, window });
    const isDone = (resolvedBy ?? withoutRunning(onAmbiguous)) === 'skip';
    await record(journal, {
      kind: 'settle',
      ...step,
      fingerprint,
      effectClass: 'exactly_once_guarded',
      outcome: isDone ? { kind: 'assumed_done' } : { kind: 'ambiguous' },
    });
  }
}

async function record(journal: StepJournal, command: StepCommand): Promise<void> {
  const outcome = await answered(() => journal.record(command));
  if (outcome.kind === 'refused') throw new JournalRefused(outcome.refusal);
}

async function answered<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (cause) {
    throw new JournalUnavailable({ cause });
  }
}
