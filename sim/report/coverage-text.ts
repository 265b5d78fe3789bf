import type { ScenarioFigures } from '../campaign/campaign-document.js';
import { counted, grouped } from './figures.js';

/** More of what was never tried is in the JSON only. */
const shownMax = 5;

/** How many of the declared situations each scenario reached, and the first of those that no run tried. */
export function coverageText(scenarios: readonly ScenarioFigures[]): string {
  return scenarios
    .filter(({ coverage }) => coverage.declared > 0)
    .map(lineOf)
    .join('\n');
}

function lineOf({ name, coverage }: ScenarioFigures): string {
  const { declared, reached, neverTried } = coverage;
  const head = `coverage of ${name}: ${grouped(reached)} of ${counted(declared, 'situation')} (fault × state × outcome)`;
  if (neverTried.length === 0) return `${head}, every fault met every state`;
  const shown = neverTried.slice(0, shownMax).join(', ');
  const more = neverTried.length > shownMax ? ', ...' : '';
  return `${head}, never tried ${grouped(neverTried.length)}: ${shown}${more}`;
}
