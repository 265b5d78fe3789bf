import type { SweepDocument, SweepFailureReport, SweptScenario } from '../campaign/sweep-document.js';
import { chainLines } from './chain-text.js';
import { counted, durationText, grouped, perSecond } from './figures.js';
import type { Paint } from './paint.js';
import { tableText } from './table.js';
import { traceLine } from './trace-line.js';

/** The summary of a sweep for people: figures first, failures last. */
export function sweepText(document: SweepDocument, paint: Paint): string {
  const { build, mutant, depth, workers } = document;
  const mutantText = mutant === null ? '' : `  mutant ${mutant}`;
  const sections = [
    `build ${build}${mutantText}  depth ${depth}  ${counted(workers, 'worker')}`,
    scenarioTable(document.scenarios),
    document.scenarios.flatMap((scenario) => remarks(scenario, paint)).join('\n'),
    [...(document.lost === null ? [] : [document.lost]), ...document.writeErrors]
      .map((line) => paint('red', line))
      .join('\n'),
    ...document.failures.map((failure) => failureText(failure, paint)),
    verdictLine(document, paint),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function scenarioTable(scenarios: readonly SweptScenario[]): string {
  const right = (heading: string) => ({ heading, align: 'right' }) as const;
  return tableText(
    [
      { heading: 'scenario', align: 'left' },
      right('crash points'),
      right('in recovery'),
      right('runs'),
      right('states judged'),
      right('shared'),
      right('points cut'),
      right('left out'),
      right('naive takes'),
    ],
    scenarios.map((scenario) => [
      scenario.name,
      grouped(scenario.points),
      grouped(scenario.recoveryPoints),
      grouped(scenario.runs),
      grouped(scenario.states),
      grouped(scenario.shared),
      grouped(scenario.cutPoints),
      scenario.leftOut === 0 ? '0' : `${grouped(scenario.leftOut)}+`,
      `${scenario.timesNaive}x`,
    ]),
  );
}

function remarks({ name, cutPoints, leftOut, inconclusive }: SweptScenario, paint: Paint): readonly string[] {
  const lines: string[] = [];
  if (cutPoints > 0) {
    const left = `at least ${counted(leftOut, 'way')} to be crashed there`;
    lines.push(`${name}: the bound cut ${counted(cutPoints, 'point')} and left out ${left}`);
  }
  if (inconclusive > 0) {
    lines.push(paint('yellow', `inconclusive: ${counted(inconclusive, 'run')} of ${name} cut by a limit`));
  }
  return lines;
}

function failureText(failure: SweepFailureReport, paint: Paint): string {
  const { invariant, scenario, subject, message, fingerprint, point, count, command } = failure;
  const { identity, state, chain, lastEvents } = failure;
  const place =
    point === null
      ? 'without any crash'
      : `${point.machine} crashed ${point.when} its port call ${point.call}`;
  return [
    `${paint('red', 'FAIL')} ${paint('bold', invariant)}  scenario: ${scenario}  subject: ${subject}`,
    `  ${message}`,
    `  ${place} (the first of ${counted(count, 'run')})`,
    `  identity ${identity}${state === '' ? '' : `  seen at ${state}`}`,
    `  fingerprint ${fingerprint}`,
    ...(command === null ? [] : [`  replay  ${paint('bold', command)}`]),
    ...(chain === null ? [] : chainLines(chain, paint)),
    ...lastEvents.map((event) => paint('dim', `    ${traceLine(event)}`)),
  ].join('\n');
}

const endings: Readonly<Record<SweepDocument['ended'], string>> = {
  complete: '',
  bail: ', ended at the first failure',
  stopped: ', ended by a signal',
  'worker-lost': ', ended by a lost worker',
};

function verdictLine({ runs, wallMs, failures, ended, exit }: SweepDocument, paint: Paint): string {
  const figures = `${counted(runs, 'run')} in ${durationText(wallMs)}${endings[ended]}, ${grouped(perSecond(runs, wallMs))} runs/s`;
  if (failures.length > 0) {
    return `${paint('red', counted(failures.length, 'distinct failure'))} in ${figures}`;
  }
  return `${paint(exit === 0 ? 'green' : 'yellow', 'no failure')} in ${figures}`;
}
