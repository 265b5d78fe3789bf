import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { sailAfresh } from '../campaign/sail-afresh.js';
import type { Verdict } from '../kernel/voyage.js';
import { replayText } from '../report/replay-text.js';
import { helpOption, helpText, jsonOption, parseCommand } from './options.js';
import { describeReplay } from './describe-replay.js';
import { parameterOptions, readParameters } from './parameters.js';
import { readReplaySubject, replayParameters, type ReplaySubject } from './replay-subject.js';
import { fitOut, mutantOptions, type Ship, workerOptions } from './ship.js';
import { paintResult, printResult } from './terminal.js';
import { type TraceFilter, parseUntil, selectEvents } from './trace-filter.js';

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
  if (values.help === true) {
    printResult(helpText(replayCommand));
    return exitCode.clean;
  }
  const filter: TraceFilter = {
    until: values.until === undefined ? undefined : parseUntil(values.until),
    node: values.node,
  };
  const subject = readReplaySubject('replay', positionals, values.scenario);
  const ship = await fitOut(values, replayParameters(subject, readParameters(values)));
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

/** Each run has a worker of its own, so that the second cannot lean on what the first left behind. */
async function sailTwice({ scenario, source }: ReplaySubject, ship: Ship): Promise<[Verdict, Verdict]> {
  const options = workerOptions(ship);
  return Promise.all([
    sailAfresh(scenario.name, source, options),
    sailAfresh(scenario.name, source, options),
  ]);
}
