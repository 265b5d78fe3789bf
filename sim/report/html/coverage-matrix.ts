import type { ScenarioFigures } from '../../campaign/campaign-document.js';
import { placeName } from '../../kernel/coverage.js';
import { grouped } from '../figures.js';
import { escapeHtml } from './escape-html.js';

/** Fault × state of one scenario: which of these met in some run. Empty where nothing tells its states. */
export function coverageMatrix({ name, faults, coverage }: ScenarioFigures): string {
  const columns = Object.entries(coverage.states).flatMap(([subsystem, states]) =>
    states.map((state) => ({ subsystem, state })),
  );
  const kinds = Object.keys(faults).toSorted();
  if (columns.length === 0 || kinds.length === 0) return '';
  const neverTried = new Set(coverage.neverTried);
  const head = columns
    .map(
      ({ subsystem, state }) => `<th class="state" scope="col">${escapeHtml(`${subsystem}: ${state}`)}</th>`,
    )
    .join('');
  const rows = kinds.map((kind) => {
    const cells = columns.map(({ subsystem, state }) =>
      neverTried.has(placeName(kind, subsystem, state)) ? '<td class="never">✕</td>' : '<td>·</td>',
    );
    return `<tr><th scope="row">${escapeHtml(kind)}</th>${cells.join('')}</tr>`;
  });
  const sum = `${grouped(coverage.reached)} of ${grouped(coverage.declared)} situations reached, ${grouped(coverage.neverTried.length)} faults × states never tried`;
  return `<details>
<summary>${escapeHtml(name)}: ${sum}</summary>
<div class="scroll"><table class="matrix">
<thead><tr><th scope="col">fault</th>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
</details>`;
}
