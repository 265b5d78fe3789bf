#!/usr/bin/env node
import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { CanarySilent } from '../campaign/judge-canary.js';
import { WorkerLostError } from '../campaign/worker-thread.js';
import { WriteError } from '../campaign/write-error.js';
import { didYouMean } from './did-you-mean.js';
import { type AnyCommand, asksForHelp, helpText } from './options.js';
import { findPackage } from './package-root.js';
import { guardStreams, printNotice, printResult } from './terminal.js';
import { UsageError } from './usage-error.js';

/** What a command declares, and what it does when its help is not asked for. */
interface Loaded {
  readonly declared: AnyCommand;
  readonly run: (args: readonly string[]) => Promise<ExitCode>;
}

/** A command is loaded when it is asked for: the others cost nothing. */
const commands: Readonly<Record<string, () => Promise<Loaded>>> = {
  fuzz: async () => {
    const { fuzzCommand: declared, fuzz: run } = await import('./fuzz.js');
    return { declared, run };
  },
  replay: async () => {
    const { replayCommand: declared, replay: run } = await import('./replay.js');
    return { declared, run };
  },
  shrink: async () => {
    const { shrinkCommand: declared, shrink: run } = await import('./shrink.js');
    return { declared, run };
  },
  sweep: async () => {
    const { sweepCommand: declared, sweep: run } = await import('./sweep.js');
    return { declared, run };
  },
  merge: async () => {
    const { mergeCommand: declared, merge: run } = await import('./merge.js');
    return { declared, run };
  },
  report: async () => {
    const { reportCommand: declared, report: run } = await import('./report.js');
    return { declared, run };
  },
  mutants: async () => {
    const { mutantsCommand: declared, mutants: run } = await import('./mutants.js');
    return { declared, run };
  },
  gate: async () => {
    const { gateCommand: declared, gate: run } = await import('./gate.js');
    return { declared, run };
  },
  list: async () => {
    const { listCommand: declared, list: run } = await import('./list.js');
    return { declared, run };
  },
};

const overview = `Usage: seaworthy <command> [flags]

  fuzz     sail scenarios over many seeds and tell every distinct failure
  replay   sail one run again, from its seed or from a reproduction file
  shrink   make a failing run small, and tell why each choice of it is needed
  sweep    crash every machine at every port call, with every state that its disk may be left in
  merge    add the shards of a campaign up, and prove that no seed was missed
  mutants  plant known bugs and tell whether the simulator finds them
  report   render a campaign or one failure: HTML, JUnit XML, Markdown
  gate     say whether this build is seaworthy, and write the certificate
  list     list scenarios, invariants, fault kinds and mutants

Each command has --help and --json. Exit codes: 0 nothing found, 1 found, 2 usage, 3 harness fault,
4 nothing run or inconclusive, 130 and 143 stopped by a signal.

Example: seaworthy fuzz --for 60s
`;

async function main(args: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    printResult(overview);
    return name === undefined ? exitCode.usage : exitCode.clean;
  }
  if (name === '--version' || name === '-V') {
    printResult(`${findPackage(import.meta.url).version}\n`);
    return exitCode.clean;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    throw new UsageError(
      `Unknown command ${name}.${didYouMean(name, Object.keys(commands))} See: seaworthy --help`,
    );
  }
  const { declared, run } = await load();
  if (!asksForHelp(declared, rest)) return run(rest);
  printResult(helpText(declared));
  return exitCode.clean;
}

/** Their message is one line that says all; of anything else, where it came from is told too. */
const expected = [UsageError, WorkerLostError, CanarySilent, WriteError];

guardStreams();
try {
  const code = await main(process.argv.slice(2));
  process.exitCode ??= code;
} catch (error) {
  if (expected.some((kind) => error instanceof kind) && error instanceof Error) {
    printNotice(`seaworthy: ${error.message}`);
  } else printNotice(`seaworthy: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = error instanceof UsageError ? exitCode.usage : exitCode.harnessFault;
}
