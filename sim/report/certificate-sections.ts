import type { Certificate } from '../campaign/certificate.js';
import { percentText } from '../campaign/judge-gate.js';
import { counted, durationText, grouped } from './figures.js';

/** A part of a certificate as people read it, whatever it is written in. */
export interface CertificateSection {
  /** '' for the first one, which needs none. */
  readonly title: string;
  readonly body:
    | {
        readonly kind: 'table';
        readonly headings: readonly string[];
        readonly rows: readonly (readonly string[])[];
      }
    | { readonly kind: 'list'; readonly lines: readonly string[] }
    | { readonly kind: 'command'; readonly line: string };
}

/** `Seaworthy`, or not. */
export function certificateTitle({ verdict }: Certificate): string {
  return verdict === 'seaworthy' ? 'Seaworthy' : 'Not seaworthy';
}

/** Of which build, and how long it took. */
export function certificateOrigin({ build, mutant, wallMs }: Certificate): string {
  const planted = mutant === null ? '' : `, with the bug ${mutant} planted`;
  return `Build ${build}${planted}, in ${durationText(wallMs)}.`;
}

/** What the verdict rests on; nothing that is empty. */
export function certificateSections(certificate: Certificate): readonly CertificateSection[] {
  const { parts, limits, evidence, scenarios, invariants, faults, killRates, command } = certificate;
  const troubles = (kind: 'broken' | 'unchecked'): readonly string[] =>
    parts.flatMap((part) => part[kind].map((line) => `${part.name}: ${line}`));
  const sections = [
    table(
      '',
      ['part', 'verdict', 'what was done', 'time'],
      parts.map(({ name, verdict, done, wallMs }) => [name, verdict, done, durationText(wallMs)]),
    ),
    list('Broken', troubles('broken')),
    list('Could not be checked', troubles('unchecked')),
    list('What a clean answer does not say', limits),
    list(
      'Campaigns that count',
      evidence.map(({ folder, runs, shard }) => `${folder}: ${counted(runs, 'run')}, shard ${shard}`),
    ),
    // No failure in N runs: at most 3/N of runs drawn as these are fail, with a confidence of 95 %.
    table(
      'Scenarios',
      ['scenario', 'runs', 'runs that fail, at most (95 %)'],
      scenarios.map(({ name, runs, failureShareMax }) => [
        name,
        grouped(runs),
        failureShareMax === null ? '-' : percentText(failureShareMax),
      ]),
    ),
    table(
      'Invariants',
      ['invariant', 'checks'],
      Object.entries(invariants).map(([invariant, checks]) => [invariant, grouped(checks)]),
    ),
    table(
      'Faults',
      ['fault', 'fired', 'changed something'],
      Object.entries(faults).map(([fault, { fired, effective }]) => [
        fault,
        grouped(fired),
        grouped(effective),
      ]),
    ),
    table(
      'Planted bugs',
      ['tier', 'killed', 'planted', 'known'],
      killRates.map(({ tier, planted, killed, known }) => [
        tier,
        String(killed),
        String(planted),
        String(known),
      ]),
    ),
  ];
  const asked: CertificateSection = { title: 'To ask again', body: { kind: 'command', line: command } };
  return [...sections.filter((section) => section !== undefined), asked];
}

function table(
  title: string,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): CertificateSection | undefined {
  return rows.length === 0 ? undefined : { title, body: { kind: 'table', headings, rows } };
}

function list(title: string, lines: readonly string[]): CertificateSection | undefined {
  return lines.length === 0 ? undefined : { title, body: { kind: 'list', lines } };
}
