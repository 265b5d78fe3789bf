import type { MutantVerdict } from '../campaign/mutant-verdict.js';
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
  const isDeep = verdicts.some(({ kills }) => kills.length > 1);
  const table = tableText(
    [
      { heading: 'mutant', align: 'left' },
      { heading: 'tier', align: 'left' },
      { heading: 'verdict', align: 'left' },
      { heading: 'by', align: 'left' },
      { heading: 'expected', align: 'left' },
      { heading: isDeep ? 'seeds: median, 95 %' : 'seeds', align: 'right' },
      { heading: 'title', align: 'left' },
    ],
    verdicts.map((mutant) => [
      mutant.required ? mutant.id : `${mutant.id} (optional)`,
      mutant.tier,
      paint(verdictStyles[mutant.verdict], verdictText(mutant)),
      byText(mutant, paint),
      mutant.invariant.join(', '),
      seedsText(mutant),
      mutant.title,
    ]),
  );
  const notes = verdicts.flatMap(({ id, note }) => (note === null ? [] : [`${id}: ${note}`]));
  const killed = verdicts.filter(({ verdict }) => verdict === 'killed').length;
  const all = killed === verdicts.length;
  const rate = paint(all ? 'green' : 'red', `${killed} of ${verdicts.length} killed`);
  return `${[table, notes.join('\n'), rate].filter((section) => section !== '').join('\n\n')}\n`;
}

/** A survivor says why. */
function verdictText({ verdict, diagnosis }: MutantVerdict): string {
  return diagnosis === null ? verdict : `${verdict}: ${diagnosis}`;
}

/** Until it was found; where it was hunted more than once, the median and the 95th percentile. */
function seedsText({ kills, seedsRun }: MutantVerdict): string {
  if (kills.length < 2) return grouped(seedsRun);
  return `${grouped(percentile(kills, 50))}, ${grouped(percentile(kills, 95))}`;
}

/** The least of `values` that so many percent of them do not exceed. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
}

/** Another invariant than the expected one is a kill too, but it is worth a look. */
function byText({ by, invariant }: MutantVerdict, paint: Paint): string {
  if (by === null) return '-';
  return invariant.includes(by) ? by : paint('yellow', by);
}
