import { join } from 'node:path';
import { scenarios as allScenarios } from '../../scenarios/index.js';
import { type ExitCode, exitCode, signalExitCode } from '../campaign/exit-code.js';
import { huntMutant } from '../campaign/hunt-mutant.js';
import { type Mutant, tiers } from '../campaign/mutant.js';
import type { MutantVerdict } from '../campaign/mutant-verdict.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import { mutantsText } from '../report/mutants-text.js';
import { parseCommand, resultOptions, workersOption } from './options.js';
import { checkOutputFolder } from './output-folder.js';
import { findPackage, type Package } from './package-root.js';
import { selectScenarios } from './scenario-names.js';
import { findMutant, hangMs, mutantBundle, mutantOptions, readMutants } from './ship.js';
import { StopSignals } from './stop-signals.js';
import { paintResult, printNotice, printResult } from './terminal.js';
import { UsageError } from './usage-error.js';
import { parseCount, parseWorkers, splitNames } from './values.js';

/** Of `--deep`. */
const deepStarts = 20;

export const mutantsCommand = {
  name: 'mutants',
  summary: 'Plants known bugs, one at a time, and tells whether the simulator finds them (repository only).',
  operands: '[ID...]',
  options: {
    from: mutantOptions.from,
    seeds: { type: 'string', value: 'N', help: 'at most so many seeds for each (default: by tier)' },
    tier: { type: 'string', multiple: true, value: 'A,B', help: 'only these tiers' },
    deep: {
      type: 'boolean',
      help: `hunt each ${deepStarts} times over: median and 95th percentile of its seeds`,
    },
    workers: workersOption,
    ...resultOptions,
  },
  example: 'seaworthy mutants W1 W2 --seeds 500',
} as const;

/** Runs `seaworthy mutants`. */
export async function mutants(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(mutantsCommand, args);
  const home = findPackage(import.meta.url);
  const all = await readMutants(home, values.from);
  const chosen = selectMutants(all, positionals, splitNames(values.tier));
  const seedsMax = values.seeds === undefined ? Infinity : parseCount('--seeds', values.seeds);
  const workers = parseWorkers(values.workers);
  const starts = values.deep === true ? deepStarts : 1;
  const outputFolder = values.output ?? '.seaworthy';
  checkOutputFolder(outputFolder);
  const signals = new StopSignals();
  try {
    const verdicts = await huntAll(chosen, all, home, {
      seedsMax,
      starts,
      workers,
      planted: [],
      signal: signals.signal,
      onVerdict: ({ id, verdict, seedsRun }, before) =>
        printNotice(`${id} ${verdict} after ${seedsRun} seeds (${before + 1}/${chosen.length})`),
    });
    const document = `${JSON.stringify(verdicts, null, 2)}\n`;
    printResult(values.json === true ? document : mutantsText(verdicts, paintResult));
    writeAtomically(join(outputFolder, 'mutants.json'), document);
    return exitOf(verdicts, chosen.length, signals);
  } finally {
    signals.close();
  }
}

function exitOf(verdicts: readonly MutantVerdict[], wanted: number, signals: StopSignals): ExitCode {
  if (signals.received !== undefined) return signalExitCode(signals.received);
  if (wanted === 0) return exitCode.inconclusive;
  const isMissed = ({ required, verdict }: MutantVerdict): boolean => required && verdict !== 'killed';
  return verdicts.some(isMissed) ? exitCode.found : exitCode.clean;
}

function selectMutants(
  all: readonly Mutant[],
  ids: readonly string[],
  tierNames: readonly string[],
): readonly Mutant[] {
  for (const name of tierNames) {
    if (!tiers.some((tier) => tier === name)) throw new UsageError(`--tier takes A, B or C, not "${name}".`);
  }
  for (const id of ids) findMutant(all, id);
  const chosen = all.filter(({ id, tier }) => {
    return (ids.length === 0 || ids.includes(id)) && (tierNames.length === 0 || tierNames.includes(tier));
  });
  for (const { scenarios } of chosen) selectScenarios(allScenarios, scenarios);
  return chosen;
}

interface HuntLimits {
  readonly seedsMax: number;
  readonly starts: number;
  readonly workers: number;
  /** Bugs that are in the code already. */
  readonly planted: readonly Mutant[];
  readonly signal: AbortSignal;
  /** Told of each mutant when its hunt is over, in no order; the second is how many were before it. */
  readonly onVerdict: (verdict: MutantVerdict, before: number) => void;
}

/** Several hunts at a time, one worker each, while there are more mutants than cores. */
export async function huntAll(
  chosen: readonly Mutant[],
  all: readonly Mutant[],
  home: Package,
  { workers, onVerdict, ...limits }: HuntLimits,
): Promise<readonly MutantVerdict[]> {
  const verdicts = new Map<Mutant, MutantVerdict>();
  const waiting = [...chosen];
  const lanes = Math.min(workers, chosen.length);
  const workersEach = Math.max(1, Math.floor(workers / Math.max(1, lanes)));
  const hunt = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      if (limits.signal.aborted) return;
      const options = {
        ...mutantBundle(home, mutant),
        workers: workersEach,
        hangMs,
        ...limits,
      };
      const verdict = await huntMutant(mutant, all, allScenarios, options);
      if (verdict === undefined) return;
      onVerdict(verdict, verdicts.size);
      verdicts.set(mutant, verdict);
    }
  };
  await Promise.all(Array.from({ length: lanes }, hunt));
  return chosen.flatMap((mutant) => verdicts.get(mutant) ?? []);
}
