import { join } from 'node:path';
import { scenarios as allScenarios } from '../../scenarios/index.js';
import type { CampaignProgress } from '../campaign/campaign.js';
import { describeSweep } from '../campaign/describe-sweep.js';
import type { ExitCode } from '../campaign/exit-code.js';
import { judgeSweep } from '../campaign/judge-sweep.js';
import { sailAfresh } from '../campaign/sail-afresh.js';
import { runSweep } from '../campaign/sweep.js';
import type { SweepDocument } from '../campaign/sweep-document.js';
import { limitsOf } from '../campaign/sweep-tally.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import type { Scenario } from '../kernel/voyage.js';
import { progressText } from '../report/progress.js';
import { sweepText } from '../report/sweep-text.js';
import { keepDocument } from './keep-document.js';
import { parseCommand, resultOptions, scenarioOption, workersOption } from './options.js';
import { checkOutputFolder } from './output-folder.js';
import { ProgressLine } from './progress-line.js';
import { selectScenarios } from './scenario-names.js';
import { fitOut, mutantOptions, type Ship, workerOptions } from './ship.js';
import { StopSignals } from './stop-signals.js';
import { paintResult, printNotice, printResult } from './terminal.js';
import { UsageError } from './usage-error.js';
import { parseWorkers, splitNames } from './values.js';

export const sweepCommand = {
  name: 'sweep',
  summary:
    'Crashes every machine of a short voyage before and after every port call, with every state that its disk may be left in.',
  operands: '',
  options: {
    scenario: scenarioOption,
    depth: { type: 'string', value: '1|2', help: '2: crash every recovery, too, at its calls (default 1)' },
    workers: workersOption,
    bail: { type: 'boolean', help: 'end at the first failure' },
    ...mutantOptions,
    ...resultOptions,
  },
  example: 'seaworthy sweep --scenario log-crash-storm --depth 2',
} as const;

/** What a sweep is to do. */
export interface SweepRequest {
  readonly scenarios: readonly Scenario[];
  readonly depth: 1 | 2;
  readonly workers: number;
  readonly bail: boolean;
  readonly mutant: string | undefined;
  readonly outputFolder: string;
}

/** Runs `seaworthy sweep`. */
export async function sweep(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(sweepCommand, args);
  const [operand] = positionals;
  if (operand !== undefined) throw new UsageError(`sweep takes no "${operand}". See: seaworthy sweep --help`);
  const request: SweepRequest = {
    scenarios: selectShortForms(splitNames(values.scenario)),
    depth: parseDepth(values.depth ?? '1'),
    workers: parseWorkers(values.workers),
    bail: values.bail === true,
    mutant: values.mutant,
    outputFolder: values.output ?? '.seaworthy',
  };
  const ship = await fitOut(values, {});
  checkOutputFolder(request.outputFolder);
  const document = await sailSweep(request, ship);
  printResult(
    values.json === true ? `${JSON.stringify(document, null, 2)}\n` : sweepText(document, paintResult),
  );
  return document.exit;
}

/** The scenarios called so that have a short form; all that have one when there are no names. */
function selectShortForms(names: readonly string[]): readonly Scenario[] {
  const known = allScenarios.filter(({ shortForm }) => shortForm !== undefined);
  const chosen = selectScenarios(allScenarios, names);
  const missing = names.length === 0 ? undefined : chosen.find(({ shortForm }) => shortForm === undefined);
  if (missing !== undefined) {
    const those = known.map(({ name }) => name).join(', ');
    throw new UsageError(`${missing.name} has no short form to sweep. These have one: ${those}.`);
  }
  return names.length === 0 ? known : chosen;
}

function parseDepth(text: string): 1 | 2 {
  if (text === '1') return 1;
  if (text === '2') return 2;
  throw new UsageError(`--depth takes 1 or 2, not "${text}".`);
}

/** Sweeps scenarios that have a short form, judges what was found, and keeps the document. */
export async function sailSweep(request: SweepRequest, ship: Ship): Promise<SweepDocument> {
  const { scenarios, workers, depth, bail } = request;
  const worker = workerOptions(ship);
  const signals = new StopSignals();
  printNotice(`seaworthy ${ship.build}: a sweep of ${scenarios.map(({ name }) => name).join(', ')}`);
  let state: CampaignProgress = { runs: 0, failures: 0 };
  let points = Infinity;
  const progress = new ProgressLine((elapsedMs) =>
    progressText(state, elapsedMs, { runs: points, durationMs: Infinity }, 'crash point'),
  );
  try {
    const result = await runSweep(scenarios, {
      ...worker,
      workers,
      bail,
      limits: limitsOf(depth),
      signal: signals.signal,
      onProgress: (latest, ofAll) => {
        state = latest;
        points = ofAll;
      },
    });
    progress.end();
    const judgement = await judgeSweep(scenarios, result.tallies, {
      ...ship,
      outputFolder: request.outputFolder,
      sailAfresh: (scenario, source) => sailAfresh(scenario, source, worker),
      write: writeAtomically,
    });
    const context = { ...ship, ...request, stoppedBy: signals.received };
    const document = describeSweep(scenarios, result, judgement, context);
    return keepDocument(join(request.outputFolder, 'sweep.json'), document);
  } finally {
    progress.end();
    signals.close();
  }
}
