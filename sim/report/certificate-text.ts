import type { Certificate } from '../campaign/certificate.js';
import {
  type CertificateSection,
  certificateOrigin,
  certificateSections,
  certificateTitle,
} from './certificate-sections.js';
import type { Paint } from './paint.js';
import { tableText } from './table.js';

/** A certificate for a terminal: first what it rests on, last what is to be seen: the verdict, and the line that asks again. */
export function certificateText(certificate: Certificate, paint: Paint): string {
  const colour = certificate.verdict === 'seaworthy' ? 'green' : 'red';
  const [again, ...grounds] = certificateSections(certificate)
    .toReversed()
    .map((section) => sectionText(section, paint));
  const verdict = `${paint(colour, certificateTitle(certificate))}  ${certificateOrigin(certificate)}`;
  return `${[...grounds, verdict, again].join('\n\n')}\n`;
}

function sectionText({ title, body }: CertificateSection, paint: Paint): string {
  const heading = title === '' ? '' : `${paint('bold', title)}\n`;
  return `${heading}${bodyText(body, paint)}`;
}

function bodyText(body: CertificateSection['body'], paint: Paint): string {
  switch (body.kind) {
    case 'table':
      return tableText(
        body.headings.map((heading, index) => ({
          heading,
          align: isNumbers(body.rows, index) ? 'right' : 'left',
        })),
        body.rows,
      );
    case 'list':
      return body.lines.map((line) => `  ${line}`).join('\n');
    case 'command':
      return `  ${paint('bold', body.line)}`;
  }
}

/** Figures align on the right. */
function isNumbers(rows: readonly (readonly string[])[], column: number): boolean {
  return rows.every((row) => /^([\d.,]+( %)?|-)$/.test(row[column] ?? ''));
}
