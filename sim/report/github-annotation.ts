import type { FailureReport } from '../campaign/campaign-document.js';
import { failureText } from './failure-text.js';
import { plainPaint } from './paint.js';

/** A failure as the line that GitHub Actions shows as an annotation. */
export function githubAnnotation(failure: FailureReport): string {
  const title = `${failure.identity} in ${failure.scenario}`;
  return `::error title=${escapeProperty(title)}::${escapeData(failureText(failure, false, plainPaint))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
