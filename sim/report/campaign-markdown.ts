import type { CampaignDocument, FailureReport } from '../campaign/campaign-document.js';
import { campaignGrade } from './campaign-grade.js';
import { campaignOrigin } from './campaign-origin.js';
import { remarks, verdictLine } from './campaign-text.js';
import { counted, grouped, perSecond } from './figures.js';
import { codeBlock, markdownTable, markdownText } from './markdown.js';
import { plainPaint } from './paint.js';

const marks = { good: '✅', bad: '❌', warn: '⚠️' } as const;

/** A campaign as the summary of a job, in Markdown as GitHub reads it. */
export function campaignMarkdown(document: CampaignDocument): string {
  const { failures, scenarios, combinedFingerprint } = document;
  const remarkText = remarks(document, plainPaint);
  const parts = [
    `## ${marks[campaignGrade(document)]} ${markdownText(verdictLine(document, plainPaint))}`,
    markdownText([...campaignOrigin(document), `combined fingerprint ${combinedFingerprint}`].join(', ')),
    ...failures.map(failureMarkdown),
    remarkText === '' ? '' : codeBlock('text', remarkText),
    markdownTable(
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

function failureMarkdown(failure: FailureReport): string {
  const { identity, scenario, seed, count, chain, shrunk } = failure;
  const { subject, message, command } = shrunk ?? failure;
  const runs = count === 1 ? 'once' : `${grouped(count)} times`;
  const choices = shrunk === null ? '' : `, ${counted(shrunk.to.choices, 'choice')}`;
  return [
    `### ${markdownText(identity)}`,
    `${markdownText(`${subject}: ${message}`)} (${markdownText(scenario)}, seed ${seed}, ${runs}${choices})`,
    codeBlock('text', command),
    ...(chain === null ? [] : [chain.links.map(({ words }) => `1. ${markdownText(words)}`).join('\n')]),
  ].join('\n\n');
}
