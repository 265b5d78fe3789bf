import { existsSync, readFileSync } from 'node:fs';
import { scenarios as allScenarios } from '../../scenarios/index.js';
import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { decodeReproduction, type Reproduction, ReproductionError } from '../campaign/reproduction.js';
import { WorkerThread } from '../campaign/worker-thread.js';
import type { TapeSource } from '../kernel/tape.js';
import type { Scenario, Verdict } from '../kernel/voyage.js';
import { replayText } from '../report/replay-text.js';
import { helpOption, helpText, jsonOption, parseCommand } from './options.js';
import { describeReplay } from './describe-replay.js';
import { findScenario } from './scenario-names.js';
import { fitOut, hangMs, mutantOptions, type Ship } from './ship.js';
import { paintResult, printResult } from './terminal.js';
import { type TraceFilter, parseUntil, selectEvents } from './trace-filter.js';
import { UsageError } from './usage-error.js';
import { looksLikeSeed, parseSeedFlag } from './values.js';

const lastEventsShown = 12;

export const replayCommand = {
  name: 'replay',
  summary: 'Sails one run again, from its seed or from a reproduction file.',
  operands: '<seed or file>',
  options: {
    scenario: { type: 'string', value: 'NAME', help: 'which scenario the seed is of' },
    trace: { type: 'boolean', help: 'print all events' },
    until: { type: 'string', value: 'MS|#EVENT', help: 'print events up to this virtual time or event' },
    node: { type: 'string', value: 'NAME', help: "print this node's events only" },
    ...mutantOptions,
    json: jsonOption,
    help: helpOption,
  },
  example: 'seaworthy replay 42 --scenario log-crash-storm --until 1500',
} as const;

/** What is to be sailed again. */
export interface ReplaySubject {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly source: TapeSource;
  /** Undefined when only a seed is known. */
  readonly reproduction: Reproduction | undefined;
}

/** Runs `seaworthy replay`. */
export async function replay(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(replayCommand, args);
  if (values.help === true) {
    printResult(helpText(replayCommand));
    return exitCode.clean;
  }
  const [operand, surplus] = positionals;
  if (operand === undefined || surplus !== undefined) {
    throw new UsageError('replay takes one seed or one file. See: seaworthy replay --help');
  }
  const filter: TraceFilter = {
    until: values.until === undefined ? undefined : parseUntil(values.until),
    node: values.node,
  };
  const subject = readSubject(operand, values.scenario);
  const ship = await fitOut(values);
  const [first, second] = await sailTwice(subject, ship);
  const wantsTrace = values.trace === true || values.until !== undefined || values.node !== undefined;
  const trace = wantsTrace ? selectEvents(first.trace, filter) : undefined;
  const document = describeReplay(subject, ship.build, first, second, trace);
  const last = first.trace.slice(-lastEventsShown);
  printResult(
    values.json === true ? `${JSON.stringify(document, null, 2)}\n` : replayText(document, last, paintResult),
  );
  return document.exit;
}

/** Both runs in a worker of their own, so that the second cannot lean on what the first left behind. */
async function sailTwice({ scenario, source }: ReplaySubject, ship: Ship): Promise<[Verdict, Verdict]> {
  const sailOnce = async (): Promise<Verdict> => {
    const worker = new WorkerThread({ entry: ship.workerEntry, hangMs });
    try {
      return await worker.sail(scenario.name, source);
    } finally {
      await worker.close();
    }
  };
  return Promise.all([sailOnce(), sailOnce()]);
}

function readSubject(operand: string, scenarioName: string | undefined): ReplaySubject {
  if (looksLikeSeed(operand)) {
    if (scenarioName === undefined) {
      throw new UsageError(`A seed needs its scenario: seaworthy replay ${operand} --scenario NAME`);
    }
    const seed = parseSeedFlag(operand);
    const scenario = findScenario(allScenarios, scenarioName);
    return { scenario, seed, source: { seed }, reproduction: undefined };
  }
  if (!existsSync(operand)) {
    throw new UsageError(
      `"${operand}" is neither a seed (a whole number, decimal or 0x) nor a file that exists.`,
    );
  }
  const reproduction = readReproduction(operand);
  const scenario = findScenario(allScenarios, reproduction.scenario);
  if (scenarioName !== undefined && scenarioName !== scenario.name) {
    throw new UsageError(`${operand} is of scenario ${scenario.name}: leave --scenario out.`);
  }
  if (reproduction.scenarioSchema !== scenario.schema) {
    const versions = `version ${reproduction.scenarioSchema} of ${scenario.name}, this build has ${scenario.schema}`;
    throw new UsageError(
      `${operand} is of ${versions}: replay it with the build that wrote it (${reproduction.build}).`,
    );
  }
  const { seed, choices } = reproduction;
  return { scenario, seed, source: { choices }, reproduction };
}

function readReproduction(path: string): Reproduction {
  try {
    return decodeReproduction(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const hint =
      cause instanceof ReproductionError && cause.code === 'REPRODUCTION_SCHEMA'
        ? 'Replay it with the build that wrote it.'
        : 'Write it anew: seaworthy fuzz.';
    throw new UsageError(`${path} cannot be replayed: ${reason}. ${hint}`, { cause });
  }
}
