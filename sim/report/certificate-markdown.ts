import type { Certificate } from '../campaign/certificate.js';
import {
  type CertificateSection,
  certificateOrigin,
  certificateSections,
  certificateTitle,
} from './certificate-sections.js';
import { codeBlock, markdownTable, markdownText } from './markdown.js';

/** A certificate in Markdown: verdict first, then what it rests on. */
export function certificateMarkdown(certificate: Certificate): string {
  const blocks = [
    `# ${certificateTitle(certificate)}`,
    markdownText(certificateOrigin(certificate)),
    ...certificateSections(certificate).map(sectionMarkdown),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sectionMarkdown({ title, body }: CertificateSection): string {
  return title === '' ? bodyMarkdown(body) : `## ${title}\n\n${bodyMarkdown(body)}`;
}

function bodyMarkdown(body: CertificateSection['body']): string {
  switch (body.kind) {
    case 'table':
      return markdownTable(body.headings, body.rows);
    case 'list':
      return body.lines.map((line) => `- ${markdownText(line)}`).join('\n');
    case 'command':
      return codeBlock('sh', body.line);
  }
}
