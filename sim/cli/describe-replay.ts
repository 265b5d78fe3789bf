import { divergenceMessage } from '../campaign/divergence.js';
import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { isStale, replayOutcome } from '../campaign/replay-outcome.js';
import type { Verdict } from '../kernel/voyage.js';
import type { ReplayComparison, ReplayDocument } from '../report/replay-text.js';
import type { RecordedEvent } from '../trace/event.js';
import { firstDivergence } from '../trace/first-divergence.js';
import type { ReplaySubject } from './replay-subject.js';

/** What was asked for besides the verdict. */
export interface ReplayRequested {
  readonly trace?: readonly RecordedEvent[] | undefined;
  readonly comparison?: ReplayComparison | undefined;
}

/** A replay's document and exit code. A stale tape never counts as a bug that was fixed. */
export function describeReplay(
  subject: ReplaySubject,
  build: string,
  first: Verdict,
  second: Verdict,
  { trace, comparison }: ReplayRequested,
): ReplayDocument & { readonly exit: ExitCode } {
  const { violation, staleness, fingerprint } = first;
  const isDeterministic = fingerprint === second.fingerprint;
  const { reproduction } = subject;
  const stale = reproduction !== undefined && isStale(reproduction, first);
  const verdict = verdictOf(first);
  return {
    schema: 'seaworthy.replay.v1',
    build,
    scenario: subject.scenario.name,
    seed: subject.seed,
    fingerprint,
    events: first.events,
    virtualMs: first.virtualMs,
    verdict,
    outcome: reproduction === undefined ? null : replayOutcome(reproduction, first),
    invariant: violation?.invariant ?? null,
    subject: violation?.subject ?? null,
    message: violation?.message ?? null,
    matches: isDeterministic && fingerprint === (reproduction?.fingerprint ?? fingerprint),
    stale,
    staleness,
    notes: notesOf(subject, build, first, second, stale),
    ...(trace === undefined ? {} : { trace }),
    ...(comparison === undefined ? {} : { comparison }),
    exit: exitOf(isDeterministic, stale, verdict),
  };
}

function verdictOf({ violation, end }: Verdict): ReplayDocument['verdict'] {
  if (violation !== undefined) return 'fail';
  return end === 'idle' ? 'pass' : 'inconclusive';
}

function exitOf(isDeterministic: boolean, stale: boolean, verdict: ReplayDocument['verdict']): ExitCode {
  if (!isDeterministic) return exitCode.harnessFault;
  if (verdict === 'fail') return exitCode.found;
  return stale || verdict === 'inconclusive' ? exitCode.inconclusive : exitCode.clean;
}

function notesOf(
  { reproduction }: ReplaySubject,
  build: string,
  first: Verdict,
  second: Verdict,
  stale: boolean,
): readonly string[] {
  const notes: string[] = [];
  if (first.fingerprint !== second.fingerprint) {
    const where = divergenceMessage(firstDivergence(first.trace, second.trace));
    notes.push(`same-tape-same-trace: two runs differ, ${where}`);
  }
  if (reproduction === undefined) return notes;
  if (reproduction.build !== build)
    notes.push(`written by build ${reproduction.build}, replayed by ${build}`);
  if (stale) {
    const { misfits, unused } = first.staleness;
    notes.push(`stale: of its choices ${misfits} do not fit and ${unused} are not asked for in this build`);
  }
  const { violation } = first;
  if (violation === undefined) return notes;
  const { invariant, subject } = reproduction;
  if (violation.invariant !== invariant) notes.push(`the file tells of another invariant: ${invariant}`);
  else if (violation.subject !== subject) notes.push(`the file tells of another subject: ${subject}`);
  return notes;
}
