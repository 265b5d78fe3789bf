import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { scenarios as allScenarios } from '../../scenarios/index.js';
import {
  type Certificate,
  type CertificateFigures,
  type GatePart,
  gateParts,
  type GatePartName,
} from '../campaign/certificate.js';
import { describeGate } from '../campaign/describe-gate.js';
import type { ExitCode } from '../campaign/exit-code.js';
import { gateCommand as gateLine } from '../campaign/invocation.js';
import { partVerdict } from '../campaign/judge-gate.js';
import { seedBudgets } from '../campaign/mutant.js';
import { seedMax } from '../campaign/seed-plan.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import { certificateMarkdown } from '../report/certificate-markdown.js';
import { certificateText } from '../report/certificate-text.js';
import { checkDeterminism } from './check-determinism.js';
import { checkMutants } from './check-mutants.js';
import { checkRegressions } from './check-regressions.js';
import { checkSeeds } from './check-seeds.js';
import { checkSweep } from './check-sweep.js';
import { didYouMean } from './did-you-mean.js';
import type { GateRequest, PartResult } from './gate-request.js';
import { parseCommand, type Parsed, resultOptions, scenarioOption, workersOption } from './options.js';
import { checkOutputFolder } from './output-folder.js';
import { findPackage } from './package-root.js';
import { readEvidence, refuseKnownSeeds } from './read-evidence.js';
import { selectScenarios } from './scenario-names.js';
import { findMutant, fitOut, mutantOptions, readMutants, readRequired } from './ship.js';
import { paintResult, printNotice, printResult } from './terminal.js';
import { UsageError } from './usage-error.js';
import { parseCount, parseDuration, parseSeedFlag, parseWorkers, splitNames } from './values.js';

/** Of each scenario, before it is looked at whether that was enough: in so many, mutants of tier A show. */
const defaultSeeds = seedBudgets.A;
/** Fresh first seeds are drawn below this, as those of campaigns are. */
const freshSeedBound = 2 ** 40;
/** No gate sails more seeds of a scenario than this, in hours. */
const seedsAheadMax = 100_000_000;

export const gateCommand = {
  name: 'gate',
  summary: 'Says whether this build is seaworthy, and writes the certificate (repository only).',
  operands: '',
  options: {
    seeds: {
      type: 'string',
      value: 'N',
      help: `at least so many fresh seeds for each scenario (default ${defaultSeeds})`,
    },
    for: {
      type: 'string',
      value: 'TIME',
      help: 'fresh seeds for so long: what is not seen by then is unchecked',
    },
    seed: { type: 'string', value: 'S', help: 'the first of the fresh seeds (default: a fresh one)' },
    with: {
      type: 'string',
      multiple: true,
      value: 'DIR',
      help: 'count the campaign that was kept there, of the same build, too',
    },
    part: { type: 'string', multiple: true, value: 'NAME', help: `only these: ${gateParts.join(', ')}` },
    scenario: scenarioOption,
    workers: workersOption,
    bail: { type: 'boolean', help: 'end at the first part that is broken' },
    ...mutantOptions,
    ...resultOptions,
  },
  example: 'seaworthy gate --seeds 500 --with nightly/merged',
} as const;

const checks: Readonly<Record<GatePartName, (request: GateRequest) => Promise<PartResult>>> = {
  regressions: checkRegressions,
  seeds: checkSeeds,
  sweep: checkSweep,
  determinism: checkDeterminism,
  mutants: checkMutants,
};

/** Runs `seaworthy gate`. */
export async function gate(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(gateCommand, args);
  const [operand] = positionals;
  if (operand !== undefined) throw new UsageError(`gate takes no "${operand}". See: seaworthy gate --help`);
  const request = await readRequest(values);
  const certificateFolder = values.output ?? '.seaworthy';
  checkOutputFolder(request.outputFolder);
  const certificate = await pass(request, repeatedFlags(values, request));
  const json = `${JSON.stringify(certificate, null, 2)}\n`;
  printResult(values.json === true ? json : certificateText(certificate, paintResult));
  writeAtomically(join(certificateFolder, 'certificate.json'), json);
  writeAtomically(join(certificateFolder, 'certificate.md'), certificateMarkdown(certificate));
  return certificate.exit;
}

type GateValues = Parsed<typeof gateCommand.options>['values'];

async function readRequest(values: GateValues): Promise<GateRequest> {
  const home = findPackage(import.meta.url);
  const mutants = await readMutants(home, values.from);
  const planted = values.mutant === undefined ? undefined : findMutant(mutants, values.mutant);
  const seedsEach = values.seeds === undefined ? defaultSeeds : parseCount('--seeds', values.seeds);
  const firstSeed = values.seed === undefined ? randomInt(freshSeedBound) : parseSeedFlag(values.seed);
  if (seedsAheadMax > seedMax - firstSeed)
    throw new UsageError(`There are too few seeds from ${firstSeed} on.`);
  const durationMs = values.for === undefined ? Infinity : parseDuration('--for', values.for);
  const scenarios = selectScenarios(allScenarios, splitNames(values.scenario));
  const parts = splitNames(values.part).map(parsePart);
  const workers = parseWorkers(values.workers);
  const ship = await fitOut(values, {});
  const evidence = readEvidence(splitNames(values.with), ship.build);
  refuseKnownSeeds(evidence, { from: firstSeed, to: firstSeed + seedsAheadMax, step: 1 });
  return {
    home,
    ship,
    parts: parts.length === 0 ? gateParts : parts,
    scenarios,
    firstSeed,
    seedsEach: values.for === undefined || values.seeds !== undefined ? seedsEach : Infinity,
    durationMs,
    evidence,
    workers,
    bail: values.bail === true,
    planted,
    mutants,
    required: readRequired(home, values.from),
    // Beside it, what was sailed before stays as it is.
    outputFolder: join(values.output ?? '.seaworthy', 'gate'),
  };
}

function parsePart(text: string): GatePartName {
  const part = gateParts.find((name) => name === text);
  if (part !== undefined) return part;
  throw new UsageError(`--part takes ${gateParts.join(', ')}, not "${text}".${didYouMean(text, gateParts)}`);
}

/** What the same question is asked again with. */
function repeatedFlags(values: GateValues, { firstSeed }: GateRequest): readonly string[] {
  const words: string[] = ['--seed', String(firstSeed)];
  if (values.seeds !== undefined) words.push('--seeds', values.seeds);
  if (values.for !== undefined) words.push('--for', values.for);
  for (const folder of splitNames(values.with)) words.push('--with', folder);
  for (const part of splitNames(values.part)) words.push('--part', part);
  for (const scenario of splitNames(values.scenario)) words.push('--scenario', scenario);
  return words;
}

/** Asks one part after the other. */
async function pass(request: GateRequest, flags: readonly string[]): Promise<Certificate> {
  const { ship, firstSeed, planted, evidence } = request;
  const parts: GatePart[] = [];
  let figures: CertificateFigures = {
    evidence: evidence.map(({ folder, findings: { runs, shard } }) => ({ folder, runs, shard })),
    scenarios: [],
    sweep: [],
    runsSailedTwice: 0,
    regressions: 0,
    killRates: [],
  };
  let stoppedBy: PartResult['stoppedBy'];
  let knobsJudged = 0;
  const asked = gateParts.filter((name) => request.parts.includes(name));
  for (const [index, name] of asked.entries()) {
    printNotice(`seaworthy gate ${index + 1}/${asked.length}: ${name}`);
    const startedMs = performance.now();
    const result = await checks[name](request);
    const part = { name, ...result.part, wallMs: Math.round(performance.now() - startedMs) };
    parts.push(part);
    figures = { ...figures, ...result.figures };
    knobsJudged += result.knobsJudged ?? 0;
    ({ stoppedBy } = result);
    printNotice(`seaworthy gate ${index + 1}/${asked.length}: ${name} ${partVerdict(part)}: ${part.done}`);
    if (stoppedBy !== undefined || (request.bail && partVerdict(part) === 'broken')) break;
  }
  const command = gateLine(ship.invocation, flags);
  const context = { build: ship.build, mutant: planted?.id, firstSeed, command, stoppedBy, knobsJudged };
  return describeGate(parts, figures, context);
}
