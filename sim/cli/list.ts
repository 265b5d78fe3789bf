import { scenarios } from '../../scenarios/index.js';
import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import type { Mutant } from '../campaign/mutant.js';
import { profiles } from '../nemesis/profile.js';
import { scheduleForms } from '../nemesis/schedule.js';
import { tableText } from '../report/table.js';
import { helpOption, jsonOption, parseCommand } from './options.js';
import { findPackage } from './package-root.js';
import { mutantOptions, readMutants } from './ship.js';
import { printResult } from './terminal.js';
import { UsageError } from './usage-error.js';

export const listCommand = {
  name: 'list',
  summary: 'Lists scenarios, invariants, fault kinds, profiles, schedules and mutants.',
  operands: '',
  options: { from: mutantOptions.from, json: jsonOption, help: helpOption },
  example: 'seaworthy list --json',
} as const;

/** Runs `seaworthy list`. */
export async function list(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(listCommand, args);
  const [operand] = positionals;
  if (operand !== undefined) throw new UsageError(`list takes no "${operand}". See: seaworthy list --help`);
  const home = findPackage(import.meta.url);
  const mutants = home.isCheckout ? await readMutants(home, values.from) : [];
  printResult(values.json === true ? listJson(mutants) : listText(mutants));
  return exitCode.clean;
}

function listJson(mutants: readonly Mutant[]): string {
  const document = {
    scenarios: scenarios.map(({ name, summary, schema, faults, invariants }) => {
      return { name, summary, schema, faults, invariants };
    }),
    invariants: unitedNames(scenarios.map(({ invariants }) => invariants)),
    faults: unitedNames(scenarios.map(({ faults }) => faults)),
    profiles: profiles.map(({ name, summary }) => ({ name, summary })),
    schedules: scheduleForms.map(([name, summary]) => ({ name, summary })),
    mutants: mutants.map(({ id, title, file, invariants, fault, tier, required }) => {
      return { id, title, file, invariant: invariants, fault, tier, required };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function listText(mutants: readonly Mutant[]): string {
  const sections = [
    namesText(
      'scenario',
      scenarios.map(({ name, summary }) => [name, summary]),
    ),
    namesText(
      'invariant',
      usesOf(({ invariants }) => invariants),
    ),
    namesText(
      'fault',
      usesOf(({ faults }) => faults),
    ),
    namesText(
      'profile',
      profiles.map(({ name, summary }) => [name, summary]),
    ),
    namesText('schedule', scheduleForms),
    namesText(
      'mutant',
      mutants.map(({ id, tier, title }) => [id, `${tier}  ${title}`]),
    ),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Each name, with the scenarios that have it. */
function usesOf(namesOf: (scenario: (typeof scenarios)[number]) => readonly string[]): readonly string[][] {
  return unitedNames(scenarios.map(namesOf)).map((name) => {
    const users = scenarios.filter((scenario) => namesOf(scenario).includes(name));
    return [name, users.map((scenario) => scenario.name).join(', ')];
  });
}

function unitedNames(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}

function namesText(heading: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return tableText(
    [
      { heading, align: 'left' },
      { heading: '', align: 'left' },
    ],
    rows,
  );
}
