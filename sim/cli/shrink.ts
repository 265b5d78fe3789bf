import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { replayFileCommand } from '../campaign/invocation.js';
import { encodeReproduction } from '../campaign/reproduction.js';
import { type ShrunkFailure, shrinkFailure } from '../campaign/shrink-failure.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import type { Verdict } from '../kernel/voyage.js';
import { counted, durationText } from '../report/figures.js';
import { type RunSize, type ShrinkDocument, shrinkText } from '../report/shrink-text.js';
import { helpOption, helpText, jsonOption, parseCommand } from './options.js';
import { checkOutputFolder } from './output-folder.js';
import { ProgressLine } from './progress-line.js';
import { parameterOptions, readParameters } from './parameters.js';
import { readReplaySubject, replayParameters, type ReplaySubject } from './replay-subject.js';
import { fitOut, hangMs, mutantOptions, type Ship } from './ship.js';
import { StopSignals } from './stop-signals.js';
import { paintResult, printResult } from './terminal.js';
import { parseCount, parseDuration } from './values.js';

const defaultTrials = 10_000;
const defaultDurationMs = 60_000;

export const shrinkCommand = {
  name: 'shrink',
  summary:
    'Makes a failing run as small as it gets, and tells what it comes to without each choice that is left.',
  operands: '<seed or file>',
  options: {
    scenario: { type: 'string', value: 'NAME', help: 'which scenario the seed is of' },
    trials: { type: 'string', value: 'N', help: 'sail at most so many smaller runs (default 10000)' },
    for: { type: 'string', value: 'TIME', help: 'at most so long: 60s, 10m (default 60s)' },
    workers: { type: 'string', value: 'N', help: 'threads (default: all cores)' },
    ...parameterOptions,
    ...mutantOptions,
    output: { type: 'string', value: 'DIR', help: 'where the small file goes (default .seaworthy)' },
    json: jsonOption,
    help: helpOption,
  },
  example: 'seaworthy shrink .seaworthy/failures/log-crash-storm-42.json',
} as const;

/** Runs `seaworthy shrink`. */
export async function shrink(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(shrinkCommand, args);
  if (values.help === true) {
    printResult(helpText(shrinkCommand));
    return exitCode.clean;
  }
  const subject = readReplaySubject('shrink', positionals, values.scenario);
  const trialsMax = values.trials === undefined ? defaultTrials : parseCount('--trials', values.trials);
  const durationMs = values.for === undefined ? defaultDurationMs : parseDuration('--for', values.for);
  const workers =
    values.workers === undefined ? availableParallelism() : parseCount('--workers', values.workers);
  const outputFolder = values.output ?? '.seaworthy';
  checkOutputFolder(outputFolder);
  const ship = await fitOut(values, replayParameters(subject, readParameters(values)));
  const signals = new StopSignals();
  const startedMs = performance.now();
  let status = 'sailing the run itself';
  const progress = new ProgressLine(
    (elapsedMs) => `${status}  ${durationText(Math.max(0, durationMs - elapsedMs))} left`,
  );
  try {
    const outcome = await shrinkFailure(subject.scenario.name, subject.source, {
      entry: ship.workerEntry,
      hangMs,
      parameters: ship.parameters,
      workers,
      trialsMax,
      isOver: () => signals.signal.aborted || performance.now() - startedMs >= durationMs,
      onProgress: (trials, choices) => {
        status = `${counted(trials, 'trial')}  ${counted(choices, 'choice')} left`;
      },
    });
    progress.end();
    const wallMs = performance.now() - startedMs;
    const document = describe(subject, ship, outcome, { outputFolder, wallMs, received: signals.received });
    printResult(
      values.json === true ? `${JSON.stringify(document, null, 2)}\n` : shrinkText(document, paintResult),
    );
    return document.exit;
  } finally {
    progress.end();
    signals.close();
  }
}

interface Circumstances {
  readonly outputFolder: string;
  readonly wallMs: number;
  readonly received: StopSignals['received'];
}

/** Keeps the small file, and tells what came of it all. */
function describe(
  subject: ReplaySubject,
  ship: Ship,
  outcome: ShrunkFailure | Verdict,
  { outputFolder, wallMs, received }: Circumstances,
): ShrinkDocument & { readonly exit: ExitCode } {
  const isShrunk = 'smallest' in outcome;
  const original = isShrunk ? outcome.original : outcome;
  const smallest = isShrunk ? outcome.smallest : outcome;
  const kept = isShrunk ? keepSmallest(subject, ship, outcome.smallest, outputFolder) : undefined;
  const { violation } = smallest;
  const passed = original.end === 'idle' ? 'pass' : 'inconclusive';
  return {
    schema: 'seaworthy.shrink.v1',
    build: ship.build,
    scenario: subject.scenario.name,
    seed: subject.seed,
    verdict: violation === undefined ? passed : 'fail',
    invariant: violation?.invariant ?? null,
    subject: violation?.subject ?? null,
    message: violation?.message ?? null,
    fingerprint: smallest.fingerprint,
    from: sizeOf(original),
    to: sizeOf(smallest),
    trials: isShrunk ? outcome.trials : 0,
    wallMs,
    isMinimal: isShrunk && outcome.isMinimal,
    needed: isShrunk ? outcome.needed : [],
    file: kept?.file ?? null,
    command: kept?.command ?? null,
    exit: exitOf(received, isShrunk, passed),
  };
}

function exitOf(
  received: StopSignals['received'],
  isShrunk: boolean,
  passed: 'pass' | 'inconclusive',
): ExitCode {
  if (received === 'SIGINT') return exitCode.interrupted;
  if (received === 'SIGTERM') return exitCode.terminated;
  if (isShrunk) return exitCode.found;
  return passed === 'pass' ? exitCode.clean : exitCode.inconclusive;
}

function keepSmallest(
  subject: ReplaySubject,
  ship: Ship,
  smallest: Verdict,
  outputFolder: string,
): { readonly file: string; readonly command: string } | undefined {
  const { scenario, seed } = subject;
  const { violation, fingerprint, choices } = smallest;
  if (violation === undefined) return undefined;
  const file = join(outputFolder, 'failures', `${scenario.name}-${seed}.small.json`);
  const command = replayFileCommand(ship.invocation, file);
  const { invariant, subject: about, message } = violation;
  const text = encodeReproduction({
    build: ship.build,
    scenario: scenario.name,
    scenarioSchema: scenario.schema,
    parameters: ship.parameters,
    seed,
    choices,
    fingerprint,
    invariant,
    subject: about,
    message,
    command,
  });
  writeAtomically(file, text);
  return { file, command };
}

function sizeOf({ choices, events, virtualMs }: Verdict): RunSize {
  return { choices: choices.length, events, virtualMs };
}
