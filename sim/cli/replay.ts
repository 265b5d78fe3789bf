import { compareRuns } from '../campaign/compare-runs.js';
import type { ExitCode } from '../campaign/exit-code.js';
import { sailAfresh } from '../campaign/sail-afresh.js';
import type { Verdict } from '../kernel/voyage.js';
import { type ReplayComparison, replayText } from '../report/replay-text.js';
import { helpOption, jsonOption, parseCommand } from './options.js';
import { describeReplay } from './describe-replay.js';
import { parameterOptions, readParameters } from './parameters.js';
import { readReplaySubject, replayParameters, type ReplaySubject } from './replay-subject.js';
import { fitOut, mutantOptions, type Ship, workerOptions } from './ship.js';
import { paintResult, printResult } from './terminal.js';
import { type TraceFilter, parseUntil, selectEvents } from './trace-filter.js';
import { UsageError } from './usage-error.js';
import { looksLikeSeed } from './values.js';

const lastEventsShown = 12;
/** So many events of each run after the two part. */
const differencesShown = 6;

export const replayCommand = {
  name: 'replay',
  summary: 'Sails one run again, from its seed or from a reproduction file.',
  operands: '<seed or file>',
  options: {
    scenario: { type: 'string', value: 'NAME', help: 'which scenario the seed is of' },
    trace: { type: 'boolean', help: 'print all events' },
    until: { type: 'string', value: 'MS|#EVENT', help: 'print events up to this virtual time or event' },
    node: { type: 'string', value: 'NAME', help: "print this node's events only" },
    diff: { type: 'string', value: 'OTHER', help: 'show where it parts from another seed or file' },
    ...parameterOptions,
    ...mutantOptions,
    json: jsonOption,
    help: helpOption,
  },
  example: 'seaworthy replay 42 --scenario log-crash-storm --until 1500',
} as const;

/** Runs `seaworthy replay`. */
export async function replay(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(replayCommand, args);
  const filter: TraceFilter = {
    until: values.until === undefined ? undefined : parseUntil(values.until),
    node: values.node,
  };
  const subject = readReplaySubject('replay', positionals, values.scenario);
  const ship = await fitOut(values, replayParameters(subject, readParameters(values)));
  const other = values.diff === undefined ? undefined : readOther(values.diff, subject);
  const [first, second] = await sailTwice(subject, ship);
  const wantsTrace = values.trace === true || values.until !== undefined || values.node !== undefined;
  const trace = wantsTrace ? selectEvents(first.trace, filter) : undefined;
  const comparison = other === undefined ? undefined : await compareWith(other, first, ship);
  const document = describeReplay(subject, ship.build, first, second, { trace, comparison });
  const last = first.trace.slice(-lastEventsShown);
  printResult(
    values.json === true ? `${JSON.stringify(document, null, 2)}\n` : replayText(document, last, paintResult),
  );
  return document.exit;
}

/** A seed is of the same scenario. @throws UsageError */
function readOther(operand: string, { scenario }: ReplaySubject): { subject: ReplaySubject; name: string } {
  const subject = readReplaySubject(
    'replay --diff',
    [operand],
    looksLikeSeed(operand) ? scenario.name : undefined,
  );
  if (subject.scenario.name !== scenario.name) {
    throw new UsageError(`${operand} is of scenario ${subject.scenario.name}, not of ${scenario.name}.`);
  }
  return { subject, name: looksLikeSeed(operand) ? `seed ${operand}` : operand };
}

async function compareWith(
  { subject, name }: { readonly subject: ReplaySubject; readonly name: string },
  here: Verdict,
  ship: Ship,
): Promise<ReplayComparison> {
  const parameters = subject.reproduction === undefined ? ship.parameters : replayParameters(subject, {});
  const options = workerOptions({ ...ship, parameters });
  const there = await sailAfresh(subject.scenario.name, subject.source, options);
  return { other: name, ...compareRuns(here, there, differencesShown) };
}

/** Each run has a worker of its own, so that the second cannot lean on what the first left behind. */
export async function sailTwice(
  { scenario, source }: ReplaySubject,
  ship: Ship,
): Promise<[Verdict, Verdict]> {
  const options = workerOptions(ship);
  return Promise.all([
    sailAfresh(scenario.name, source, options),
    sailAfresh(scenario.name, source, options),
  ]);
}
