import type { CampaignDocument, CountTable, ScenarioFigures } from '../campaign/campaign-document.js';
import { campaignGrade } from './campaign-grade.js';
import { campaignOrigin } from './campaign-origin.js';
import { coverageText } from './coverage-text.js';
import { failureText } from './failure-text.js';
import { counted, durationText, grouped, perSecond } from './figures.js';
import { type Paint } from './paint.js';
import { tableText } from './table.js';

/** Failures beyond so many are told without their events: nobody reads more of them than that. */
const failuresWithEvents = 10;
const undecidedNamed = 4;

/** The summary of a campaign for people: figures first, failures last. */
export function campaignText(document: CampaignDocument, paint: Paint): string {
  const sections = [
    headText(document, paint),
    scenarioTable(document.scenarios),
    faultTable(document),
    countTable('invariant', 'checks', document.invariants, paint),
    countTable('sometimes', 'happened', document.sometimes, paint),
    coverageText(document.scenarios),
    remarks(document, paint),
    ...document.failures.map((failure, index) => failureText(failure, index < failuresWithEvents, paint)),
    verdictLine(document, paint),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function headText(document: CampaignDocument, paint: Paint): string {
  const { workers, canary, combinedFingerprint } = document;
  return [
    [...campaignOrigin(document), counted(workers, 'worker')].join('  '),
    `combined fingerprint ${combinedFingerprint}`,
    paint('dim', `canary found by ${canary.invariant} on seed ${canary.seed}, as it has to be`),
  ].join('\n');
}

function scenarioTable(scenarios: readonly ScenarioFigures[]): string {
  return tableText(
    [
      { heading: 'scenario', align: 'left' },
      { heading: 'runs', align: 'right' },
      { heading: 'runs/s each worker', align: 'right' },
      { heading: 'events/s', align: 'right' },
      { heading: 'virtual : real time', align: 'right' },
      { heading: 'seeds', align: 'left' },
    ],
    scenarios.map((scenario) => [
      scenario.name,
      grouped(scenario.runs),
      grouped(perSecond(scenario.runs, scenario.workerMs)),
      grouped(perSecond(scenario.events, scenario.workerMs)),
      scenario.workerMs > 0 ? `${grouped(scenario.virtualMs / scenario.workerMs)} : 1` : '-',
      seedsText(scenario),
    ]),
  );
}

/** Ranges of seeds, few enough for a table cell. */
function seedsText({ seeds }: ScenarioFigures): string {
  const shown = seeds.slice(0, 3).map(({ from, to, step }) => {
    const range = from === to ? String(from) : `${from}..${to}`;
    return step === 1 || from === to ? range : `${range} every ${step}`;
  });
  if (seeds.length > shown.length) shown.push(`and ${seeds.length - shown.length} more ranges`);
  return shown.length === 0 ? 'none' : shown.join(', ');
}

function faultTable({ faults }: CampaignDocument): string {
  const rows = Object.entries(faults);
  if (rows.length === 0) return '';
  return tableText(
    [
      { heading: 'fault', align: 'left' },
      { heading: 'fired', align: 'right' },
      { heading: 'effective', align: 'right' },
    ],
    rows.map(([kind, { fired, effective }]) => [kind, grouped(fired), grouped(effective)]),
  );
}

function countTable(what: string, heading: string, counts: CountTable, paint: Paint): string {
  const rows = Object.entries(counts);
  if (rows.length === 0) return '';
  return tableText(
    [
      { heading: what, align: 'left' },
      { heading, align: 'right' },
    ],
    rows.map(([name, count]) => [name, count === 0 ? paint('yellow', '0') : grouped(count)]),
  );
}

/** What else there is to know of a campaign, a line each. */
export function remarks(document: CampaignDocument, paint: Paint): string {
  const lines: string[] = [];
  if (Object.keys(document.parameters).length > 0) {
    lines.push('no-dead-knob: not judged, since profile or schedule differ from what scenarios say');
  }
  for (const { scenario, subjects, decidedFromRuns } of document.undecided) {
    const named = subjects.slice(0, undecidedNamed).join(', ');
    const more = subjects.length > undecidedNamed ? ` and ${subjects.length - undecidedNamed} more` : '';
    lines.push(
      `no-dead-knob: too few runs of ${scenario} (all is judged from ${grouped(decidedFromRuns)} on) to miss ${named}${more}`,
    );
  }
  for (const { name, orderShare } of document.scenarios) {
    if (orderShare === null) continue;
    // Shares are sums of fractions.
    const isWhole = orderShare > 1 - 1e-9;
    const walked = isWhole
      ? 'all of them were walked'
      : `cut when ${orderShare.toPrecision(3)} of them were walked`;
    lines.push(`orders of ${name}: ${isWhole ? walked : paint('yellow', walked)}`);
  }
  for (const { scenario, count, seed, end, command } of document.inconclusive) {
    const limit = `${counted(count, 'run')} of ${scenario} cut by the limit on ${end}`;
    lines.push(paint('yellow', `inconclusive: ${limit}, first seed ${seed}: ${command}`));
  }
  if (document.lost !== null) {
    const { scenario, seed, reason, command } = document.lost;
    const place = seed === null ? scenario : `seed ${seed} of ${scenario}`;
    const hint = command === null ? '' : `\n  replay  ${command}`;
    lines.push(paint('red', `worker lost on ${place}: ${reason}${hint}`));
  }
  for (const error of document.writeErrors) lines.push(paint('red', error));
  return lines.join('\n');
}

const endings: Readonly<Record<CampaignDocument['ended'], string>> = {
  complete: '',
  bail: ', ended at the first failure',
  stopped: ', ended when its time was up',
  'worker-lost': ', ended by a lost worker',
};

const gradeStyles = { good: 'green', bad: 'red', warn: 'yellow' } as const;

/** What it came to, in one line. */
export function verdictLine(document: CampaignDocument, paint: Paint): string {
  const { runs, wallMs, events, virtualMs, failures, exit } = document;
  const ended = exit === 130 || exit === 143 ? ', ended by a signal' : endings[document.ended];
  const figures = [
    `${counted(runs, 'run')} in ${durationText(wallMs)}${ended}`,
    `${grouped(perSecond(runs, wallMs))} runs/s`,
    `${grouped(perSecond(events, wallMs))} events/s`,
    `${durationText(virtualMs)} of virtual time`,
  ].join(', ');
  const found = failures.length > 0 ? counted(failures.length, 'distinct failure') : 'no failure';
  return `${paint(gradeStyles[campaignGrade(document)], found)} in ${figures}`;
}
