import type { VoyageParameters } from '../kernel/parameters.js';

/** How the command that is running was called, so that the lines that it prints can be pasted. */
export interface Invocation {
  /** `npx seaworthy`, or the npm script in the repository itself. */
  readonly prefix: string;
  /** Every later command needs them too. */
  readonly parameters: VoyageParameters;
  /** And these flags: `--mutant W1 --from DIR`. */
  readonly mutantArguments: readonly string[];
}

/** The one line that sails one seed again. */
export function replayCommand(invocation: Invocation, scenario: string, seed: number): string {
  return commandLine(invocation, ['replay', String(seed), '--scenario', scenario]);
}

/** The one line that sails a reproduction file again, which holds its parameters. */
export function replayFileCommand(invocation: Invocation, file: string): string {
  return commandLine({ ...invocation, parameters: {} }, ['replay', file]);
}

/** The line that goes on with the campaign in a folder, which holds its parameters. */
export function resumeCommand(invocation: Invocation, folder: string): string {
  const plain = { ...invocation, parameters: {}, mutantArguments: [] };
  return commandLine(plain, ['fuzz', '--resume', '--output', folder]);
}

/** The line that sails a scenario's seeds again. */
export function fuzzCommand(
  invocation: Invocation,
  scenario: string,
  firstSeed: number,
  seeds: number,
): string {
  return commandLine(invocation, [
    'fuzz',
    '--scenario',
    scenario,
    '--seeds',
    String(seeds),
    '--seed',
    String(firstSeed),
  ]);
}

/** The line that asks a gate the same again. */
export function gateCommand(invocation: Invocation, flags: readonly string[]): string {
  return commandLine(invocation, ['gate', ...flags]);
}

function commandLine(invocation: Invocation, words: readonly string[]): string {
  const { prefix, parameters, mutantArguments } = invocation;
  const { profile, schedule } = parameters;
  return [
    prefix,
    ...[
      ...words,
      ...(profile === undefined ? [] : ['--profile', profile]),
      ...(schedule === undefined ? [] : ['--schedule', schedule]),
      ...mutantArguments,
    ].map(quoted),
  ].join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
