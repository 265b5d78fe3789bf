import { escapeHtml } from './escape-html.js';

/** One column: its heading, and whether its cells are numbers. */
export interface HtmlColumn {
  readonly heading: string;
  readonly isNumber?: boolean;
}

/** A cell: a text, or markup that was escaped before. */
export type HtmlCell = string | { readonly html: string };

/** A table that scrolls by itself where a screen is too narrow. Empty without rows. */
export function htmlTable(columns: readonly HtmlColumn[], rows: readonly (readonly HtmlCell[])[]): string {
  if (rows.length === 0) return '';
  const attribute = (index: number): string => (columns[index]?.isNumber === true ? ' class="number"' : '');
  const head = columns.map(
    ({ heading }, index) => `<th scope="col"${attribute(index)}>${escapeHtml(heading)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = row.map((cell, index) => `<td${attribute(index)}>${markup(cell)}</td>`);
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="scroll"><table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`;
}

function markup(cell: HtmlCell): string {
  return typeof cell === 'string' ? escapeHtml(cell) : cell.html;
}
