import type { Certificate, CertifiedScenario } from '../campaign/certificate.js';
import { percentText } from '../campaign/judge-gate.js';
import { counted, durationText, grouped } from './figures.js';
import { codeBlock, markdownTable, markdownText } from './markdown.js';

/** A certificate for people, in Markdown: verdict first, then what it rests on. */
export function certificateMarkdown(certificate: Certificate): string {
  const { verdict, build, mutant, command, wallMs } = certificate;
  const sections = [
    `# ${verdict === 'seaworthy' ? 'Seaworthy' : 'Not seaworthy'}`,
    `Build ${markdownText(build)}${mutant === null ? '' : `, with the bug ${markdownText(mutant)} planted`}, in ${durationText(wallMs)}.`,
    partsTable(certificate),
    troubles(certificate, 'broken', 'Broken'),
    troubles(certificate, 'unchecked', 'Could not be checked'),
    section('What a clean answer does not say', bullets(certificate.limits)),
    evidenceText(certificate),
    scenarioTable(certificate.scenarios),
    table('Invariant', ['checks'], certificate.invariants, (checks) => [grouped(checks)]),
    table('Fault', ['fired', 'changed something'], certificate.faults, ({ fired, effective }) => [
      grouped(fired),
      grouped(effective),
    ]),
    killTable(certificate),
    section('To ask again', codeBlock('sh', command)),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function partsTable({ parts }: Certificate): string {
  const rows = parts.map(({ name, verdict, done, wallMs }) => [name, verdict, done, durationText(wallMs)]);
  return markdownTable(['part', 'verdict', 'what was done', 'time'], rows);
}

function troubles({ parts }: Certificate, kind: 'broken' | 'unchecked', title: string): string {
  return section(title, bullets(parts.flatMap((part) => part[kind].map((line) => `${part.name}: ${line}`))));
}

function evidenceText({ evidence }: Certificate): string {
  return section(
    'Campaigns that count',
    bullets(evidence.map(({ folder, runs, shard }) => `${folder}: ${counted(runs, 'run')}, shard ${shard}`)),
  );
}

/** No failure in N runs: at most 3/N of runs drawn as these are fail, with a confidence of 95 %. */
function scenarioTable(scenarios: readonly CertifiedScenario[]): string {
  const rows = scenarios.map(({ name, runs, failureShareMax }) => [
    name,
    grouped(runs),
    failureShareMax === null ? '-' : percentText(failureShareMax),
  ]);
  if (rows.length === 0) return '';
  return section('Scenarios', markdownTable(['scenario', 'runs', 'runs that fail, at most (95 %)'], rows));
}

function killTable({ killRates }: Certificate): string {
  const rows = killRates.map(({ tier, planted, killed, known }) => [
    tier,
    String(killed),
    String(planted),
    String(known),
  ]);
  if (rows.length === 0) return '';
  return section('Planted bugs', markdownTable(['tier', 'killed', 'planted', 'known'], rows));
}

function table<Value>(
  what: string,
  headings: readonly string[],
  values: Readonly<Record<string, Value>>,
  cells: (value: Value) => readonly string[],
): string {
  const rows = Object.entries(values).map(([name, value]) => [name, ...cells(value)]);
  return rows.length === 0 ? '' : section(`${what}s`, markdownTable([what.toLowerCase(), ...headings], rows));
}

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`;
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${markdownText(line)}`).join('\n');
}
