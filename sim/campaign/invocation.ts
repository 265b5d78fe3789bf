/** How the command that is running was called, so that the lines that it prints can be pasted. */
export interface Invocation {
  /** `npx seaworthy`, or the npm script in the repository itself. */
  readonly prefix: string;
  /** Flags that every later command needs too: `--mutant W1 --from DIR`. */
  readonly mutantArguments: readonly string[];
}

/** The one line that sails one seed again. */
export function replayCommand(invocation: Invocation, scenario: string, seed: number): string {
  return commandLine(invocation, ['replay', String(seed), '--scenario', scenario]);
}

/** The one line that sails a reproduction file again. */
export function replayFileCommand(invocation: Invocation, file: string): string {
  return commandLine(invocation, ['replay', file]);
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

function commandLine(invocation: Invocation, words: readonly string[]): string {
  return [invocation.prefix, ...[...words, ...invocation.mutantArguments].map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
