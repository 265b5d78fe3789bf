import type { ChoiceDifference, RunComparison } from '../campaign/compare-runs.js';
import { counted, grouped } from './figures.js';
import type { Paint } from './paint.js';
import { tableText } from './table.js';
import { traceLine } from './trace-line.js';

const choicesShown = 20;

/** Where two runs part: the last common event, what each does next, and which choices differ. `<` is the run that is replayed. */
export function comparisonLines(comparison: RunComparison, other: string, paint: Paint): readonly string[] {
  const { common, last, here, there, choices } = comparison;
  if (here.length === 0 && there.length === 0) {
    return [`the same ${counted(common, 'event')} as ${other}`, ...choiceLines(choices, paint)];
  }
  const rows = Array.from({ length: Math.max(here.length, there.length) }, (_, place) => {
    const [left, right] = [here[place], there[place]];
    return [
      `  ${paint('red', '<')} ${left === undefined ? '(it has ended)' : traceLine(left)}`,
      `  ${paint('green', '>')} ${right === undefined ? '(it has ended)' : traceLine(right)}`,
    ];
  });
  return [
    `parts from ${other} after ${counted(common, 'event')}${last === null ? '' : ', the last of them'}`,
    ...(last === null ? [] : [paint('dim', `    ${traceLine(last)}`)]),
    ...rows.flat(),
    ...choiceLines(choices, paint),
  ];
}

function choiceLines(choices: readonly ChoiceDifference[], paint: Paint): readonly string[] {
  if (choices.length === 0) return ['  all choices are the same'];
  const table = tableText(
    [
      { heading: 'at', align: 'right' },
      { heading: 'choice', align: 'left' },
      { heading: '<', align: 'right' },
      { heading: '>', align: 'right' },
    ],
    choices
      .slice(0, choicesShown)
      .map(({ label, occurrence, here, there, atMs }) => [
        `${grouped(atMs)} ms`,
        `${label}#${occurrence}`,
        grouped(here),
        grouped(there),
      ]),
  );
  const more = choices.length - choicesShown;
  return [
    `  ${counted(choices.length, 'choice')} differ`,
    ...table.split('\n').map((line) => `  ${line}`),
    ...(more > 0 ? [paint('dim', `  and ${grouped(more)} more: --json`)] : []),
  ];
}
