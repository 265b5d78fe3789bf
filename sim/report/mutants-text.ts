import type { MutantVerdict } from '../campaign/hunt-mutant.js';
import { grouped } from './figures.js';
import type { Paint, Style } from './paint.js';
import { tableText } from './table.js';

const verdictStyles: Readonly<Record<MutantVerdict['verdict'], Style>> = {
  killed: 'green',
  survived: 'red',
  stale: 'yellow',
};

/** The kill table, and the kill rate under it. */
export function mutantsText(verdicts: readonly MutantVerdict[], paint: Paint): string {
  const table = tableText(
    [
      { heading: 'mutant', align: 'left' },
      { heading: 'tier', align: 'left' },
      { heading: 'verdict', align: 'left' },
      { heading: 'by', align: 'left' },
      { heading: 'expected', align: 'left' },
      { heading: 'seeds', align: 'right' },
      { heading: 'title', align: 'left' },
    ],
    verdicts.map((mutant) => [
      mutant.required ? mutant.id : `${mutant.id} (optional)`,
      mutant.tier,
      paint(verdictStyles[mutant.verdict], mutant.verdict),
      byText(mutant, paint),
      mutant.invariant.join(', '),
      grouped(mutant.seedsRun),
      mutant.title,
    ]),
  );
  const notes = verdicts.flatMap(({ id, note }) => (note === null ? [] : [`${id}: ${note}`]));
  const killed = verdicts.filter(({ verdict }) => verdict === 'killed').length;
  const all = killed === verdicts.length;
  const rate = paint(all ? 'green' : 'red', `${killed} of ${verdicts.length} killed`);
  return `${[table, notes.join('\n'), rate].filter((section) => section !== '').join('\n\n')}\n`;
}

/** Another invariant than the expected one is a kill too, but it is worth a look. */
function byText({ by, invariant }: MutantVerdict, paint: Paint): string {
  if (by === null) return '-';
  return invariant.includes(by) ? by : paint('yellow', by);
}
