import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { canary } from '../../scenarios/canary.js';
import { type CampaignProgress, type CampaignResult, runCampaign } from '../campaign/campaign.js';
import type { CampaignDocument } from '../campaign/campaign-document.js';
import type { Confirmation, Suspect } from '../campaign/confirm.js';
import { describeCampaign } from '../campaign/describe-campaign.js';
import { type Judgement, judgeCampaign } from '../campaign/judge-campaign.js';
import { type CanaryReport, judgeCanary } from '../campaign/judge-canary.js';
import { type SeedPlan, seedsEachOfShard } from '../campaign/seed-plan.js';
import { WorkerLostError, WorkerThread } from '../campaign/worker-thread.js';
import type { Checkpoint } from '../campaign/checkpoint.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import type { Scenario } from '../kernel/voyage.js';
import { counted } from '../report/figures.js';
import { progressText } from '../report/progress.js';
import { CheckpointKeeper, checkpointLeftIn } from './checkpoint-file.js';
import { keepDocument } from './keep-document.js';
import { ProgressLine } from './progress-line.js';
import { type Ship, workerOptions } from './ship.js';
import { shrinkWithProgress } from './shrink-with-progress.js';
import { StopSignals } from './stop-signals.js';
import { printNotice } from './terminal.js';

/** All failures of a campaign together are shrunk for so long; `seaworthy shrink` goes on. */
const shrinkingMaxMs = 60_000;
/** Each for so long, so that one that will not shrink leaves time for the others. */
const shrinkingEachMaxMs = 20_000;
/** And with so many trials. */
const shrinkingTrialsMax = 5000;

/** What a campaign is to do. */
export interface CampaignRequest {
  readonly scenarios: readonly Scenario[];
  readonly plan: SeedPlan;
  /** Infinity when only seeds bound it. */
  readonly durationMs: number;
  readonly workers: number;
  readonly bail: boolean;
  /** Makes what it finds small. */
  readonly shrinks: boolean;
  readonly mutant: string | undefined;
  readonly mutantFolder: string | undefined;
  readonly outputFolder: string;
  /** How far it was when its process ended; undefined for a new one. */
  readonly begun: Checkpoint | undefined;
}

/** Sails a campaign, or what is left of it, judges it, and keeps its document. */
export async function sailCampaign(request: CampaignRequest, ship: Ship): Promise<CampaignDocument> {
  const { plan, begun, scenarios } = request;
  const signals = new StopSignals();
  const keeper = keepFromNowOn(request, ship);
  const runs = begun === undefined ? '' : `, and goes on after ${counted(runsOf(begun), 'run')}`;
  printNotice(`seaworthy ${ship.build}: ${scenarios.length} scenarios from seed ${plan.firstSeed} on${runs}`);
  try {
    const canaryFound = await judgeCanary(canary, workerOptions(ship));
    const result =
      begun === undefined || begun.stage === 'sailing'
        ? await sailRuns(request, ship, keeper, signals)
        : { ...begun.state, runs: runsOf(begun), ended: begun.ended, lost: undefined, wallMs: begun.wallMs };
    const isCut = signals.received !== undefined || result.ended === 'worker-lost';
    if (!isCut) keeper.keep(result, 'sailed', result.ended);
    return await concludeCampaign(
      request,
      ship,
      { ...result, wallMs: keeper.wallMs },
      canaryFound,
      keeper,
      signals,
    );
  } finally {
    signals.close();
  }
}

/** From the first moment on, a campaign can be gone on with. */
function keepFromNowOn(request: CampaignRequest, ship: Ship): CheckpointKeeper {
  const { begun, outputFolder, workers } = request;
  const { plan, durationMs, bail, mutant, mutantFolder } = request;
  const { build, parameters } = ship;
  const orders = { build, parameters, mutant, mutantFolder, plan, durationMs, bail };
  if (begun !== undefined) return new CheckpointKeeper(outputFolder, orders, workers, begun.wallMs);
  const keeper = new CheckpointKeeper(outputFolder, orders, workers, 0);
  const left = checkpointLeftIn(outputFolder);
  if (left !== undefined && left.stage !== 'told') {
    const from = `${counted(runsOf(left), 'run')} from seed ${left.orders.plan.firstSeed} on`;
    printNotice(`seaworthy: an unfinished campaign in ${outputFolder} (${from}) is given up for this one`);
  }
  keeper.keep({ taken: 0, tallies: new Map() }, 'sailing');
  // What an earlier campaign came to must not pass for the result of this one, whatever becomes of it.
  rmSync(documentPath(outputFolder), { force: true });
  return keeper;
}

function runsOf({ state }: Checkpoint): number {
  return [...state.tallies.values()].reduce((total, { runs }) => total + runs, 0);
}

async function sailRuns(
  request: CampaignRequest,
  ship: Ship,
  keeper: CheckpointKeeper,
  signals: StopSignals,
): Promise<CampaignResult> {
  const { plan, scenarios, workers, durationMs, begun } = request;
  const leftMs = Math.max(0, durationMs - (begun?.wallMs ?? 0));
  const deadline = leftMs === Infinity ? [] : [AbortSignal.timeout(leftMs)];
  const runsBegun = begun === undefined ? 0 : runsOf(begun);
  const goalRuns = seedsEachOfShard(plan) * scenarios.length - runsBegun;
  let state: CampaignProgress = { runs: 0, failures: 0 };
  const progress = new ProgressLine((elapsedMs) =>
    progressText(state, elapsedMs, { runs: goalRuns, durationMs: leftMs }),
  );
  try {
    return await runCampaign(plan, {
      ...workerOptions(ship),
      workers,
      bail: request.bail,
      signal: AbortSignal.any([signals.signal, ...deadline]),
      onProgress: ({ runs, failures }) => {
        state = { runs: runs - runsBegun, failures };
      },
      begun: begun?.state,
      onWhole: (whole) => keeper.keepNowAndThen(whole),
    });
  } finally {
    progress.end();
  }
}

/** Judges what was sailed, and keeps the document. After that there is nothing to go on with. */
export async function concludeCampaign(
  request: CampaignRequest,
  ship: Ship,
  result: CampaignResult,
  canaryFound: CanaryReport,
  keeper: CheckpointKeeper,
  signals: StopSignals,
): Promise<CampaignDocument> {
  const { plan, scenarios, workers, mutant } = request;
  const judged = await judge(request, ship, result, signals);
  const judgement = { ...judged, writeErrors: [...judged.writeErrors, ...keeper.writeErrors] };
  const context = { ...ship, mutant, workers, canary: canaryFound, stoppedBy: signals.received };
  const document = keepDocument(
    documentPath(request.outputFolder),
    describeCampaign(scenarios, plan, result, judgement, context),
  );
  if (signals.received === undefined && document.writeErrors.length === 0) {
    keeper.keep(result, 'told', result.ended);
  }
  return document;
}

async function judge(
  request: CampaignRequest,
  ship: Ship,
  result: CampaignResult,
  signals: StopSignals,
): Promise<Judgement> {
  let shrinkingMs = 0;
  return judgeCampaign(request.scenarios, request.plan, result, {
    ...ship,
    outputFolder: request.outputFolder,
    confirm: (scenario, suspect) => confirmAfresh(ship, scenario, suspect),
    shrink: async (scenario, choices) => {
      const leftMs = shrinkingMaxMs - shrinkingMs;
      if (!request.shrinks || signals.received !== undefined || leftMs <= 0) return undefined;
      const startedMs = performance.now();
      const source = { choices };
      const small = await shrinkWithProgress(scenario, source, ship, signals.signal, {
        workers: request.workers,
        trialsMax: shrinkingTrialsMax,
        durationMs: Math.min(leftMs, shrinkingEachMaxMs),
      });
      shrinkingMs += performance.now() - startedMs;
      return 'smallest' in small ? small : undefined;
    },
    write: writeAtomically,
  });
}

/** Each failure gets a worker that has sailed nothing yet, so that what leaks from run to run cannot help to reproduce it. */
async function confirmAfresh(ship: Ship, scenario: string, suspect: Suspect): Promise<Confirmation> {
  const worker = new WorkerThread(workerOptions(ship));
  try {
    return await worker.confirm(scenario, suspect);
  } catch (error) {
    if (!(error instanceof WorkerLostError)) throw error;
    return { reproduced: false, message: error.message };
  } finally {
    await worker.close();
  }
}

function documentPath(outputFolder: string): string {
  return join(outputFolder, 'campaign.json');
}
