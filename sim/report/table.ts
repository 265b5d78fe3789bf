import { stripVTControlCharacters } from 'node:util';

/** One column: its heading, and the side on which its cells align. */
export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
}

/** Plain columns, two spaces apart; no trailing blanks. Styles in a cell do not count as width. */
export function tableText(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const all = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => width(row[index] ?? ''))));
  const lines = all.map((row) =>
    columns
      .map(({ align }, index) => {
        const cell = row[index] ?? '';
        const padding = ' '.repeat((widths[index] ?? 0) - width(cell));
        return align === 'left' ? cell + padding : padding + cell;
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
