import { type ExitCode, exitCode, signalExitCode } from '../campaign/exit-code.js';
import { smallestKnown } from '../campaign/smallest-known.js';
import { describeShrunk, keepShrunk } from '../campaign/keep-shrunk.js';
import type { ShrunkFailure } from '../campaign/shrink-failure.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import type { Verdict } from '../kernel/voyage.js';
import { type ShrinkDocument, shrinkText } from '../report/shrink-text.js';
import { helpOption, jsonOption, parseCommand, workersOption } from './options.js';
import { checkOutputFolder } from './output-folder.js';
import { parameterOptions, readParameters } from './parameters.js';
import { readReplaySubject, replayParameters, type ReplaySubject } from './replay-subject.js';
import { fitOut, mutantOptions, type Ship } from './ship.js';
import { shrinkWithProgress } from './shrink-with-progress.js';
import { StopSignals } from './stop-signals.js';
import { paintResult, printResult } from './terminal.js';
import { parseCount, parseDuration, parseWorkers } from './values.js';

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
    workers: workersOption,
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
  const subject = readReplaySubject('shrink', positionals, values.scenario);
  const trialsMax = values.trials === undefined ? defaultTrials : parseCount('--trials', values.trials);
  const durationMs = values.for === undefined ? defaultDurationMs : parseDuration('--for', values.for);
  const workers = parseWorkers(values.workers);
  const outputFolder = values.output ?? '.seaworthy';
  checkOutputFolder(outputFolder);
  const ship = await fitOut(values, replayParameters(subject, readParameters(values)));
  const signals = new StopSignals();
  const startedMs = performance.now();
  try {
    const budget = { workers, trialsMax, durationMs };
    const outcome = await shrinkWithProgress(
      subject.scenario.name,
      subject.source,
      ship,
      signals.signal,
      budget,
    );
    const wallMs = performance.now() - startedMs;
    const document = describe(subject, ship, outcome, { outputFolder, wallMs, received: signals.received });
    printResult(
      values.json === true ? `${JSON.stringify(document, null, 2)}\n` : shrinkText(document, paintResult),
    );
    if ('smallest' in outcome && document.shrunk !== null) {
      const { scenario, seed } = subject;
      keepShrunk(scenario, seed, outcome, document.shrunk, { ...ship, write: writeAtomically });
    }
    return document.exit;
  } finally {
    signals.close();
  }
}

interface Circumstances {
  readonly outputFolder: string;
  readonly wallMs: number;
  readonly received: StopSignals['received'];
}

/** What came of it all. */
function describe(
  { scenario, seed }: ReplaySubject,
  ship: Ship,
  outcome: ShrunkFailure | Verdict,
  { outputFolder, wallMs, received }: Circumstances,
): ShrinkDocument & { readonly exit: ExitCode } {
  const common = {
    schema: 'seaworthy.shrink.v1',
    build: ship.build,
    scenario: scenario.name,
    seed,
    wallMs,
  } as const;
  if (!('smallest' in outcome)) {
    const { end, fingerprint } = outcome;
    const verdict = end === 'idle' ? 'pass' : 'inconclusive';
    const ended = {
      verdict,
      invariant: null,
      subject: null,
      message: null,
      identity: null,
      state: null,
      fingerprint,
      shrunk: null,
      chain: null,
    } as const;
    return { ...common, ...ended, exit: exitOf(received, verdict) };
  }
  const shrunk = describeShrunk(scenario, seed, outcome, { ...ship, outputFolder });
  const { invariant, subject, message } = outcome.violation;
  const { fingerprint } = outcome.smallest;
  const told = { invariant, subject, message, fingerprint, shrunk, ...smallestKnown(outcome) };
  const ended = { verdict: 'fail', ...told } as const;
  return { ...common, ...ended, exit: exitOf(received, 'fail') };
}

function exitOf(received: StopSignals['received'], verdict: ShrinkDocument['verdict']): ExitCode {
  if (received !== undefined) return signalExitCode(received);
  if (verdict === 'fail') return exitCode.found;
  return verdict === 'pass' ? exitCode.clean : exitCode.inconclusive;
}
