import type { FailureReport } from '../campaign/campaign-document.js';
import { chainLines } from './chain-text.js';
import { counted, grouped } from './figures.js';
import type { Paint } from './paint.js';
import { shrunkLines } from './shrink-text.js';
import { traceLine } from './trace-line.js';

/** The block of one failure: what was violated, about what, how it ended, and the one line that shows it again. */
export function failureText(failure: FailureReport, showEvents: boolean, paint: Paint): string {
  const { invariant, scenario, subject, message, file, fingerprint, lastEvents } = failure;
  const lines = [
    `${paint('red', 'FAIL')} ${paint('bold', invariant)}  scenario: ${scenario}  subject: ${subject}`,
    `  ${message}`,
    `  ${placeText(failure)}`,
  ];
  lines.push(`  identity ${failure.identity}${failure.state === '' ? '' : `  seen at ${failure.state}`}`);
  if (fingerprint !== null) lines.push(`  fingerprint ${fingerprint}`);
  if (file !== null) lines.push(`  file    ${file}`);
  lines.push(`  replay  ${paint('bold', failure.command)}`);
  const { shrunk } = failure;
  if (shrunk !== null) {
    lines.push(paint('dim', '  shrunk'));
    const isOther = shrunk.subject !== subject || shrunk.message !== message;
    if (isOther) lines.push(`  ${shrunk.subject}: ${shrunk.message}`);
    lines.push(...shrunkLines(shrunk, paint));
  }
  if (failure.chain !== null) lines.push(...chainLines(failure.chain, paint));
  if (showEvents && lastEvents.length > 0) {
    lines.push(paint('dim', `  last ${counted(lastEvents.length, 'event')}`));
    lines.push(...lastEvents.map((event) => paint('dim', `    ${traceLine(event)}`)));
  }
  return lines.join('\n');
}

function placeText({ seed, count, event, atMs }: FailureReport): string {
  const seedText = count === 1 ? `seed ${seed}` : `seed ${seed} (the first of ${grouped(count)})`;
  return event === null ? seedText : `${seedText}  event #${event}  t=${grouped(atMs ?? 0)} ms`;
}
