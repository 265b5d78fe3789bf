import type { CausalChain } from '../campaign/causal-chain.js';
import type { NeededChoice } from '../campaign/explain.js';
import type { RunSize, ShrunkReport } from '../campaign/keep-shrunk.js';
import { chainLines } from './chain-text.js';
import { counted, durationText, grouped } from './figures.js';
import type { Paint } from './paint.js';
import { tableText } from './table.js';
import { traceLine } from './trace-line.js';

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
  /** As a campaign tells it: see `failureIdentity`. */
  readonly identity: string | null;
  readonly state: string | null;
  readonly fingerprint: string;
  readonly wallMs: number;
  /** Null when the run does not fail: there is nothing to shrink. */
  readonly shrunk: ShrunkReport | null;
  /** How the smallest run came to fail. */
  readonly chain: CausalChain | null;
  readonly exit: number;
}

/** The card of a shrunk failure: what broke, the choices that broke it, and what happens without each. */
export function shrinkText(document: ShrinkDocument, paint: Paint): string {
  const { scenario, seed, verdict, invariant, subject, message, wallMs, shrunk, chain, identity, state } =
    document;
  if (shrunk === null) {
    const word = verdict === 'pass' ? 'passes' : 'is cut by a limit';
    return `${scenario}, seed ${seed}: the run ${word}, there is nothing to shrink\n`;
  }
  const lines = [
    `${paint('red', 'FAIL')} ${paint('bold', invariant ?? '')}  scenario: ${scenario}  subject: ${subject ?? ''}`,
    `  ${message ?? ''}`,
    `  identity ${identity ?? ''}  seen at ${state ?? ''}`,
    ...shrunkLines(shrunk, paint),
    ...(chain === null ? [] : chainLines(chain, paint)),
    paint('dim', `  ${durationText(wallMs)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** How small a failure got, what it needs, and the line that shows it. */
export function shrunkLines(shrunk: ShrunkReport, paint: Paint): readonly string[] {
  const { from, to, trials, isMinimal, needed, file, command } = shrunk;
  const lines = [`  ${sizeText(from)} -> ${paint('bold', sizeText(to))}, in ${counted(trials, 'trial')}`];
  if (!isMinimal) lines.push(paint('yellow', '  stopped before nothing gave way: shrink the file to go on'));
  if (to.choices === 0) lines.push('  no choice is needed: a calm day shows it');
  lines.push(...neededLines(needed, paint), `  file    ${file}`, `  replay  ${paint('bold', command)}`);
  return lines;
}

function neededLines(needed: readonly NeededChoice[], paint: Paint): readonly string[] {
  if (needed.length === 0) return [];
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
