import type { RunComparison } from '../campaign/compare-runs.js';
import type { ReplayOutcome } from '../campaign/replay-outcome.js';
import type { RecordedEvent } from '../trace/event.js';
import { comparisonLines } from './comparison-text.js';
import { counted, grouped } from './figures.js';
import type { Paint } from './paint.js';
import { traceLine } from './trace-line.js';

/** Where two runs part, `here` being the one that is replayed. */
export interface ReplayComparison extends RunComparison {
  /** The other run, for people. */
  readonly other: string;
}

const outcomeWords: Readonly<Record<ReplayOutcome, string>> = {
  'still-fails': 'still fails, as the file tells',
  'fails-otherwise': 'fails otherwise than the file tells',
  'passes-now': 'passes now: every choice fits, and all holds to the end',
  stale: 'stale: the choices no longer fit this build, so that it says nothing about the failure',
  inconclusive: 'inconclusive: a limit cut the run, so that it says nothing about the failure',
};

/** What a replay came to: the whole result, as `--json` prints it. */
export interface ReplayDocument {
  readonly schema: 'seaworthy.replay.v1';
  readonly build: string;
  readonly scenario: string;
  readonly seed: number;
  readonly fingerprint: string;
  readonly events: number;
  readonly virtualMs: number;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** Of a file: what it comes to in this build. */
  readonly outcome: ReplayOutcome | null;
  readonly invariant: string | null;
  readonly subject: string | null;
  readonly message: string | null;
  /** Of a file: the run is the one that it tells of. Of a seed: two runs of it are the same. */
  readonly matches: boolean;
  /** The tape no longer fits this build: passing proves nothing. */
  readonly stale: boolean;
  /** Choices of the file that did not fit their draw, and choices that nothing asked for. */
  readonly staleness: { readonly misfits: number; readonly unused: number };
  /** What is worth knowing about the build, the tape or determinism. */
  readonly notes: readonly string[];
  /** The events asked for by --trace, --until and --node. */
  readonly trace?: readonly RecordedEvent[];
  /** Where it parts from the run asked for by --diff. */
  readonly comparison?: ReplayComparison;
  readonly exit: number;
}

/** A replay for people: the events asked for, then the verdict. */
export function replayText(
  document: ReplayDocument,
  lastEvents: readonly RecordedEvent[],
  paint: Paint,
): string {
  const { scenario, seed, verdict, invariant, subject, message, events, virtualMs } = document;
  const lines = (document.trace ?? []).map(traceLine);
  if (document.trace === undefined && verdict === 'fail') {
    lines.push(paint('dim', `last ${counted(lastEvents.length, 'event')} (all of them: --trace)`));
    lines.push(...lastEvents.map((event) => paint('dim', `  ${traceLine(event)}`)));
  }
  const place = `scenario: ${scenario}  seed ${seed}  ${counted(events, 'event')}  t=${grouped(virtualMs)} ms`;
  if (verdict === 'fail') {
    lines.push(
      `${paint('red', 'FAIL')} ${paint('bold', invariant ?? '')}  subject: ${subject ?? ''}  ${place}`,
    );
    lines.push(`  ${message ?? ''}`);
  } else {
    const word = verdict === 'pass' ? paint('green', 'PASS') : paint('yellow', 'INCONCLUSIVE');
    lines.push(`${word}  ${place}`);
  }
  lines.push(
    `  fingerprint ${document.fingerprint}${document.matches ? '' : paint('yellow', '  (differs)')}`,
  );
  if (document.outcome !== null) lines.push(`  ${paint('bold', outcomeWords[document.outcome])}`);
  lines.push(...document.notes.map((note) => paint('yellow', `  ${note}`)));
  const { comparison } = document;
  if (comparison !== undefined) lines.push(...comparisonLines(comparison, comparison.other, paint));
  return `${lines.join('\n')}\n`;
}
