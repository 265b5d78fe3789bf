import { parseArgs } from 'node:util';
import { didYouMean } from './did-you-mean.js';
import { UsageError } from './usage-error.js';

/** One flag. The same entry drives parsing and `--help`. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
  /** What stands for its value in the help: `N`. */
  readonly value?: string;
  readonly help: string;
}

/** A command as `--help` shows it. */
export interface Command<Options extends Readonly<Record<string, Option>>> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What comes after the flags, for the usage line: `<seed or file>`. */
  readonly operands: string;
  readonly options: Options;
  readonly example: string;
}

interface ParseConfig<Options> {
  args: string[];
  options: Options;
  allowPositionals: true;
  strict: true;
}

/** What {@link parseCommand} gives: typed by the command's own table. */
export type Parsed<Options extends Readonly<Record<string, Option>>> = ReturnType<
  typeof parseArgs<ParseConfig<Options>>
>;

export type AnyCommand = Command<Readonly<Record<string, Option>>>;

export const helpOption = { type: 'boolean', short: 'h', help: 'show this text' } as const;
export const jsonOption = { type: 'boolean', help: 'print one JSON document on stdout' } as const;
export const scenarioOption = {
  type: 'string',
  multiple: true,
  value: 'NAME',
  help: 'only these; repeat it or use commas',
} as const;
export const workersOption = { type: 'string', value: 'N', help: 'threads (default: all cores)' } as const;
/** Of every command that keeps results and prints them. */
export const resultOptions = {
  output: { type: 'string', value: 'DIR', help: 'where results go (default .seaworthy)' },
  json: jsonOption,
  help: helpOption,
} as const;

/**
 * Parses a command's arguments by its own table.
 *
 * @throws UsageError - for an unknown flag, a missing value, or a value where none belongs.
 */
export function parseCommand<Options extends Readonly<Record<string, Option>>>(
  command: Command<Options>,
  args: readonly string[],
): Parsed<Options> {
  flagsOf(command, args);
  try {
    return parseArgs<ParseConfig<Options>>({
      args: [...args],
      options: command.options,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`${line} See: seaworthy ${command.name} --help`, { cause: error });
  }
}

/** Whether `--help` is among the flags. @throws UsageError - for an unknown flag. */
export function asksForHelp(command: AnyCommand, args: readonly string[]): boolean {
  return flagsOf(command, args).includes('help');
}

/** The text of `--help`. */
export function helpText(command: AnyCommand): string {
  const rows = Object.entries(command.options).map(([name, option]) => {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    const value = option.value === undefined ? '' : ` ${option.value}`;
    return [`  ${short}--${name}${value}`, option.help] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length));
  const operands = command.operands === '' ? '' : ` ${command.operands}`;
  return [
    `Usage: seaworthy ${command.name}${operands} [flags]`,
    '',
    command.summary,
    '',
    ...rows.map(([flag, help]) => `${flag.padEnd(width)}  ${help}`),
    '',
    `Example: ${command.example}`,
    '',
  ].join('\n');
}

/** The names of the flags that are there. @throws UsageError - for an unknown one. */
function flagsOf(command: AnyCommand, args: readonly string[]): readonly string[] {
  const { tokens } = parseArgs({
    args: [...args],
    options: command.options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = tokens.filter((token) => token.kind === 'option');
  const unknown = flags.find(({ name }) => !(name in command.options));
  if (unknown === undefined) return flags.map(({ name }) => name);
  const known = Object.keys(command.options).map((name) => `--${name}`);
  const hint = didYouMean(unknown.rawName, known);
  throw new UsageError(`Unknown flag ${unknown.rawName}.${hint} See: seaworthy ${command.name} --help`);
}
