import type { CampaignDocument, FailureReport } from '../campaign/campaign-document.js';
import { remarks, verdictLine } from './campaign-text.js';
import { grouped, perSecond } from './figures.js';
import { plainPaint } from './paint.js';

/** A campaign as the summary of a job, in Markdown as GitHub reads it. */
export function campaignMarkdown(document: CampaignDocument): string {
  const { exit, failures, scenarios, build, firstSeed, shard, combinedFingerprint } = document;
  const mark = exit === 0 ? '✅' : failures.length > 0 ? '❌' : '⚠️';
  const remarkText = remarks(document, plainPaint);
  const parts = [
    `## ${mark} ${markdownText(verdictLine(document, plainPaint))}`,
    `build ${markdownText(build)}, first seed ${firstSeed}, shard ${shard}, combined fingerprint ${combinedFingerprint}`,
    ...failures.map(failureMarkdown),
    remarkText === '' ? '' : codeBlock(remarkText),
    table(
      ['scenario', 'runs', 'runs/s of a worker', 'events/s'],
      scenarios.map(({ name, runs, events, workerMs }) => [
        name,
        grouped(runs),
        grouped(perSecond(runs, workerMs)),
        grouped(perSecond(events, workerMs)),
      ]),
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function failureMarkdown({
  identity,
  scenario,
  seed,
  count,
  subject,
  message,
  chain,
  ...rest
}: FailureReport): string {
  const { shrunk, command } = rest;
  const runs = count === 1 ? 'once' : `${grouped(count)} times`;
  const choices = shrunk === null ? '' : `, ${grouped(shrunk.to.choices)} choices`;
  return [
    `### ${markdownText(identity)}`,
    `${markdownText(`${subject}: ${message}`)} (${markdownText(scenario)}, seed ${seed}, ${runs}${choices})`,
    codeBlock(shrunk?.command ?? command),
    ...(chain === null ? [] : [chain.links.map(({ words }) => `1. ${markdownText(words)}`).join('\n')]),
  ].join('\n\n');
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, headings.map(() => '---'), ...rows.map((row) => row.map(markdownText))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A text that stays what it is: no markup, no mention, and on one line. */
export function markdownText(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]|~#@]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Fenced by more backticks than the text has in a row. */
function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
