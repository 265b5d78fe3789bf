import type { CampaignDocument, FailureReport, ScenarioFigures } from '../../campaign/campaign-document.js';
import type { MutantVerdict } from '../../campaign/mutant-verdict.js';
import { campaignGrade } from '../campaign-grade.js';
import { campaignOrigin } from '../campaign-origin.js';
import { remarks, verdictLine } from '../campaign-text.js';
import { counted, grouped, perSecond } from '../figures.js';
import { plainPaint } from '../paint.js';
import { coverageMatrix } from './coverage-matrix.js';
import { escapeHtml } from './escape-html.js';
import { htmlTable } from './html-table.js';
import { pageHtml } from './page.js';

/** What became of one planted bug, as far as a page tells it. */
export type KilledOrNot = Pick<MutantVerdict, 'id' | 'tier' | 'title' | 'verdict' | 'by' | 'seedsToKill'>;

/** What is told beside a campaign, where it is known. */
export interface CampaignNeighbours {
  /** What `seaworthy mutants` found last. */
  readonly mutants: readonly KilledOrNot[] | null;
  /** The certificate of `seaworthy gate`. */
  readonly certificate: { readonly verdict: string; readonly file: string } | null;
  /** The page of a failure; null when it has none. */
  readonly pageOf: (failure: FailureReport) => string | null;
}

/** A campaign as one file: what it found, what it tried, and how sharp it was. */
export function campaignPage(document: CampaignDocument, neighbours: CampaignNeighbours): string {
  const { combinedFingerprint, failures, scenarios } = document;
  const about = [...campaignOrigin(document), `combined fingerprint ${combinedFingerprint}`].join(', ');
  const remarkText = remarks(document, plainPaint);
  const body = [
    `<header>\n<h1>Campaign</h1>\n<p class="lead ${campaignGrade(document)}">${escapeHtml(verdictLine(document, plainPaint))}</p>\n<p class="faint">${escapeHtml(about)}</p>\n${certificateText(neighbours)}</header>`,
    section('Failures', failures.length === 0 ? '<p>None.</p>' : failureTable(failures, neighbours)),
    section('Remarks', remarkText === '' ? '' : `<pre>${escapeHtml(remarkText)}</pre>`),
    section('Scenarios', scenarioTable(scenarios)),
    section('Fault × state', scenarios.map(coverageMatrix).join('\n')),
    section('Planted bugs', mutantTable(neighbours.mutants ?? [])),
    '<div class="columns">',
    section('Faults', faultTable(document)),
    section('Invariants', countTable('invariant', 'checks', document.invariants)),
    section('Sometimes', countTable('sometimes', 'happened', document.sometimes)),
    '</div>',
  ];
  const title = failures.length === 0 ? 'Campaign' : `Campaign: ${counted(failures.length, 'failure')}`;
  return pageHtml({ title, body: `<main>\n${body.filter((part) => part !== '').join('\n')}\n</main>` });
}

function section(heading: string, content: string): string {
  return content === '' ? '' : `<section>\n<h2>${heading}</h2>\n${content}\n</section>`;
}

function certificateText({ certificate }: CampaignNeighbours): string {
  if (certificate === null) return '';
  const { verdict, file } = certificate;
  return `<p>The gate says: <a href="${escapeHtml(file)}">${escapeHtml(verdict)}</a></p>\n`;
}

function failureTable(failures: readonly FailureReport[], { pageOf }: CampaignNeighbours): string {
  return htmlTable(
    [
      { heading: 'failure' },
      { heading: 'runs', isNumber: true },
      { heading: 'scenario' },
      { heading: 'what' },
      { heading: 'choices', isNumber: true },
      { heading: 'to see it again' },
    ],
    failures.map((failure) => {
      const { identity, count, scenario, shrunk } = failure;
      const { subject, message, command } = shrunk ?? failure;
      const page = pageOf(failure);
      const name = escapeHtml(identity);
      return [
        page === null ? identity : { html: `<a href="${escapeHtml(page)}">${name}</a>` },
        grouped(count),
        scenario,
        `${subject}: ${message}`,
        shrunk === null ? '' : grouped(shrunk.to.choices),
        { html: `<code>${escapeHtml(command)}</code>` },
      ];
    }),
  );
}

function scenarioTable(scenarios: readonly ScenarioFigures[]): string {
  return htmlTable(
    [
      { heading: 'scenario' },
      { heading: 'runs', isNumber: true },
      { heading: 'runs/s of a worker', isNumber: true },
      { heading: 'events/s', isNumber: true },
      { heading: 'virtual : real', isNumber: true },
    ],
    scenarios.map(({ name, runs, events, virtualMs, workerMs }) => [
      name,
      grouped(runs),
      grouped(perSecond(runs, workerMs)),
      grouped(perSecond(events, workerMs)),
      workerMs > 0 ? `${grouped(virtualMs / workerMs)} : 1` : '-',
    ]),
  );
}

function faultTable({ faults }: CampaignDocument): string {
  return htmlTable(
    [{ heading: 'fault' }, { heading: 'fired', isNumber: true }, { heading: 'effective', isNumber: true }],
    Object.entries(faults).map(([kind, { fired, effective }]) => [kind, grouped(fired), grouped(effective)]),
  );
}

function countTable(what: string, heading: string, counts: CampaignDocument['invariants']): string {
  const rows = Object.entries(counts).map(([name, count]) => [name, grouped(count)]);
  return htmlTable([{ heading: what }, { heading, isNumber: true }], rows);
}

function mutantTable(mutants: readonly KilledOrNot[]): string {
  if (mutants.length === 0) return '';
  const killed = mutants.filter(({ verdict }) => verdict === 'killed').length;
  const rows = mutants.map(({ id, tier, verdict, by, seedsToKill, title }) => [
    id,
    tier,
    { html: `<span class="${verdict === 'killed' ? 'good' : 'bad'}">${verdict}</span>` },
    by ?? '',
    seedsToKill === null ? '' : grouped(seedsToKill),
    title,
  ]);
  const columns = [
    { heading: 'bug' },
    { heading: 'tier' },
    { heading: 'verdict' },
    { heading: 'by' },
    { heading: 'seeds', isNumber: true },
    { heading: 'what is planted' },
  ];
  return `<p>${grouped(killed)} of ${grouped(mutants.length)} killed.</p>\n<details><summary>one by one</summary>\n${htmlTable(columns, rows)}\n</details>`;
}
