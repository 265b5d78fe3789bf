import type { NeededChoice } from '../campaign/explain.js';
import { counted, durationText, grouped } from './figures.js';
import type { Paint } from './paint.js';
import { tableText } from './table.js';
import { traceLine } from './trace-line.js';

/** The size of a run. */
export interface RunSize {
  readonly choices: number;
  readonly events: number;
  readonly virtualMs: number;
}

/** What shrinking came to: the whole result, as `--json` prints it. */
export interface ShrinkDocument {
  readonly schema: 'seaworthy.shrink.v1';
  readonly build: string;
  readonly scenario: string;
  readonly seed: number;
  readonly verdict: 'fail' | 'pass' | 'inconclusive';
  readonly invariant: string | null;
  readonly subject: string | null;
  readonly message: string | null;
  readonly fingerprint: string;
  readonly from: RunSize;
  readonly to: RunSize;
  readonly trials: number;
  readonly wallMs: number;
  readonly isMinimal: boolean;
  readonly needed: readonly NeededChoice[];
  /** Where the small run is kept, and the line that shows it again. */
  readonly file: string | null;
  readonly command: string | null;
  readonly exit: number;
}

/** The card of a shrunk failure: what broke, the choices that broke it, and what happens without each. */
export function shrinkText(document: ShrinkDocument, paint: Paint): string {
  const { scenario, seed, verdict, invariant, subject, message, from, to, trials, file, command } = document;
  if (verdict !== 'fail') {
    const word = verdict === 'pass' ? 'passes' : 'is cut by a limit';
    return `${scenario}, seed ${seed}: the run ${word}, there is nothing to shrink\n`;
  }
  const lines = [
    `${paint('red', 'FAIL')} ${paint('bold', invariant ?? '')}  scenario: ${scenario}  subject: ${subject ?? ''}`,
    `  ${message ?? ''}`,
    `  ${sizeText(from)} -> ${paint('bold', sizeText(to))}, in ${counted(trials, 'trial')} (${durationText(document.wallMs)})`,
  ];
  if (!document.isMinimal)
    lines.push(paint('yellow', '  stopped before nothing gave way: shrink the file to go on'));
  lines.push(...neededLines(document.needed, paint));
  if (file !== null) lines.push(`  file    ${file}`);
  if (command !== null) lines.push(`  replay  ${paint('bold', command)}`);
  return `${lines.join('\n')}\n`;
}

function neededLines(needed: readonly NeededChoice[], paint: Paint): readonly string[] {
  if (needed.length === 0) return ['  no choice is needed: a calm day shows it'];
  const table = tableText(
    [
      { heading: 'at', align: 'right' },
      { heading: 'needed choice', align: 'left' },
      { heading: 'without it', align: 'left' },
      { heading: 'right before', align: 'left' },
    ],
    needed.map(({ choice, next, without, violates }) => [
      `${grouped(choice.atMs)} ms`,
      `${choice.label}#${choice.occurrence} = ${grouped(choice.value)}`,
      without === 'other' ? `violates ${violates ?? ''}` : without,
      next === null ? '' : paint('dim', traceLine(next)),
    ]),
  );
  return table.split('\n').map((line) => `  ${line}`);
}

function sizeText({ choices, events, virtualMs }: RunSize): string {
  return `${counted(choices, 'choice')}, ${counted(events, 'event')}, ${grouped(virtualMs)} ms`;
}
