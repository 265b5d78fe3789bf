import { divergenceMessage } from '../campaign/divergence.js';
import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import type { Verdict } from '../kernel/voyage.js';
import type { ReplayDocument } from '../report/replay-text.js';
import type { RecordedEvent } from '../trace/event.js';
import { firstDivergence } from '../trace/first-divergence.js';
import type { ReplaySubject } from './replay-subject.js';

/** A replay's document and exit code. A stale tape never counts as a bug that was fixed. */
export function describeReplay(
  subject: ReplaySubject,
  build: string,
  first: Verdict,
  second: Verdict,
  trace: readonly RecordedEvent[] | undefined,
): ReplayDocument & { readonly exit: ExitCode } {
  const { violation, staleness, fingerprint } = first;
  const isDeterministic = fingerprint === second.fingerprint;
  const stale = staleness.misfits + staleness.unused > 0;
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
    invariant: violation?.invariant ?? null,
    subject: violation?.subject ?? null,
    message: violation?.message ?? null,
    matches: isDeterministic && fingerprint === (subject.reproduction?.fingerprint ?? fingerprint),
    stale,
    staleness,
    notes: notesOf(subject, build, first, second, stale),
    ...(trace === undefined ? {} : { trace }),
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
  const invariant = first.violation?.invariant;
  if (invariant !== undefined && invariant !== reproduction.invariant) {
    notes.push(`the file tells of another invariant: ${reproduction.invariant}`);
  }
  return notes;
}
