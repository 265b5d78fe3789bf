import { randomInt } from 'node:crypto';
import { scenarios as allScenarios } from '../../scenarios/index.js';
import type { CampaignDocument } from '../campaign/campaign-document.js';
import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { resumeCommand } from '../campaign/invocation.js';
import { seedMax } from '../campaign/seed-plan.js';
import { exhaustiveSchedule } from '../nemesis/schedule.js';
import { campaignText } from '../report/campaign-text.js';
import { parseCommand, type Parsed, resultOptions, scenarioOption, workersOption } from './options.js';
import { checkOutputFolder } from './output-folder.js';
import { type CampaignRequest, sailCampaign } from './sail-campaign.js';
import { selectScenarios } from './scenario-names.js';
import { parameterOptions, readParameters } from './parameters.js';
import { takeUp } from './resume.js';
import { fitOut, mutantOptions, type Ship } from './ship.js';
import { paintResult, printNotice, printResult } from './terminal.js';
import { UsageError } from './usage-error.js';
import { parseCount, parseDuration, parseSeedFlag, parseShard, parseWorkers, splitNames } from './values.js';

/** A campaign that nobody bounds lasts so long. */
const defaultDurationMs = 60_000;
/** Fresh first seeds are drawn below this: short to paste, and no two nights meet. */
const freshSeedBound = 2 ** 40;

export const fuzzCommand = {
  name: 'fuzz',
  summary:
    'Sails scenarios over many seeds, and tells every distinct failure with the line that shows it again.',
  operands: '',
  options: {
    seeds: { type: 'string', value: 'N', help: 'so many seeds for each scenario' },
    for: { type: 'string', value: 'TIME', help: 'so long: 60s, 10m, 8h (default 60s, without --seeds)' },
    seed: { type: 'string', value: 'S', help: 'the first seed (default: a fresh one)' },
    scenario: scenarioOption,
    workers: workersOption,
    shard: { type: 'string', value: 'i/n', help: "every n-th seed, from the i-th on: this machine's share" },
    bail: { type: 'boolean', help: 'end at the first failure' },
    resume: {
      type: 'boolean',
      help: 'go on with the campaign in the output folder, which was stopped or killed',
    },
    ...parameterOptions,
    ...mutantOptions,
    ...resultOptions,
  },
  example: 'seaworthy fuzz --for 10m --scenario log-crash-storm --workers 4',
} as const;

/** Runs `seaworthy fuzz`. */
export async function fuzz(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(fuzzCommand, args);
  const [operand] = positionals;
  if (operand !== undefined) {
    throw new UsageError(
      `fuzz takes no "${operand}". To sail one seed: seaworthy replay ${operand} --scenario NAME`,
    );
  }
  const { request, ship } = await readCampaign(values);
  checkOutputFolder(request.outputFolder);
  const document = await sailCampaign(request, ship);
  printResult(
    values.json === true ? `${JSON.stringify(document, null, 2)}\n` : campaignText(document, paintResult),
  );
  if (wasStopped(document)) {
    printNotice(`seaworthy: to go on: ${resumeCommand(ship.invocation, request.outputFolder)}`);
  }
  return document.exit;
}

function wasStopped({ exit }: CampaignDocument): boolean {
  return exit === exitCode.interrupted || exit === exitCode.terminated;
}

type FuzzValues = Parsed<typeof fuzzCommand.options>['values'];

async function readCampaign(
  values: FuzzValues,
): Promise<{ readonly request: CampaignRequest; readonly ship: Ship }> {
  const outputFolder = values.output ?? '.seaworthy';
  const workers = parseWorkers(values.workers);
  if (values.resume === true) {
    return takeUp(values, outputFolder, values.workers === undefined ? undefined : workers);
  }
  const request = readRequest(values, outputFolder, workers);
  return { request, ship: await fitOut(values, readParameters(values)) };
}

function readRequest(values: FuzzValues, outputFolder: string, workers: number): CampaignRequest {
  const scenarios = selectScenarios(allScenarios, splitNames(values.scenario));
  const seedsEach = values.seeds === undefined ? Infinity : parseCount('--seeds', values.seeds);
  const freshSeed = values.schedule === exhaustiveSchedule ? 0 : randomInt(freshSeedBound);
  const firstSeed = values.seed === undefined ? freshSeed : parseSeedFlag(values.seed);
  if (seedsEach !== Infinity && seedsEach - 1 > seedMax - firstSeed) {
    throw new UsageError(`There are no ${seedsEach} seeds from ${firstSeed} on: the last one is ${seedMax}.`);
  }
  const fallbackMs = values.seeds === undefined ? defaultDurationMs : Infinity;
  return {
    scenarios,
    plan: {
      scenarios: scenarios.map(({ name }) => name),
      firstSeed,
      seedsEach,
      shard: values.shard === undefined ? { index: 0, of: 1 } : parseShard(values.shard),
    },
    durationMs: values.for === undefined ? fallbackMs : parseDuration('--for', values.for),
    workers,
    bail: values.bail === true,
    shrinks: true,
    mutant: values.mutant,
    mutantFolder: values.from,
    outputFolder,
    begun: undefined,
  };
}
